package vggstream.job.operator;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * An event without an answer, on its way from step to step, any of which can be cancelled.
 * Thread-safe.
 */
final class InFlight {
  private final long startNanos = System.nanoTime();
  private final List<Runnable> cancels = new ArrayList<>(2); // guarded by this
  private final List<Runnable> holds = new ArrayList<>(2); // guarded by this
  private volatile int bytes;
  private boolean cancelled; // guarded by this
  private boolean ended; // guarded by this

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
   * Begins a step, unless the event was cancelled. Several may be in hand.
   *
   * @param step begins, and says how it is cancelled
   */
  synchronized void begin(Supplier<Runnable> step) {
    if (!cancelled) {
      cancels.add(step.get());
    }
  }

  /** Cancels the steps in hand, and lets no other begin. */
  synchronized void cancel() {
    cancelled = true;
    cancels.forEach(Runnable::run);
    cancels.clear();
  }

  /** Something that is needed until {@link #end}, and let go then. */
  void holds(Runnable letGo) {
    synchronized (this) {
      if (!ended) {
        holds.add(letGo);
        return;
      }
    }
    letGo.run();
  }

  /** It has its answer: lets go what was held for it. */
  void end() {
    List<Runnable> held;
    synchronized (this) {
      ended = true;
      held = List.copyOf(holds);
      holds.clear();
    }
    held.forEach(Runnable::run);
  }
}
