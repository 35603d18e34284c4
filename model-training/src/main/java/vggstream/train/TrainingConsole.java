package vggstream.train;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;
import vggstream.train.journal.EpochReport;
import vggstream.train.journal.Measures;

/**
 * Shows a run on the console: a progress bar on standard error, one line an epoch on the output.
 */
final class TrainingConsole implements TrainingListener {
  private static final int UPDATE_MILLIS = 500;

  private final PrintWriter out;
  private final boolean showBar;
  private String measure = "";
  private @Nullable ProgressBar bar;

  TrainingConsole(PrintWriter out, boolean showBar) {
    this.out = out;
    this.showBar = showBar;
  }

  @Override
  public void note(String line) {
    out.println(line);
    out.flush();
  }

  @Override
  public void begins(long iteration, long iterations, int batch, String agreesBy) {
    measure = agreesBy;
    if (iteration > 0) {
      out.printf("going on after step %d of %d%n", iteration, iterations);
      out.flush();
    }
    if (showBar) {
      bar =
          new ProgressBarBuilder()
              .setTaskName("training")
              .setInitialMax(iterations)
              .startsFrom(iteration, Duration.ZERO)
              .setUpdateIntervalMillis(UPDATE_MILLIS)
              .setStyle(ProgressBarStyle.ASCII)
              .build();
    }
  }

  @Override
  public void stepped(
      int epoch, long iteration, double loss, double agreement, double imagesPerSecond) {
    if (bar != null) {
      bar.stepTo(iteration);
      bar.setExtraMessage(
          String.format(
              Locale.ROOT,
              " epoch %d, loss %.4f, %s %.1f %%, %.0f images/s",
              epoch,
              loss,
              measure,
              100 * agreement,
              imagesPerSecond));
    }
  }

  @Override
  public void epochEnds(EpochReport report) {
    out.println(
        String.format(
            Locale.ROOT,
            "epoch %d: loss %.4f, %s%s, learning rate %s, %.1f images/s, waited for images %.1f %%"
                + " of the time",
            report.epoch(),
            report.loss(),
            measures(report.measures()),
            report.best() ? " (best)" : "",
            Float.toString((float) report.learningRate()),
            report.imagesPerSecond(),
            100 * report.waitedShare()));
    out.flush();
  }

  private static String measures(Measures measures) {
    if (measures instanceof Measures.Overlaps o) {
      return String.format(
          Locale.ROOT,
          "mean IoU %.3f, validation loss %.4f mean IoU %.3f error %.2f %%",
          o.trainIou(),
          o.loss(),
          o.meanIou(),
          100 * o.error());
    }
    Measures.Accuracies a = (Measures.Accuracies) measures;
    return String.format(
        Locale.ROOT,
        "accuracy %.2f %%, validation top-1 %.2f %% top-5 %.2f %%",
        100 * a.train(),
        100 * a.top1(),
        100 * a.top5());
  }

  @Override
  public void ends() {
    if (bar != null) {
      bar.close();
    }
  }
}
