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
  private float[] max = new float[0]; // (h, w)
  private float[] sum = new float[0]; // (h, w)
  private float[] wrong = new float[0]; // (h, w)
  private float[] terms = new float[0]; // (h, w)
  private int[] selected = new int[0]; // (h, w)

  /**
   * Rates the windows of a slot, (K, h, w).
   *
   * @param classifiers the outputs of each, with score maps of one shape
   * @throws IllegalArgumentException if a score is not finite
   */
  void rate(List<DenseOutputs> classifiers, int slot) {
    long[] shape = classifiers.get(0).shape(Output.SCORE_MAP); // (N, K, h, w)
    int classes = (int) shape[1];
    int windows = (int) (shape[2] * shape[3]);
    int size = Math.multiplyExact(classes, windows);
    if (ratings.length < size) {
      ratings = new float[size];
    }
    if (classifiers.size() > 1 && scores.length < size) {
      scores = new float[size];
    }
    if (sum.length < windows) {
      max = new float[windows];
      sum = new float[windows];
      wrong = new float[windows];
      terms = new float[windows];
      selected = new int[windows];
    }
    for (int i = 0; i < classifiers.size(); i++) {
      float[] values = i == 0 ? ratings : scores; // (K, h, w)
      FloatBuffer map = classifiers.get(i).get(Output.SCORE_MAP);
      map.get(Math.multiplyExact(slot, size), values, 0, size);
      toPosteriors(values, classes, windows, 1f / classifiers.size());
      for (int j = 0; i > 0 && j < size; j++) {
        ratings[j] += scores[j];
      }
    }
  }

  /** The rating at a place of (K, h, w), 0..1. */
  float rating(int place) {
    return ratings[place];
  }

  /**
   * Selects the windows of a class that are rated at least so high. Without a branch, which random
   * ratings would make the processor foretell wrongly: that took most of the time.
   *
   * @param first place of the class's first rating
   * @return how many they are
   */
  int select(int first, int windows, float least) {
    int count = 0;
    for (int w = 0; w < windows; w++) {
      selected[count] = w;
      count += Float.floatToRawIntBits(ratings[first + w] - least) >>> 31 ^ 1; // 1 if not below
    }
    return count;
  }

  /** The i-th selected window. */
  int selected(int i) {
    return selected[i];
  }

  /**
   * Makes posteriors of scores, times a factor. Each loop is one that the compiler turns into
   * vector instructions: no branch, no call.
   */
  private void toPosteriors(float[] values, int classes, int windows, float factor) {
    Arrays.fill(max, 0, windows, Float.NEGATIVE_INFINITY);
    Arrays.fill(sum, 0, windows, 0);
    Arrays.fill(wrong, 0, windows, 0);
    for (int k = 0; k < classes; k++) {
      int row = k * windows;
      for (int w = 0; w < windows; w++) {
        float score = values[row + w];
        max[w] = Math.max(max[w], score);
        wrong[w] += score * 0; // not 0 if infinite or no number
      }
    }
    checkFinite(values, classes, windows);
    for (int k = 0; k < classes; k++) {
      int row = k * windows;
      differences(values, row, windows);
      exp(terms, windows);
      for (int w = 0; w < windows; w++) {
        values[row + w] = terms[w];
        sum[w] += terms[w];
      }
    }
    for (int w = 0; w < windows; w++) {
      sum[w] = factor / sum[w];
    }
    for (int k = 0; k < classes; k++) {
      int row = k * windows;
      for (int w = 0; w < windows; w++) {
        values[row + w] *= sum[w];
      }
    }
  }

  private void checkFinite(float[] values, int classes, int windows) {
    for (int w = 0; w < windows; w++) {
      for (int k = 0; wrong[w] != 0 && k < classes; k++) {
        if (!Float.isFinite(values[k * windows + w])) {
          throw PosteriorMean.notFinite(k, values[k * windows + w]);
        }
      }
    }
  }

  private void differences(float[] values, int row, int windows) {
    for (int w = 0; w < windows; w++) {
      terms[w] = values[row + w] - max[w];
    }
  }

  /**
   * e to the x in single precision without a branch or a table: (e^(x/256))^256, the inner one by
   * its power series. The relative error is below 4e-5 for x within -16..0; what is below e^-64
   * counts as e^-64.
   *
   * @param x at most 0; replaced
   */
  static void exp(float[] x, int n) {
    for (int i = 0; i < n; i++) {
      float y = Math.max(x[i], -64) * (1 / 256f);
      x[i] = 1 + y * (1 + y * (1 / 2f + y * (1 / 6f + y * (1 / 24f))));
    }
    for (int squared = 0; squared < 8; squared += 4) {
      for (int i = 0; i < n; i++) {
        float e = x[i];
        e *= e;
        e *= e;
        e *= e;
        x[i] = e * e;
      }
    }
  }
}
