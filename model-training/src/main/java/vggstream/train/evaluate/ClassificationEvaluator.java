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
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import vggstream.classify.RankedClass;
import vggstream.classify.TopK;
import vggstream.image.ImageLimits;
import vggstream.image.ImageRejectedException;
import vggstream.image.RgbImage;
import vggstream.train.data.DataException;
import vggstream.train.data.ImageFiles;
import vggstream.train.data.ImageSet;
import vggstream.train.data.Sample;
import vggstream.train.data.UnreadableImages;

/** Classifies a set of images, decoding in parallel and ahead, and counts the errors. */
public final class ClassificationEvaluator {
  private static final int TOP = 5;

  private final Options options;
  private final Predictor predictor;

  /**
   * How images are handed to the predictor.
   *
   * @param batch images a call of the predictor, at least 1
   * @param threads that decode, at least 1
   * @param largestScale largest smaller side that the predictor rescales to, pixels
   * @param topK most probable classes that are reported of an image, at least 1
   */
  public record Options(int batch, int threads, int largestScale, int topK) {
    public Options {
      if (batch < 1 || threads < 1 || largestScale < 1 || topK < 1) {
        throw new IllegalArgumentException(
            "batch, threads, largestScale and topK must be at least 1: were %d, %d, %d, %d"
                .formatted(batch, threads, largestScale, topK));
      }
    }
  }

  public ClassificationEvaluator(Predictor predictor, Options options) {
    this.predictor = predictor;
    this.options = options;
  }

  /**
   * Classifies the images of a set in their order.
   *
   * @param each receives every answer
   * @throws IOException if too many images are unreadable, or none is readable
   */
  public ClassificationResult evaluate(
      ImageSet images, UnreadableImages unreadable, Consumer<ImagePrediction> each)
      throws IOException, InterruptedException {
    long start = System.nanoTime();
    ExecutorService pool = Executors.newFixedThreadPool(options.threads());
    ThreadLocal<ImageFiles> files =
        ThreadLocal.withInitial(() -> new ImageFiles(ImageLimits.DEFAULT));
    Deque<Pending> ahead = new ArrayDeque<>();
    List<Decoded> batch = new ArrayList<>();
    int next = 0;
    Tally tally = new Tally(each);
    try {
      while (next < images.size() || !ahead.isEmpty()) {
        while (next < images.size() && ahead.size() < 2 * options.batch()) {
          Sample sample = images.samples().get(next++);
          ahead.add(
              new Pending(
                  sample, pool.submit(() -> read(files.get(), images, sample, unreadable))));
        }
        Pending first = ahead.remove();
        RgbImage image = get(first.image());
        if (image != null) {
          batch.add(new Decoded(first.sample(), image));
        }
        if (batch.size() == options.batch() || ahead.isEmpty() && next == images.size()) {
          classify(batch, images, unreadable, tally);
        }
      }
    } finally {
      batch.forEach(decoded -> decoded.image().close());
      discard(ahead);
      pool.shutdown();
    }
    if (tally.images == 0) {
      throw new DataException(images.root() + ": no image could be read");
    }
    return new ClassificationResult(
        tally.images,
        unreadable.count(),
        (double) tally.wrong / tally.images,
        (double) tally.notAmongTop / tally.images,
        (System.nanoTime() - start) / 1e9);
  }

  /** Classifies and closes the images of a batch. */
  private void classify(
      List<Decoded> batch, ImageSet images, UnreadableImages unreadable, Tally tally)
      throws IOException {
    if (batch.isEmpty()) {
      return;
    }
    try {
      tally.add(batch, predictor.posteriors(batch.stream().map(Decoded::image).toList()), images);
    } catch (ImageRejectedException several) {
      for (Decoded one : batch) { // one of them is to blame: each for itself
        try {
          tally.add(List.of(one), predictor.posteriors(List.of(one.image())), images);
        } catch (ImageRejectedException e) {
          unreadable.report(one.sample().path(), String.valueOf(e.getMessage()));
        }
      }
    }
    batch.forEach(decoded -> decoded.image().close());
    batch.clear();
  }

  /** The counts. */
  private final class Tally {
    private final Consumer<ImagePrediction> each;
    private int images;
    private int wrong;
    private int notAmongTop;

    Tally(Consumer<ImagePrediction> each) {
      this.each = each;
    }

    void add(List<Decoded> batch, List<double[]> posteriors, ImageSet set) {
      for (int i = 0; i < batch.size(); i++) {
        Sample sample = batch.get(i).sample();
        int truth = sample.classIndex();
        List<RankedClass> top =
            TopK.of(posteriors.get(i), set.labels(), Math.max(TOP, options.topK()));
        images++;
        wrong += top.get(0).classIndex() == truth ? 0 : 1;
        notAmongTop += top.stream().limit(TOP).anyMatch(c -> c.classIndex() == truth) ? 0 : 1;
        each.accept(
            new ImagePrediction(sample.path(), truth, top.stream().limit(options.topK()).toList()));
      }
    }
  }

  private @Nullable RgbImage read(
      ImageFiles files, ImageSet images, Sample sample, UnreadableImages unreadable)
      throws IOException {
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

  private record Pending(Sample sample, Future<@Nullable RgbImage> image) {}

  private record Decoded(Sample sample, RgbImage image) {}
}
