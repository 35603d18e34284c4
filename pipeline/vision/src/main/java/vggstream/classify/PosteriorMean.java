package vggstream.classify;

import java.nio.FloatBuffer;

/**
 * The mean of soft-max posteriors over mirror images, scales and networks (paper, section 3.2):
 * each view's score vector, already averaged over space, is turned into a posterior, and these are
 * averaged. Sums are kept in double precision, so that the order in which views arrive does not
 * matter to 1e-12. Not thread-safe.
 */
public final class PosteriorMean {
  private final double[] sum;
  private int views;

  /** For K classes. */
  public PosteriorMean(int classCount) {
    if (classCount < 1) {
      throw new IllegalArgumentException("classCount must be at least 1: was " + classCount);
    }
    this.sum = new double[classCount];
  }

  /**
   * Adds the posterior of one view.
   *
   * @param scores class scores before soft-max, at least offset + K
   * @param offset of the first class's score
   * @throws IllegalArgumentException if a score is not finite
   */
  public void add(FloatBuffer scores, int offset) {
    double max = Double.NEGATIVE_INFINITY;
    for (int k = 0; k < sum.length; k++) {
      float score = scores.get(offset + k);
      if (!Float.isFinite(score)) {
        throw notFinite(k, score);
      }
      max = Math.max(max, score);
    }
    double z = 0;
    for (int k = 0; k < sum.length; k++) {
      z += Math.exp(scores.get(offset + k) - max);
    }
    for (int k = 0; k < sum.length; k++) {
      sum[k] += Math.exp(scores.get(offset + k) - max) / z;
    }
    views++;
  }

  /** What is thrown for a score that is infinite or no number. */
  public static IllegalArgumentException notFinite(int classIndex, float score) {
    return new IllegalArgumentException(
        "scores must be finite: class %d was %s".formatted(classIndex, score));
  }

  /** Number of classes, K. */
  public int classCount() {
    return sum.length;
  }

  /** Number of views added. */
  public int views() {
    return views;
  }

  /**
   * The mean, (K), summing to 1.
   *
   * @throws IllegalStateException if nothing was added
   */
  public double[] mean() {
    if (views == 0) {
      throw new IllegalStateException("at least one view must be added");
    }
    double[] mean = sum.clone();
    for (int k = 0; k < mean.length; k++) {
      mean[k] /= views;
    }
    return mean;
  }
}
