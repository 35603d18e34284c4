package vggstream.job.metric;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * The last {@value #KEPT} values of something, for its quantiles. Thread-safe, without a lock and
 * without an allocation a value; a snapshot may mix values that are being added with older ones.
 */
public final class RecentValues {
  /** Values that are kept. */
  public static final int KEPT = 1024;

  private final AtomicLongArray values = new AtomicLongArray(KEPT);
  private final AtomicLong count = new AtomicLong();

  /** Adds a value. */
  public void add(long value) {
    values.set((int) (count.getAndIncrement() % KEPT), value);
  }

  /** How many were added in all. */
  public long count() {
    return count.get();
  }

  /** Those that are kept, ascending. */
  public long[] sorted() {
    long[] sorted = new long[(int) Math.min(KEPT, count.get())];
    for (int i = 0; i < sorted.length; i++) {
      sorted[i] = values.get(i);
    }
    Arrays.sort(sorted);
    return sorted;
  }

  /**
   * A quantile by nearest rank.
   *
   * @param sorted ascending
   * @param share 0..1
   * @return 0 if there are no values
   */
  public static long quantile(long[] sorted, double share) {
    if (share < 0 || share > 1) {
      throw new IllegalArgumentException("share must be within 0..1: was " + share);
    }
    if (sorted.length == 0) {
      return 0;
    }
    int rank = (int) Math.ceil(share * sorted.length);
    return sorted[Math.max(0, rank - 1)];
  }
}
