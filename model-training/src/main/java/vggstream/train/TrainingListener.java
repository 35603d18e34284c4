package vggstream.train;

import vggstream.train.journal.EpochReport;

/** Is told how a run goes, on its thread. */
public interface TrainingListener {

  /** Something that deserves a line. */
  void note(String line);

  /**
   * A run begins or goes on.
   *
   * @param iteration steps made before
   * @param iterations steps that the run makes at most, in all
   * @param batch images of a step
   * @param agreesBy what predictions agree with the truth by, such as {@code accuracy}
   */
  void begins(long iteration, long iterations, int batch, String agreesBy);

  /**
   * A step was made.
   *
   * @param epoch that it belongs to, from 1
   * @param loss mean of the epoch's steps so far
   * @param agreement with the truth of the epoch's steps so far, 0..1: accuracy, or mean
   *     intersection over union of a network that localises
   * @param imagesPerSecond of the steps made in this process
   */
  void stepped(int epoch, long iteration, double loss, double agreement, double imagesPerSecond);

  /** An epoch was made and validated. */
  void epochEnds(EpochReport report);

  /** The run is over, or was interrupted. */
  void ends();
}
