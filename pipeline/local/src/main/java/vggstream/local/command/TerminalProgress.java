package vggstream.local.command;

import java.io.PrintWriter;
import java.net.URI;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;
import vggstream.local.run.FolderRun;

/** A progress bar on a terminal, else a line now and then. */
final class TerminalProgress implements FolderRun.Progress, AutoCloseable {
  private static final long LINE_NANOS = 10_000_000_000L;

  private final PrintWriter err;
  private final boolean silent;
  private @Nullable ProgressBar bar;
  private int total;
  private long lastLine = System.nanoTime();

  TerminalProgress(PrintWriter err, boolean silent) {
    this.err = err;
    this.silent = silent;
  }

  @Override
  public void started(URI ui, int files) {
    total = files;
    err.printf("Flink's web UI: %s%n%d files%n", ui, files);
    err.flush();
    if (!silent && System.console() != null) {
      bar =
          new ProgressBarBuilder()
              .setTaskName("run")
              .setInitialMax(files)
              .setStyle(ProgressBarStyle.ASCII)
              .setUnit(" images", 1)
              .showSpeed()
              .build();
    }
  }

  @Override
  public void answered(int images) {
    if (bar != null) {
      bar.stepTo(images);
    } else if (!silent && System.nanoTime() - lastLine > LINE_NANOS) {
      lastLine = System.nanoTime();
      err.printf("%d of %d images answered%n", images, total);
      err.flush();
    }
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
    }
  }
}
