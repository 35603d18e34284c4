package vggstream.train;

import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import vggstream.image.ImageLimits;
import vggstream.image.ImageRejectedException;
import vggstream.image.Rescale;
import vggstream.image.RgbImage;
import vggstream.image.Size;
import vggstream.image.Window;
import vggstream.localise.Box;
import vggstream.localise.CenterLocaliser;
import vggstream.localise.WindowBox;
import vggstream.model.DenseModel;
import vggstream.model.DenseModels;
import vggstream.model.DenseOutputs;
import vggstream.model.Device;
import vggstream.model.ModelCard;
import vggstream.model.ModelOptions;
import vggstream.model.Output;
import vggstream.tensor.PixelBatch;
import vggstream.train.data.DataException;
import vggstream.train.data.ImageFiles;
import vggstream.train.data.ImageSet;
import vggstream.train.data.ObjectBoxes;
import vggstream.train.data.UnreadableImages;
import vggstream.train.journal.Measures;

/**
 * The boxes of the images' own classes from their central crops at the training scale, the paper's
 * first protocol (appendix A). Of an image with several true boxes the loss is the least, and the
 * intersection over union the largest.
 */
final class LocalisationValidation implements Validation {
  private static final int BATCH = 64;
  private static final double CORRECT = 0.5; // an intersection over union above it (ILSVRC)

  private final ImageSet images;
  private final ObjectBoxes objects;
  private final double unreadableLimit;
  private final Device device;
  private final int threads;

  LocalisationValidation(ImageSet images, double unreadableLimit, Device device, int threads) {
    ObjectBoxes boxes = images.boxes();
    if (boxes == null) {
      throw new IllegalArgumentException(images.root() + ": images must have boxes: have none");
    }
    this.images = images;
    this.objects = boxes;
    this.unreadableLimit = unreadableLimit;
    this.device = device;
    this.threads = threads;
  }

  /** A crop of an image, and what is in the image. */
  private record Crop(Window window, Size rescaled, Size original, List<Box> truth) {}

  @Override
  public Measures run(Path modelFile, double train) throws IOException, InterruptedException {
    UnreadableImages unreadable = new UnreadableImages(images, unreadableLimit);
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    ThreadLocal<ImageFiles> files =
        ThreadLocal.withInitial(() -> new ImageFiles(ImageLimits.DEFAULT));
    try (DenseModel model =
        DenseModels.open(modelFile, ModelOptions.on(device).withThreads(threads))) {
      ModelCard card = model.card();
      int side = card.cropSide();
      PixelBatch pixels = PixelBatch.allocate(BATCH, side, side); // (N, side, side, 3)
      DenseOutputs outputs =
          DenseOutputs.allocate(card, BATCH, side, side, EnumSet.of(Output.BOX_MAP));
      Sums sums = new Sums();
      for (int from = 0; from < images.size(); from += BATCH) {
        int n = Math.min(BATCH, images.size() - from);
        pixels.setCount(n);
        List<Future<@Nullable Crop>> crops = new ArrayList<>();
        for (int i = 0; i < n; i++) {
          int index = from + i;
          int slot = i;
          crops.add(pool.submit(() -> crop(files.get(), index, card, pixels, slot, unreadable)));
        }
        List<@Nullable Crop> made = all(crops);
        DenseOutputs some = outputs.first(n);
        model.run(pixels, some);
        FloatBuffer map = some.get(Output.BOX_MAP); // (N, 4 or 4K, 1, 1)
        for (int i = 0; i < n; i++) {
          Crop crop = made.get(i);
          if (crop != null) {
            sums.add(predicted(map, i, images.samples().get(from + i).classIndex(), card), crop);
          }
        }
      }
      return sums.measures(train);
    } finally {
      pool.shutdown();
    }
  }

  private @Nullable Crop crop(
      ImageFiles files,
      int index,
      ModelCard card,
      PixelBatch pixels,
      int slot,
      UnreadableImages unreadable)
      throws IOException {
    int scale = card.trainingScaleMin();
    try (RgbImage image = files.read(images, images.samples().get(index), scale)) {
      Size original = image.originalSize();
      Size rescaled = Rescale.toSmallerSide(original, scale);
      if (rescaled.pixels() > ImageLimits.DEFAULT.maxPixels()) {
        throw new ImageRejectedException(
            ImageRejectedException.Reason.TOO_LARGE, "it would be rescaled to " + rescaled);
      }
      List<Box> truth = objects.of(index, original);
      Window window = CenterLocaliser.center(rescaled, card.cropSide());
      Rescale.crop(image, rescaled, window, false, pixels.slot(slot));
      return new Crop(window, rescaled, original, truth);
    } catch (ImageRejectedException | IOException e) {
      unreadable.report(images.samples().get(index).path(), String.valueOf(e.getMessage()));
      return null;
    }
  }

  private static List<@Nullable Crop> all(List<Future<@Nullable Crop>> crops)
      throws IOException, InterruptedException {
    List<@Nullable Crop> made = new ArrayList<>();
    IOException failure = null;
    for (Future<@Nullable Crop> crop : crops) { // to the end: they write to the batch
      try {
        made.add(crop.get());
      } catch (ExecutionException e) {
        if (!(e.getCause() instanceof DataException)) {
          throw new IllegalStateException("decoding failed", e.getCause());
        }
        failure = new DataException(String.valueOf(e.getCause().getMessage()));
      }
    }
    if (failure != null) {
      throw failure;
    }
    return made;
  }

  private static WindowBox predicted(FloatBuffer map, int image, int classIndex, ModelCard card) {
    int own = card.task().perClass() ? classIndex : 0;
    int at = image * card.boxChannels() + own * WindowBox.VALUES;
    return new WindowBox(map.get(at), map.get(at + 1), map.get(at + 2), map.get(at + 3));
  }

  /** Sums over images. */
  private final class Sums {
    private int count;
    private double loss;
    private double overlap;
    private int wrong;

    void add(WindowBox predicted, Crop crop) {
      Box box =
          predicted
              .in(crop.window())
              .rescaled(crop.rescaled(), crop.original())
              .clamp(crop.original());
      double least = Double.POSITIVE_INFINITY;
      double most = 0;
      for (Box truth : crop.truth()) {
        Box seen = truth.rescaled(crop.original(), crop.rescaled());
        least = Math.min(least, loss(predicted, WindowBox.of(seen, crop.window())));
        most = Math.max(most, box.iou(truth));
      }
      count++;
      loss += least;
      overlap += most;
      wrong += most > CORRECT ? 0 : 1;
    }

    private static double loss(WindowBox a, WindowBox b) {
      double x = a.centerX() - b.centerX();
      double y = a.centerY() - b.centerY();
      double width = a.width() - b.width();
      double height = a.height() - b.height();
      return (x * x + y * y + width * width + height * height) / 2;
    }

    Measures measures(double train) throws DataException {
      if (count == 0) {
        throw new DataException(images.root() + ": no image could be read");
      }
      return new Measures.Overlaps(train, loss / count, overlap / count, (double) wrong / count);
    }
  }
}
