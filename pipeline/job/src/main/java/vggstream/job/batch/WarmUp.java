package vggstream.job.batch;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import vggstream.classify.ScaledView;
import vggstream.image.ImageRejectedException;
import vggstream.image.Size;
import vggstream.model.ModelMemoryException;
import vggstream.tensor.DirectMemory;
import vggstream.tensor.PixelBatch;

/**
 * First runs of networks, before the first image: what a runtime does once a shape (choosing
 * kernels, growing its memory) is done when the job opens, not while an image waits.
 */
final class WarmUp {
  private static final Logger LOG = LoggerFactory.getLogger(WarmUp.class);

  /** A full batch that would take longer is left out: on a processor it gains nothing. */
  private static final Duration LONGEST_RUN = Duration.ofSeconds(2);

  /** After so long no further shape is begun. */
  private static final Duration LONGEST = Duration.ofSeconds(20);

  private final Networks networks;
  private final RunLimit limit;
  private final long start = System.nanoTime();

  WarmUp(Networks networks, RunLimit limit) {
    this.networks = networks;
    this.limit = limit;
  }

  /**
   * Runs each shape with one image and, where that does not take long, with a full batch.
   *
   * @param images sizes of originals, the most important first
   * @return shapes that were run
   */
  int run(Collection<Size> images, ViewMaker views) {
    Set<Shape> shapes = new LinkedHashSet<>();
    for (Size image : images) {
      try {
        for (ScaledView view : views.views(image)) {
          shapes.add(new Shape(view.size(), view.slots()));
        }
      } catch (ImageRejectedException e) {
        LOG.warn("The networks are not warmed up for images of {}: {}", image, e.getMessage());
      }
    }
    int run = 0;
    try (NetworkRun runs = new NetworkRun(networks)) {
      for (Shape shape : shapes) {
        if (System.nanoTime() - start > LONGEST.toNanos()) {
          break;
        }
        run(runs, shape);
        run++;
      }
    }
    return run;
  }

  private record Shape(Size size, int slots) {}

  private void run(NetworkRun runs, Shape shape) {
    long nanos = time(runs, shape, 1);
    int full = limit.images(shape.size(), shape.slots());
    if (full > 1 && nanos * full <= LONGEST_RUN.toNanos()) {
      try {
        time(runs, shape, full);
      } catch (ModelMemoryException e) {
        limit.exceeded(shape.size(), shape.slots(), full);
        LOG.warn(
            "Memory does not suffice for {} images {}: no run will have more than {} pixels",
            full,
            shape.size(),
            limit.pixels(),
            e);
      }
    }
  }

  private static long time(NetworkRun runs, Shape shape, int images) {
    int n = images * shape.slots();
    int height = shape.size().height();
    int width = shape.size().width();
    ByteBuffer memory =
        ByteBuffer.allocateDirect(Math.toIntExact(PixelBatch.bytes(n, height, width)));
    try {
      long start = System.nanoTime();
      runs.run(new PixelBatch(memory, n, height, width)); // (N, H, W, 3)
      return System.nanoTime() - start;
    } finally {
      DirectMemory.free(memory);
    }
  }

  /** Where nothing is known of the images: square ones, whose scales are all square too. */
  static List<Size> squares(Collection<Integer> scales) {
    return scales.stream().limit(1).map(q -> new Size(q, q)).toList();
  }
}
