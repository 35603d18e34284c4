package vggstream.train.evaluate;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import vggstream.classify.RankedClass;
import vggstream.classify.TopK;
import vggstream.image.ImageRejectedException;
import vggstream.image.RgbImage;
import vggstream.train.data.DataException;
import vggstream.train.data.ImageSet;
import vggstream.train.data.UnreadableImages;

/**
 * Classifies the same images with several predictors in turns, batch by batch, so that neither the
 * images nor what else the machine does favours one of them.
 */
public final class SideBySide {
  private static final int TOP = 5;

  private final List<Predictor> predictors;
  private final ClassificationEvaluator.Options options;

  /**
   * What one predictor did.
   *
   * @param top1Error share of images whose most probable class is not the true one, 0..1
   * @param top5Error share of images whose true class is not among the five most probable, 0..1
   * @param largestDifference largest difference of a class's posterior from the first predictor's,
   *     0..1
   * @param seconds that it took: rescaling and the network, without decoding and without the first
   *     batch's first time, which warms up
   */
  public record Measured(
      double top1Error, double top5Error, double largestDifference, double seconds) {}

  /**
   * Of all predictors.
   *
   * @param images that were classified, at least 1
   * @param unreadable images that were left out
   * @param measured by predictor
   */
  public record Result(int images, int unreadable, List<Measured> measured) {
    public Result {
      measured = List.copyOf(measured);
    }
  }

  /**
   * @param predictors at least one; the first is what the others are compared with
   */
  public SideBySide(List<Predictor> predictors, ClassificationEvaluator.Options options) {
    if (predictors.isEmpty()) {
      throw new IllegalArgumentException("predictors must be at least one: were none");
    }
    this.predictors = List.copyOf(predictors);
    this.options = options;
  }

  /**
   * Classifies the images of a set in their order.
   *
   * @param each sees every batch first; it is not timed
   * @throws IOException if too many images are unreadable, or none is readable
   */
  public Result evaluate(
      ImageSet images, UnreadableImages unreadable, Consumer<List<RgbImage>> each)
      throws IOException, InterruptedException {
    List<Tally> tallies = new ArrayList<>();
    predictors.forEach(predictor -> tallies.add(new Tally(predictor)));
    int[] batches = new int[1];
    int[] count = new int[1];
    new ImageBatches(images, unreadable, options)
        .forEach(
            batch -> {
              List<RgbImage> pixels = batch.stream().map(ImageBatches.Decoded::image).toList();
              each.accept(pixels);
              if (batches[0] == 0) {
                for (Tally tally : tallies) {
                  tally.predictor.posteriors(pixels);
                }
              }
              List<List<double[]>> answers = answers(tallies, pixels, batches[0]);
              for (int p = 0; p < tallies.size(); p++) {
                tallies.get(p).add(batch, answers.get(p), answers.get(0), images.labels());
              }
              batches[0]++;
              count[0] += batch.size();
            });
    if (count[0] == 0) {
      throw new DataException(images.root() + ": no image could be read");
    }
    return new Result(
        count[0], unreadable.count(), tallies.stream().map(t -> t.measured(count[0])).toList());
  }

  /** All predictors' answers, the first asked being another one with each batch. */
  private static List<List<double[]>> answers(List<Tally> tallies, List<RgbImage> pixels, int batch)
      throws ImageRejectedException {
    List<List<double[]>> answers = new ArrayList<>();
    tallies.forEach(t -> answers.add(List.of()));
    long[] nanos = new long[tallies.size()];
    for (int i = 0; i < tallies.size(); i++) {
      int p = (batch + i) % tallies.size();
      long start = System.nanoTime();
      answers.set(p, tallies.get(p).predictor.posteriors(pixels));
      nanos[p] = System.nanoTime() - start;
    }
    for (int p = 0; p < nanos.length; p++) {
      tallies.get(p).nanos += nanos[p];
    }
    return answers;
  }

  /** The sums of one predictor. */
  private static final class Tally {
    private final Predictor predictor;
    private int wrong;
    private int notAmongTop;
    private double largestDifference;
    private long nanos;

    Tally(Predictor predictor) {
      this.predictor = predictor;
    }

    void add(
        List<ImageBatches.Decoded> batch,
        List<double[]> posteriors,
        List<double[]> reference,
        List<String> labels) {
      for (int i = 0; i < batch.size(); i++) {
        int truth = batch.get(i).sample().classIndex();
        double[] posterior = posteriors.get(i);
        List<RankedClass> top = TopK.of(posterior, labels, TOP);
        wrong += top.get(0).classIndex() == truth ? 0 : 1;
        notAmongTop += top.stream().anyMatch(c -> c.classIndex() == truth) ? 0 : 1;
        for (int k = 0; k < posterior.length; k++) {
          largestDifference =
              Math.max(largestDifference, Math.abs(posterior[k] - reference.get(i)[k]));
        }
      }
    }

    Measured measured(int images) {
      return new Measured(
          (double) wrong / images, (double) notAmongTop / images, largestDifference, nanos / 1e9);
    }
  }
}
