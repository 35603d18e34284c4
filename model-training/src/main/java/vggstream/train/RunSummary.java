package vggstream.train;

import java.util.Locale;

/**
 * What a process made of a run.
 *
 * @param outcome how it ended
 * @param firstStep steps made before
 * @param lastStep steps made in all
 * @param images trained on in this process
 * @param seconds that steps took in this process, validation and checkpoints left out
 * @param waitedShare share of that time in which the optimiser waited for images, 0..1
 * @param bestAccuracy best validation accuracy of the run, or mean intersection over union of a
 *     localiser, 0..1; below 0 before the first epoch
 */
public record RunSummary(
    Outcome outcome,
    long firstStep,
    long lastStep,
    long images,
    double seconds,
    double waitedShare,
    double bestAccuracy) {

  /** How a run ended. */
  public enum Outcome {
    /** All epochs were made. */
    EPOCHS_MADE,
    /** Accuracy stopped to improve at the last learning rate. */
    PLATEAU,
    /** A {@link StopSignal} was given; the run can be resumed. */
    STOPPED
  }

  double imagesPerSecond() {
    return seconds > 0 ? images / seconds : 0;
  }

  /** A line for people. */
  String line() {
    return String.format(
        Locale.ROOT,
        "steps %d to %d: %d images in %.1f s, %.1f images/s, the optimiser waited for images"
            + " %.1f %% of the time; best validation result %s",
        firstStep,
        lastStep,
        images,
        seconds,
        imagesPerSecond(),
        100 * waitedShare,
        bestAccuracy < 0
            ? "not measured yet"
            : String.format(Locale.ROOT, "%.2f %%", 100 * bestAccuracy));
  }
}
