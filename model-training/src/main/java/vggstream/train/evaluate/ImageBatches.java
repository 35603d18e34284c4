package vggstream.train.evaluate;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import vggstream.image.ImageLimits;
import vggstream.image.ImageRejectedException;
import vggstream.image.RgbImage;
import vggstream.train.data.DataException;
import vggstream.train.data.ImageFiles;
import vggstream.train.data.ImageSet;
import vggstream.train.data.Sample;
import vggstream.train.data.UnreadableImages;

/**
 * The images of a set in their order, a batch at a time, decoded in parallel and ahead. Those that
 * cannot be read, or not be evaluated, are counted and left out.
 */
final class ImageBatches {
  private final ImageSet images;
  private final UnreadableImages unreadable;
  private final ClassificationEvaluator.Options options;

  /**
   * An image of a set.
   *
   * @param index in the set
   */
  record Decoded(int index, Sample sample, RgbImage image) {}

  /** Takes a batch; the images are closed afterwards. */
  @FunctionalInterface
  interface Receiver {
    /**
     * Takes a batch, all of it or, if it throws, nothing of it.
     *
     * @throws ImageRejectedException if one of the images cannot be evaluated; each is then given
     *     by itself
     */
    void accept(List<Decoded> batch) throws ImageRejectedException, IOException;
  }

  ImageBatches(
      ImageSet images, UnreadableImages unreadable, ClassificationEvaluator.Options options) {
    this.images = images;
    this.unreadable = unreadable;
    this.options = options;
  }

  /**
   * Gives all images.
   *
   * @throws IOException if too many images are unreadable
   */
  void forEach(Receiver receiver) throws IOException, InterruptedException {
    ExecutorService pool = Executors.newFixedThreadPool(options.threads());
    ThreadLocal<ImageFiles> files =
        ThreadLocal.withInitial(() -> new ImageFiles(ImageLimits.DEFAULT));
    Deque<Pending> ahead = new ArrayDeque<>();
    List<Decoded> batch = new ArrayList<>();
    int next = 0;
    try {
      while (next < images.size() || !ahead.isEmpty()) {
        while (next < images.size() && ahead.size() < 2 * options.batch()) {
          Sample sample = images.samples().get(next);
          ahead.add(new Pending(next, sample, pool.submit(() -> read(files.get(), sample))));
          next++;
        }
        Pending first = ahead.remove();
        RgbImage image = get(first.image());
        if (image != null) {
          batch.add(new Decoded(first.index(), first.sample(), image));
        }
        if (batch.size() == options.batch() || ahead.isEmpty() && next == images.size()) {
          give(batch, receiver);
        }
      }
    } finally {
      batch.forEach(decoded -> decoded.image().close());
      discard(ahead);
      pool.shutdown();
    }
  }

  /** Gives and closes the images of a batch. */
  private void give(List<Decoded> batch, Receiver receiver) throws IOException {
    if (batch.isEmpty()) {
      return;
    }
    try {
      receiver.accept(List.copyOf(batch));
    } catch (ImageRejectedException several) {
      for (Decoded one : batch) { // one of them is to blame: each for itself
        try {
          receiver.accept(List.of(one));
        } catch (ImageRejectedException e) {
          unreadable.report(one.sample().path(), String.valueOf(e.getMessage()));
        }
      }
    }
    batch.forEach(decoded -> decoded.image().close());
    batch.clear();
  }

  private @Nullable RgbImage read(ImageFiles files, Sample sample) throws IOException {
    try {
      return files.read(images, sample, options.largestScale());
    } catch (ImageRejectedException | IOException e) {
      unreadable.report(sample.path(), String.valueOf(e.getMessage()));
      return null;
    }
  }

  private static @Nullable RgbImage get(Future<@Nullable RgbImage> future)
      throws IOException, InterruptedException {
    try {
      return future.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof DataException d) {
        throw new DataException(String.valueOf(d.getMessage()));
      }
      throw new IllegalStateException("decoding failed", e.getCause());
    }
  }

  /** Frees what was decoded ahead and is no longer wanted. */
  private static void discard(Deque<Pending> ahead) {
    for (Pending pending : ahead) {
      try {
        RgbImage image = pending.image().get();
        if (image != null) {
          image.close();
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      } catch (ExecutionException e) {
        // nothing was decoded, and the first failure is the one that is reported
        continue;
      }
    }
  }

  private record Pending(int index, Sample sample, Future<@Nullable RgbImage> image) {}
}
