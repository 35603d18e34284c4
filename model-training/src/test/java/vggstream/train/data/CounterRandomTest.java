package vggstream.train.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import vggstream.train.data.CounterRandom.Purpose;

class CounterRandomTest {
  @Test
  void drawsAreUniform() {
    int[] counts = new int[7];
    for (int i = 0; i < 70_000; i++) {
      counts[CounterRandom.below(7, 3, Purpose.CROP_X, 5, i)]++;
    }
    for (int count : counts) {
      assertEquals(10_000, count, 500, Arrays.toString(counts)); // 5 standard deviations
    }
  }

  @Test
  void everyPartOfTheKeyCounts() {
    long base = CounterRandom.bits(1, Purpose.CROP_X, 2, 3);
    assertTrue(base != CounterRandom.bits(2, Purpose.CROP_X, 2, 3));
    assertTrue(base != CounterRandom.bits(1, Purpose.CROP_Y, 2, 3));
    assertTrue(base != CounterRandom.bits(1, Purpose.CROP_X, 3, 2));
    assertTrue(base != CounterRandom.bits(1, Purpose.CROP_X, 2, 4));
  }

  @Test
  void aPermutationHoldsEachIndexOnce() {
    int[] order = CounterRandom.permutation(1000, 1, Purpose.SHUFFLE, 0);
    assertArrayEquals(IntStream.range(0, 1000).toArray(), Arrays.stream(order).sorted().toArray());
    assertTrue(!Arrays.equals(order, CounterRandom.permutation(1000, 1, Purpose.SHUFFLE, 1)));
  }
}
