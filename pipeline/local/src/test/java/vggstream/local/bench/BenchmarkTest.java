package vggstream.local.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import vggstream.local.run.RunFailedException;

class BenchmarkTest {
  @Test
  void lastLineIsTheMedianRatio() {
    BenchmarkResult result =
        new BenchmarkResult(
            List.of(
                new BenchmarkResult.Pair(10, "a", 9),
                new BenchmarkResult.Pair(10, "a", 5),
                new BenchmarkResult.Pair(20, "b", 19)));
    assertEquals(0.9, result.ratio(), 1e-12);
    assertTrue(result.toText().endsWith("\nratio 0.90\n"), result::toText);
    assertEquals(
        0.7,
        new BenchmarkResult(
                List.of(new BenchmarkResult.Pair(10, "a", 9), new BenchmarkResult.Pair(10, "a", 5)))
            .ratio(),
        1e-12);
  }

  @Test
  void rateIsMeasuredFromTheEndOfABatchToTheEndOfAnother() throws Exception {
    JobPhase.AnswerTimes times = new JobPhase.AnswerTimes();
    for (int batch = 0; batch < 20; batch++) { // four images a second
      for (int i = 0; i < 8; i++) {
        times.add(50_000 + 2000L * batch);
      }
    }
    assertEquals(4, times.rate(5_000, 21_000), 1e-9);
    assertEquals(4, times.rate(6_000, 20_500), 1e-9);
    assertEquals(38_000, times.spanMillis());
    assertTrue(times.reach(37_999));
    assertFalse(times.reach(38_000));
  }

  @Test
  void windowWithoutAnswersHasNoRate() {
    JobPhase.AnswerTimes times = new JobPhase.AnswerTimes();
    times.add(1000);
    times.add(9000);
    RunFailedException e = assertThrows(RunFailedException.class, () -> times.rate(1000, 2000));
    assertTrue(e.getMessage().contains("longer --seconds"), e.getMessage());
  }
}
