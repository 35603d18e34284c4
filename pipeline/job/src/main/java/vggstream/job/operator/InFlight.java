package vggstream.job.operator;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * An event without an answer, on its way from step to step, any of which can be cancelled.
 * Thread-safe.
 */
final class InFlight {
  private final long startNanos = System.nanoTime();
  private volatile int bytes;
  private @Nullable Runnable cancel; // guarded by this
  private boolean cancelled; // guarded by this

  /** Its encoded image is here. */
  void encoded(int encodedBytes) {
    bytes = encodedBytes;
  }

  /** Of its encoded image; 0 until that is here. */
  int bytes() {
    return bytes;
  }

  /** Since it came. */
  long nanos() {
    return System.nanoTime() - startNanos;
  }

  /**
   * Begins the next step, unless the event was cancelled.
   *
   * @param step begins, and says how it is cancelled
   */
  synchronized void begin(Supplier<Runnable> step) {
    if (!cancelled) {
      cancel = step.get();
    }
  }

  /** Cancels the step in hand, and lets no other begin. */
  synchronized void cancel() {
    cancelled = true;
    if (cancel != null) {
      cancel.run();
    }
  }
}
