package vggstream.job.operator;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * An event without an answer, on its way from step to step, any of which can be cancelled.
 * Thread-safe.
 */
final class InFlight {
  private @Nullable Runnable cancel;
  private boolean cancelled;

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
