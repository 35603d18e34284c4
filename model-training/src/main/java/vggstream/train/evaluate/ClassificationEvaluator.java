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
    int[] counts = new int[3]; // classified, wrong at 1, wrong at 5
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
          classify(batch, images.labels(), counts, each);
        }
      }
    } finally {
      batch.forEach(decoded -> decoded.image().close());
      discard(ahead);
      pool.shutdown();
    }
    if (counts[0] == 0) {
      throw new DataException(images.root() + ": no image could be read");
    }
    return new ClassificationResult(
        counts[0],
        unreadable.count(),
        (double) counts[1] / counts[0],
        (double) counts[2] / counts[0],
        (System.nanoTime() - start) / 1e9);
  }

  private void classify(
      List<Decoded> batch, List<String> labels, int[] counts, Consumer<ImagePrediction> each) {
    if (batch.isEmpty()) {
      return;
    }
    List<double[]> posteriors = predictor.posteriors(batch.stream().map(Decoded::image).toList());
    for (int i = 0; i < batch.size(); i++) {
      Sample sample = batch.get(i).sample();
      List<RankedClass> top = TopK.of(posteriors.get(i), labels, Math.max(TOP, options.topK()));
      counts[0]++;
      counts[1] += top.get(0).classIndex() == sample.classIndex() ? 0 : 1;
      counts[2] +=
          top.stream().limit(TOP).anyMatch(c -> c.classIndex() == sample.classIndex()) ? 0 : 1;
      each.accept(
          new ImagePrediction(
              sample.path(), sample.classIndex(), top.stream().limit(options.topK()).toList()));
    }
    batch.forEach(decoded -> decoded.image().close());
    batch.clear();
  }

  private @Nullable RgbImage read(
      ImageFiles files, ImageSet images, Sample sample, UnreadableImages unreadable)
      throws IOException {
    try {
      return files.read(images.file(sample), options.largestScale());
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
