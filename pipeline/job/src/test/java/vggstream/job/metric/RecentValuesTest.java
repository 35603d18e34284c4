package vggstream.job.metric;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class RecentValuesTest {
  private final RecentValues values = new RecentValues();

  @Test
  void quantilesAreByNearestRank() {
    for (int v : new int[] {5, 1, 4, 2, 3}) {
      values.add(v);
    }
    long[] sorted = values.sorted();
    assertArrayEquals(new long[] {1, 2, 3, 4, 5}, sorted);
    assertEquals(3, RecentValues.quantile(sorted, 0.5));
    assertEquals(5, RecentValues.quantile(sorted, 0.99));
    assertEquals(1, RecentValues.quantile(sorted, 0));
    assertEquals(5, values.count());
  }

  @Test
  void oldValuesAreForgotten() {
    for (int i = 0; i < 3 * RecentValues.KEPT; i++) {
      values.add(i);
    }
    long[] sorted = values.sorted();
    assertEquals(RecentValues.KEPT, sorted.length);
    assertEquals(2 * RecentValues.KEPT, sorted[0]);
    assertEquals(3 * RecentValues.KEPT, values.count());
  }

  @Test
  void nothingHasQuantilesOfZero() {
    assertEquals(0, RecentValues.quantile(values.sorted(), 0.5));
  }
}
