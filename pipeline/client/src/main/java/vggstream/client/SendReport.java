package vggstream.client;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/** Counts and prints what becomes of the files of one {@code send}. Thread-safe. */
final class SendReport implements ImageSender.Listener {
  /** Failures printed one by one; the rest only counted. */
  private static final int PRINTED = 100;

  private final PrintWriter err;
  private final String unit;
  private final long start = System.nanoTime();
  private @Nullable ProgressBar bar;
  private long delivered;
  private long bytes;
  private long failed;
  private long leftOut;

  /**
   * Nothing sent yet.
   *
   * @param err where failures are printed
   * @param unit what is sent: files, or frames
   */
  SendReport(PrintWriter err, String unit) {
    this.err = err;
    this.unit = unit;
  }

  /** A bar on the terminal; null where there is none, or none is wanted. */
  static @Nullable ProgressBar bar(long files, boolean unwanted) {
    if (unwanted || System.console() == null) {
      return null;
    }
    return new ProgressBarBuilder()
        .setTaskName("send")
        .setInitialMax(files)
        .setStyle(ProgressBarStyle.ASCII)
        .setUnit(" files", 1)
        .showSpeed()
        .build();
  }

  synchronized void draws(@Nullable ProgressBar drawn) {
    bar = drawn;
  }

  @Override
  public synchronized void delivered(ImageFile file, long imageBytes) {
    delivered++;
    bytes += imageBytes;
    step();
  }

  @Override
  public synchronized void failed(ImageFile file, String reason) {
    failed++;
    if (failed <= PRINTED) {
      err.println(file.path() + ": " + reason);
      err.flush();
    } else if (failed == PRINTED + 1) {
      err.println("(further failures are counted, not printed)");
      err.flush();
    }
    step();
  }

  /** What went wrong and was not the fate of one file. */
  synchronized void warn(String message) {
    err.println(message);
    err.flush();
  }

  /** A file that was not to be sent. */
  synchronized void leftOut() {
    leftOut++;
    step();
  }

  synchronized long failed() {
    return failed;
  }

  private void step() {
    if (bar != null) {
      bar.step();
    }
  }

  /** One line: counts, bytes, seconds. */
  synchronized void print(PrintWriter out, long files) {
    double seconds = Duration.ofNanos(System.nanoTime() - start).toMillis() / 1000.0;
    out.printf(
        Locale.ROOT,
        "sent %,d of %,d %s, %,d bytes, in %.1f s; failed %,d, left out %,d%n",
        delivered,
        files,
        unit,
        bytes,
        seconds,
        failed,
        leftOut);
    out.flush();
  }
}
