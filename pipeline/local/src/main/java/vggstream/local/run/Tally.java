package vggstream.local.run;

import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which events still wait for an answer. Thread-safe. */
final class Tally {
  private final Set<String> waiting;
  private final int expected;
  private int unnamed;
  private @Nullable String failure;

  /** All these wait; each is to be answered once. */
  Tally(Collection<String> eventIds) {
    waiting = new HashSet<>(eventIds);
    expected = waiting.size();
    if (expected != eventIds.size()) {
      throw new IllegalArgumentException("eventIds must differ");
    }
  }

  /** An answer; without an eventId if the event could not be read. */
  synchronized void answered(@Nullable String eventId) {
    if (eventId == null) {
      unnamed++;
    } else if (!waiting.remove(eventId)) {
      fail("answered twice, or not asked: " + eventId);
    }
    notifyAll();
  }

  /** Something broke; only the first is kept. */
  synchronized void fail(String message) {
    if (failure == null) {
      failure = message;
    }
    notifyAll();
  }

  synchronized @Nullable String failure() {
    return failure;
  }

  synchronized int expectedCount() {
    return expected;
  }

  synchronized int answeredCount() {
    return expected - waiting.size() + unnamed;
  }

  synchronized boolean complete() {
    return answeredCount() >= expected;
  }

  /** Waits until all is answered, something broke, or the time is over. */
  synchronized void await(long millis) throws InterruptedException {
    long deadline = System.nanoTime() + millis * 1_000_000;
    while (!complete() && failure == null) {
      long left = (deadline - System.nanoTime()) / 1_000_000;
      if (left <= 0) {
        return;
      }
      wait(left);
    }
  }
}
