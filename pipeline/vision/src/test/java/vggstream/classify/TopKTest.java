package vggstream.classify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TopKTest {
  private static List<String> labels(int count) {
    return IntStream.range(0, count).mapToObj(k -> "l" + k).toList();
  }

  @Test
  void largestComeFirstWithRankIndexAndLabel() {
    assertEquals(
        List.of(new RankedClass(1, 2, "l2", 0.5f), new RankedClass(2, 0, "l0", 0.25f)),
        TopK.of(new double[] {0.25, 0.05, 0.5, 0.2}, labels(4), 2));
  }

  @Test
  void equalPosteriorsStayInTheOrderOfTheirIndices() {
    List<RankedClass> top = TopK.of(new double[] {0.1, 0.3, 0.1, 0.3, 0.1, 0.1}, labels(6), 5);
    assertEquals(List.of(1, 3, 0, 2, 4), top.stream().map(RankedClass::classIndex).toList());
  }

  @Test
  void moreThanAllMeansAll() {
    assertEquals(3, TopK.of(new double[] {0.2, 0.3, 0.5}, labels(3), 9).size());
  }

  @Test
  void agreesWithSortingEverything() {
    Random random = new Random(5);
    for (int trial = 0; trial < 200; trial++) {
      int classes = 1 + random.nextInt(30);
      double[] posterior = random.ints(classes, 0, 6).mapToDouble(v -> v / 6.0).toArray();
      int k = 1 + random.nextInt(12);
      List<Integer> sorted =
          IntStream.range(0, classes)
              .boxed()
              .sorted(Comparator.comparingDouble((Integer c) -> -posterior[c]))
              .limit(k)
              .toList();
      List<RankedClass> top = TopK.of(posterior, labels(classes), k);
      assertEquals(sorted, top.stream().map(RankedClass::classIndex).toList());
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, -0.01, 1.01})
  void valueThatIsNoPosteriorIsRefused(double bad) {
    assertThrows(
        IllegalArgumentException.class, () -> TopK.of(new double[] {0.5, bad}, labels(2), 1));
  }

  @Test
  void badArgumentsAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> TopK.of(new double[1], labels(1), 0));
    assertThrows(IllegalArgumentException.class, () -> TopK.of(new double[2], labels(1), 1));
  }
}
