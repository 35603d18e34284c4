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

  @Test
  void gaussianDrawsAreStandardNormal() {
    int n = 100_000;
    double mean = 0;
    double square = 0;
    int beyondTwo = 0;
    for (int i = 0; i < n; i++) {
      double x = CounterRandom.gaussian(3, Purpose.COLOUR, 5, i);
      mean += x / n;
      square += x * x / n;
      beyondTwo += Math.abs(x) > 2 ? 1 : 0;
    }
    assertEquals(0, mean, 0.013); // 4 standard errors
    assertEquals(1, square, 0.018);
    assertEquals(0.0455, (double) beyondTwo / n, 0.003);
  }
}
