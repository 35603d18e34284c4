package vggstream.classify;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import vggstream.image.Rescale;
import vggstream.image.RgbImage;
import vggstream.image.Size;
import vggstream.image.Window;
import vggstream.model.DenseModel;
import vggstream.model.DenseOutputs;
import vggstream.model.Output;
import vggstream.tensor.PixelBatch;

/**
 * Multi-crop evaluation (paper, section 3.2): an image is rescaled once a scale, its crops are cut
 * from that, and crops are run in full batches across scales and images. A dense network's map of a
 * crop has one position. Reuses its memory from call to call; not thread-safe.
 */
final class CropRuns {
  private final Map<Integer, List<DenseModel>> models; // by crop side
  private final Cropping cropping;
  private final int maxBatch;
  private final RescaleLimit limit;
  private ByteBuffer rescaled = ByteBuffer.allocateDirect(0); // (H, W, 3) of one image
  private ByteBuffer memory = ByteBuffer.allocateDirect(0); // of the batch

  CropRuns(List<DenseModel> models, Cropping cropping, int maxBatch, RescaleLimit limit) {
    this.models =
        models.stream()
            .collect(
                Collectors.groupingBy(
                    model -> model.card().cropSide(), TreeMap::new, Collectors.toList()));
    this.cropping = cropping;
    this.maxBatch = maxBatch;
    this.limit = limit;
  }

  /**
   * Adds each image's posteriors to its mean.
   *
   * @param views of each image: its scales
   */
  void run(List<RgbImage> images, List<List<ScaledView>> views, List<PosteriorMean> means) {
    models.forEach(
        (side, ofSide) -> {
          Batch batch = new Batch(ofSide, side, means);
          for (int i = 0; i < images.size(); i++) {
            for (ScaledView view : views.get(i)) {
              cut(images.get(i), view, batch, i);
            }
          }
          batch.flush();
        });
  }

  private void cut(RgbImage image, ScaledView view, Batch batch, int index) {
    Size size = view.size();
    rescaled = atLeast(rescaled, Math.toIntExact(PixelBatch.bytes(1, size.height(), size.width())));
    Rescale.rescale(image, size, rescaled); // (H, W, 3)
    for (Window window : cropping.windows(size, batch.side)) {
      Rescale.cut(rescaled, size, window, false, batch.next(index)); // (side, side, 3)
      if (view.flip()) {
        Rescale.cut(rescaled, size, window, true, batch.next(index)); // (side, side, 3)
      }
    }
  }

  private static ByteBuffer atLeast(ByteBuffer buffer, int bytes) {
    return buffer.capacity() >= bytes ? buffer : ByteBuffer.allocateDirect(bytes);
  }

  /** Crops of one side, waiting to be run. */
  private final class Batch {
    private final List<DenseModel> models;
    private final int side;
    private final List<PosteriorMean> means;
    private final PixelBatch pixels; // (N, side, side, 3)
    private final List<DenseOutputs> outputs; // by model, for a full batch
    private final int[] image; // by slot
    private int filled;

    Batch(List<DenseModel> models, int side, List<PosteriorMean> means) {
      this.models = models;
      this.side = side;
      this.means = means;
      long fitting = Math.max(1, limit.maxPixels() / ((long) side * side));
      int capacity = (int) Math.min(maxBatch, fitting);
      memory = atLeast(memory, Math.toIntExact(PixelBatch.bytes(capacity, side, side)));
      this.pixels = new PixelBatch(memory, capacity, side, side);
      this.outputs =
          models.stream()
              .map(
                  model ->
                      DenseOutputs.allocate(
                          model.card(), capacity, side, side, EnumSet.of(Output.SCORES)))
              .toList();
      this.image = new int[capacity];
    }

    /** The memory of the next crop, (side, side, 3), once there is room. */
    ByteBuffer next(int imageIndex) {
      if (filled == image.length) {
        flush();
      }
      image[filled] = imageIndex;
      return pixels.slot(filled++);
    }

    void flush() {
      if (filled == 0) {
        return;
      }
      pixels.setCount(filled);
      for (int m = 0; m < models.size(); m++) {
        DenseOutputs all = outputs.get(m);
        DenseOutputs some = filled == image.length ? all : all.first(filled);
        models.get(m).run(pixels, some);
        FloatBuffer scores = some.get(Output.SCORES); // (N, K)
        for (int slot = 0; slot < filled; slot++) {
          PosteriorMean mean = means.get(image[slot]);
          mean.add(scores, slot * mean.classCount());
        }
      }
      filled = 0;
    }
  }
}
