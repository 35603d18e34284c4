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
  private static final float LN_2 = (float) Math.log(2);
  private static final float LOG2_E = (float) (1 / Math.log(2));

  private float[] ratings = new float[0]; // (K, h, w)
  private float[] scores = new float[0]; // (K, h, w) of one network
  private float[] boxes = new float[0]; // (4 or 4K, h, w) of one network
  private float[] max = new float[0]; // (h, w)
  private float[] sum = new float[0]; // (h, w)

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
      sum = new float[windows];
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
        if (!(Math.abs(score) <= Float.MAX_VALUE)) {
          throw PosteriorMean.notFinite(k, score);
        }
        if (score > max[w]) {
          max[w] = score;
        }
      }
    }
    for (int k = 0; k < classes; k++) {
      for (int w = 0; w < windows; w++) {
        float e = exp(scores[k * windows + w] - max[w]);
        scores[k * windows + w] = e;
        sum[w] += e;
      }
    }
    for (int w = 0; w < windows; w++) {
      sum[w] = share / sum[w];
    }
    for (int k = 0; k < classes; k++) {
      for (int w = 0; w < windows; w++) {
        ratings[k * windows + w] += scores[k * windows + w] * sum[w];
      }
    }
  }

  /**
   * e to the x in single precision, several times as fast as {@link Math#exp}: x = n ln 2 + r, and
   * the power series of e^r up to r^6. The relative error is below 1e-6 for x within -10..0, below
   * 1e-5 down to -80; what is smaller counts as zero.
   *
   * @param x at most 0
   */
  static float exp(float x) {
    if (x < -80) {
      return 0;
    }
    int n = (int) (x * LOG2_E - 0.5f); // to the nearest, as it is not positive
    float r = x - n * LN_2;
    float series =
        1 + r * (1 + r * (1 / 2f + r * (1 / 6f + r * (1 / 24f + r * (1 / 120f + r / 720)))));
    return series * Float.intBitsToFloat((n + 127) << 23);
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
