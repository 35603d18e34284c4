package vggstream.client;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Lets through so many a second, evenly. What is late by up to a tenth of a second is made up for;
 * after a longer pause it goes on at the same rate. Used by one thread.
 */
final class Pacer {
  private static final long MADE_UP_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private final double intervalNanos;
  private final LongSupplier nanoTime;
  private final long start;
  private double next; // since the start

  /**
   * Begins now.
   *
   * @param perSecond above 0; infinite: never waits
   */
  Pacer(double perSecond, LongSupplier nanoTime) {
    if (!(perSecond > 0)) {
      throw new IllegalArgumentException("--rate must be above 0: was " + perSecond);
    }
    this.intervalNanos = 1e9 / perSecond;
    this.nanoTime = nanoTime;
    this.start = nanoTime.getAsLong();
  }

  /** Takes the next turn, and says how long to wait for it, in nanoseconds; 0: it is now. */
  long take() {
    long now = nanoTime.getAsLong() - start;
    double turn = Math.max(next, now - MADE_UP_NANOS);
    next = turn + intervalNanos;
    return Math.max(0, Math.round(turn - now));
  }
}
