package vggstream.local.run;

import java.util.Arrays;

/**
 * Percentiles by nearest rank: the smallest value that at least that share does not exceed; all 0
 * if there are no values.
 *
 * @param p50 the median
 * @param p95 of 100 values, the 95th
 * @param p99 of 100 values, the 99th
 */
public record Percentiles(long p50, long p95, long p99) {

  /** Of any values, in any order; the array is sorted. */
  public static Percentiles of(long[] values) {
    Arrays.sort(values);
    return new Percentiles(rank(values, 50), rank(values, 95), rank(values, 99));
  }

  private static long rank(long[] sorted, int percent) {
    if (sorted.length == 0) {
      return 0;
    }
    return sorted[(int) (((long) sorted.length * percent + 99) / 100) - 1];
  }
}
