package vggstream.localise;

import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import vggstream.classify.PosteriorMean;
import vggstream.model.DenseOutputs;
import vggstream.model.Output;

/**
 * Class posteriors at each window of one view: the soft-max at each position of the score map, the
 * mean over networks. It is working memory of one thread, grown once and reused for all images that
 * the thread adds to a {@link Localisation}; not thread-safe.
 */
public final class WindowRatings {
  private float[] ratings = new float[0]; // (K, h, w)
  private float[] scores = new float[0]; // (K, h, w) of one network
  private float[] boxes = new float[0]; // (4 or 4K, h, w) of one network
  private float[] max = new float[0]; // (h, w)
  private double[] sum = new double[0]; // (h, w)

  /**
   * Rates the windows of a slot.
   *
   * @param classifiers the outputs of each, with score maps of one shape
   * @return (K, h, w); overwritten by the next call
   * @throws IllegalArgumentException if a score is not finite
   */
  float[] rate(List<DenseOutputs> classifiers, int slot) {
    long[] shape = classifiers.get(0).shape(Output.SCORE_MAP); // (N, K, h, w)
    int classes = (int) shape[1];
    int windows = (int) (shape[2] * shape[3]);
    int size = Math.multiplyExact(classes, windows);
    if (ratings.length < size) {
      ratings = new float[size];
      scores = new float[size];
    }
    if (sum.length < windows) {
      max = new float[windows];
      sum = new double[windows];
    }
    Arrays.fill(ratings, 0, size, 0);
    for (DenseOutputs classifier : classifiers) {
      FloatBuffer map = classifier.get(Output.SCORE_MAP);
      map.get(Math.multiplyExact(slot, size), scores, 0, size); // (K, h, w)
      addPosteriors(classes, windows, 1f / classifiers.size());
    }
    return ratings;
  }

  private void addPosteriors(int classes, int windows, float share) {
    Arrays.fill(max, 0, windows, Float.NEGATIVE_INFINITY);
    Arrays.fill(sum, 0, windows, 0);
    for (int k = 0; k < classes; k++) {
      for (int w = 0; w < windows; w++) {
        float score = scores[k * windows + w];
        if (!Float.isFinite(score)) {
          throw PosteriorMean.notFinite(k, score);
        }
        max[w] = Math.max(max[w], score);
      }
    }
    for (int k = 0; k < classes; k++) {
      for (int w = 0; w < windows; w++) {
        double e = Math.exp(scores[k * windows + w] - max[w]);
        scores[k * windows + w] = (float) e;
        sum[w] += e;
      }
    }
    for (int k = 0; k < classes; k++) {
      for (int w = 0; w < windows; w++) {
        ratings[k * windows + w] += (float) (scores[k * windows + w] * share / sum[w]);
      }
    }
  }

  /**
   * The box map of a slot.
   *
   * @return (4 or 4K, h, w); overwritten by the next call
   * @throws NotFiniteException if a value is not finite
   */
  float[] boxes(DenseOutputs localiser, int slot) {
    long[] shape = localiser.shape(Output.BOX_MAP); // (N, 4 or 4K, h, w)
    int size = Math.toIntExact(shape[1] * shape[2] * shape[3]);
    if (boxes.length < size) {
      boxes = new float[size];
    }
    localiser.get(Output.BOX_MAP).get(Math.multiplyExact(slot, size), boxes, 0, size);
    for (int i = 0; i < size; i++) {
      if (!Float.isFinite(boxes[i])) {
        throw new NotFiniteException(
            "predicted boxes must be finite: value %d was %s".formatted(i, boxes[i]));
      }
    }
    return boxes;
  }
}
