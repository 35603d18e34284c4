package vggstream.video;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.bytedeco.ffmpeg.avformat.AVIOInterruptCB;
import org.bytedeco.javacpp.Pointer;

/**
 * What FFmpeg asks while it waits, whatever the protocol: whether to go on. It is asked by FFmpeg's
 * threads too.
 */
final class Interrupt extends AVIOInterruptCB.Callback_Pointer {
  private final BooleanSupplier stopped;
  private final Duration patience;
  private volatile long deadline;

  Interrupt(BooleanSupplier stopped, Duration patience) {
    this.stopped = stopped;
    this.patience = patience;
    restart();
  }

  /** Begins to wait for something new. */
  void restart() {
    deadline = System.nanoTime() + patience.toNanos();
  }

  boolean isStopped() {
    return stopped.getAsBoolean();
  }

  boolean isLate() {
    return System.nanoTime() - deadline >= 0;
  }

  Duration patience() {
    return patience;
  }

  @Override
  public int call(Pointer opaque) {
    return isStopped() || isLate() ? 1 : 0;
  }
}
