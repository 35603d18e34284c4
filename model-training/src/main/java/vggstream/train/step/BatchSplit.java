package vggstream.train.step;

import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.List;
import vggstream.tensor.PixelBatch;
import vggstream.train.network.Network;
import vggstream.train.network.NetworkSpec;

/**
 * How a batch becomes passes: each part is cut into runs of at most so many images, and each of
 * these goes to the replica that has the fewest pixels so far, the first of several. So a batch of
 * the same sizes is always split alike.
 */
final class BatchSplit {
  private final Network network;
  private final int batch;
  private final StepOptions options;

  BatchSplit(Network network, int batch, StepOptions options) {
    this.network = network;
    this.batch = batch;
    this.options = options;
  }

  /**
   * A pass to be made.
   *
   * @param part its images
   * @param firstImage index in the whole batch of its first image
   */
  record Pass(StepPart part, int firstImage) {
    private long pixels() {
      PixelBatch p = part.pixels();
      return (long) p.count() * p.height() * p.width();
    }
  }

  /** The most images in a pass. */
  int mostImages() {
    int replicas = options.devices().size();
    int even = (batch + replicas - 1) / replicas;
    return options.microBatch() == 0 ? even : Math.min(options.microBatch(), even);
  }

  /** Numbers of images of each replica's passes in a batch of one part. */
  List<List<Integer>> imagesOfOnePart() {
    List<List<Integer>> images = lists();
    long[] made = new long[images.size()];
    for (int from = 0; from < batch; from += mostImages()) {
      int n = Math.min(mostImages(), batch - from);
      int replica = least(made);
      images.get(replica).add(n);
      made[replica] += n;
    }
    return images;
  }

  /** The passes of each replica. */
  List<List<Pass>> split(List<StepPart> parts) {
    List<List<Pass>> passes = lists();
    long[] pixels = new long[passes.size()];
    int firstImage = 0;
    for (StepPart part : parts) {
      for (int from = 0; from < part.count(); from += mostImages()) {
        int n = Math.min(mostImages(), part.count() - from);
        Pass pass = new Pass(n == part.count() ? part : part.slice(from, n), firstImage + from);
        int replica = least(pixels);
        passes.get(replica).add(pass);
        pixels[replica] += pass.pixels();
      }
      firstImage += part.count();
    }
    return passes;
  }

  /** An empty list for each replica. */
  private <T> List<List<T>> lists() {
    List<List<T>> lists = new ArrayList<>();
    options.devices().forEach(d -> lists.add(new ArrayList<>()));
    return lists;
  }

  /** The place of the smallest value, the first of several. */
  private static int least(long[] values) {
    int least = 0;
    for (int i = 1; i < values.length; i++) {
      least = values[i] < values[least] ? i : least;
    }
    return least;
  }

  /**
   * Checks that parts make a batch of the network.
   *
   * @throws IllegalArgumentException if they do not
   */
  void require(List<StepPart> parts) {
    int images = parts.stream().mapToInt(StepPart::count).sum();
    if (images != batch) {
      throw new IllegalArgumentException(
          "a batch must have %d images: had %d".formatted(batch, images));
    }
    for (StepPart part : parts) {
      requireSize(part.pixels().height(), part.pixels().width());
      requireLabels(part.labels());
      if ((part.colourShift() != null) != options.colourShift()) {
        throw new IllegalArgumentException(
            options.colourShift()
                ? "images must have colour shifts: had none"
                : "images must have no colour shifts: had some");
      }
      boolean localises = network.spec().head().localises();
      if ((part.boxes() != null) != localises) {
        throw new IllegalArgumentException(
            localises ? "images must have boxes: had none" : "images must have no boxes: had some");
      }
    }
  }

  private void requireSize(int height, int width) {
    int crop = network.spec().cropSide();
    int stride = NetworkSpec.STRIDE;
    if (!options.wholeImages() && (height != crop || width != crop)) {
      throw new IllegalArgumentException(
          "images must be %d x %d: were %d x %d".formatted(crop, crop, height, width));
    }
    if (height < crop || width < crop || height % stride != 0 || width % stride != 0) {
      throw new IllegalArgumentException(
          "sides of whole images must be multiples of %d and at least %d: were %d x %d"
              .formatted(stride, crop, height, width));
    }
  }

  private void requireLabels(LongBuffer labels) {
    int classes = network.spec().classes();
    for (int i = labels.position(); i < labels.limit(); i++) {
      if (labels.get(i) < 0 || labels.get(i) >= classes) {
        throw new IllegalArgumentException(
            "labels must be within 0..%d: was %d".formatted(classes - 1, labels.get(i)));
      }
    }
  }
}
