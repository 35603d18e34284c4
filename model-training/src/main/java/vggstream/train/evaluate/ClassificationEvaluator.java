package vggstream.train.evaluate;

import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;
import vggstream.classify.RankedClass;
import vggstream.classify.TopK;
import vggstream.train.data.DataException;
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
    Tally tally = new Tally(each);
    new ImageBatches(images, unreadable, options)
        .forEach(
            batch ->
                tally.add(
                    batch,
                    predictor.posteriors(batch.stream().map(ImageBatches.Decoded::image).toList()),
                    images));
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

  /** The counts. */
  private final class Tally {
    private final Consumer<ImagePrediction> each;
    private int images;
    private int wrong;
    private int notAmongTop;

    Tally(Consumer<ImagePrediction> each) {
      this.each = each;
    }

    void add(List<ImageBatches.Decoded> batch, List<double[]> posteriors, ImageSet set) {
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
}
