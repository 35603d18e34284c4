package vggstream.train.step;

import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import vggstream.train.network.Head;

/** How far predictions agree with the truth: the sum over images of a measure of 0..1. */
final class Agreement {
  private Agreement() {}

  /**
   * Number of images whose highest score is their label's; of equal ones the first counts.
   *
   * @param scores (N, K) from index 0 on
   * @param labels (N), what the buffer has remaining
   */
  static int correct(FloatBuffer scores, int classes, LongBuffer labels) {
    int correct = 0;
    for (int n = 0; n < labels.remaining(); n++) {
      int best = 0;
      for (int k = 1; k < classes; k++) {
        if (scores.get(n * classes + k) > scores.get(n * classes + best)) {
          best = k;
        }
      }
      correct += best == labels.get(labels.position() + n) ? 1 : 0;
    }
    return correct;
  }

  /**
   * Sum of the intersections over unions of predicted and true boxes; that of a predicted box of a
   * side that is not positive is 0.
   *
   * @param predicted (N, 4) from index 0 on
   * @param truth (N, 4), what the buffer has remaining
   */
  static double overlap(FloatBuffer predicted, FloatBuffer truth) {
    double sum = 0;
    for (int at = 0; at < truth.remaining(); at += Head.BOX) {
      int t = truth.position() + at;
      double width = side(predicted.get(at), predicted.get(at + 2), truth.get(t), truth.get(t + 2));
      double height =
          side(predicted.get(at + 1), predicted.get(at + 3), truth.get(t + 1), truth.get(t + 3));
      double common = width * height;
      double union =
          area(predicted.get(at + 2), predicted.get(at + 3))
              + area(truth.get(t + 2), truth.get(t + 3))
              - common;
      sum += common > 0 ? common / union : 0;
    }
    return sum;
  }

  private static double area(double width, double height) {
    return width * height;
  }

  /** Length that two intervals have in common, each of a centre and a length. */
  private static double side(double centre, double length, double otherCentre, double otherLength) {
    if (!(length > 0 && otherLength > 0)) {
      return 0;
    }
    double end = Math.min(centre + length / 2, otherCentre + otherLength / 2);
    double start = Math.max(centre - length / 2, otherCentre - otherLength / 2);
    return Math.max(0, end - start);
  }
}
