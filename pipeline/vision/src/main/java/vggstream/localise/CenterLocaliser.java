package vggstream.localise;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import vggstream.classify.RescaleLimit;
import vggstream.image.ImageRejectedException;
import vggstream.image.Rescale;
import vggstream.image.RgbImage;
import vggstream.image.Size;
import vggstream.image.Window;
import vggstream.model.DenseModel;
import vggstream.model.DenseOutputs;
import vggstream.model.ModelCard;
import vggstream.model.Output;
import vggstream.tensor.PixelBatch;

/**
 * Boxes from the central crop alone (paper, appendix A, first protocol): the class is given, the
 * ground truth's, so that networks are compared by their boxes alone.
 *
 * <p>Not thread-safe: it reuses its memory from call to call. Does not own the model.
 */
public final class CenterLocaliser {
  private final DenseModel model;
  private final int scale;
  private final RescaleLimit limit;
  private final PixelBatch pixels; // (N, side, side, 3)
  private final DenseOutputs outputs; // box map (N, 4 or 4K, 1, 1)

  /**
   * @param model that localises
   * @param scale Q, the smaller side that images are brought to, at least the model's crop side
   * @param maxBatch crops in one run, at least 1
   * @throws IllegalArgumentException if a rule is broken
   */
  public CenterLocaliser(DenseModel model, int scale, int maxBatch, RescaleLimit limit) {
    ModelCard card = model.card();
    if (!card.task().localises()) {
      throw new IllegalArgumentException(
          "a localiser must be of a task with boxes: %s is of %s"
              .formatted(card.name(), card.task()));
    }
    if (scale < card.cropSide()) {
      throw new IllegalArgumentException(
          "scale must be at least the crop side %d of %s: was %d"
              .formatted(card.cropSide(), card.name(), scale));
    }
    this.model = model;
    this.scale = scale;
    this.limit = limit;
    int side = card.cropSide();
    this.pixels = PixelBatch.allocate(maxBatch, side, side);
    this.outputs = DenseOutputs.allocate(card, maxBatch, side, side, EnumSet.of(Output.BOX_MAP));
  }

  /**
   * The box of each image's class, clamped to its original. The images stay open.
   *
   * @param classes of each image, its class, 0..K-1
   * @throws ImageRejectedException if one would become too large; boxes are then not given
   * @throws NotFiniteException if a box is not finite
   * @throws vggstream.model.ModelException if the network fails
   */
  public List<Box> boxes(List<RgbImage> images, List<Integer> classes)
      throws ImageRejectedException {
    if (images.size() != classes.size()) {
      throw new IllegalArgumentException(
          "images and classes must be equally many: were %d, %d"
              .formatted(images.size(), classes.size()));
    }
    List<Box> boxes = new ArrayList<>(images.size());
    for (int from = 0; from < images.size(); from += pixels.capacity()) {
      int to = Math.min(images.size(), from + pixels.capacity());
      run(images.subList(from, to), classes.subList(from, to), boxes);
    }
    return boxes;
  }

  private void run(List<RgbImage> images, List<Integer> classes, List<Box> boxes)
      throws ImageRejectedException {
    List<Window> windows = new ArrayList<>(images.size());
    for (int i = 0; i < images.size(); i++) {
      Size original = images.get(i).originalSize();
      limit.require(original, scale);
      Size size = Rescale.toSmallerSide(original, scale);
      Window window = center(size, model.card().cropSide());
      ByteBuffer slot = pixels.slot(i);
      Rescale.crop(images.get(i), size, window, false, slot); // (side, side, 3)
      windows.add(window);
    }
    pixels.setCount(images.size());
    DenseOutputs some = outputs.first(images.size());
    model.run(pixels, some);
    FloatBuffer map = some.get(Output.BOX_MAP); // (N, 4 or 4K, 1, 1)
    for (int i = 0; i < images.size(); i++) {
      Size original = images.get(i).originalSize();
      Size size = Rescale.toSmallerSide(original, scale);
      boxes.add(
          predicted(map, i, classes.get(i))
              .in(windows.get(i))
              .rescaled(size, original)
              .clamp(original));
    }
  }

  /** The crop in the centre of a rescaled image; places between two pixels are rounded down. */
  public static Window center(Size size, int side) {
    return Window.square((size.width() - side) / 2, (size.height() - side) / 2, side);
  }

  private WindowBox predicted(FloatBuffer map, int image, int classIndex) {
    ModelCard card = model.card();
    if (classIndex < 0 || classIndex >= card.classCount()) {
      throw new IllegalArgumentException(
          "class must be within 0..%d: was %d".formatted(card.classCount() - 1, classIndex));
    }
    int at = image * card.boxChannels();
    if (card.task().perClass()) {
      at += classIndex * WindowBox.VALUES;
    }
    return new WindowBox(map.get(at), map.get(at + 1), map.get(at + 2), map.get(at + 3));
  }
}
