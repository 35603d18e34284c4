package vggstream.train.report;

import java.util.List;

/**
 * What a run's history says, epoch by epoch.
 *
 * @param name of the run, for people
 * @param points in the order of the epochs
 */
public record Curve(String name, List<Point> points) {
  public Curve {
    points = List.copyOf(points);
  }

  /**
   * An epoch.
   *
   * @param epoch from 1
   * @param loss of training, nats
   * @param trainAccuracy 0..1
   * @param validationAccuracy top-1, 0..1
   * @param learningRate of the epoch
   */
  public record Point(
      int epoch,
      double loss,
      double trainAccuracy,
      double validationAccuracy,
      double learningRate) {}
}
