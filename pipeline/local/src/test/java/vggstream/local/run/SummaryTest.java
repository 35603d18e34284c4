package vggstream.local.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import vggstream.schema.Origin;

class SummaryTest {

  @Test
  void percentilesAreByNearestRank() {
    assertEquals(
        new Percentiles(50, 95, 99), Percentiles.of(LongStream.rangeClosed(1, 100).toArray()));
    assertEquals(new Percentiles(7, 7, 7), Percentiles.of(new long[] {7}));
    assertEquals(new Percentiles(2, 3, 3), Percentiles.of(new long[] {3, 1, 2}));
    assertEquals(new Percentiles(0, 0, 0), Percentiles.of(new long[0]));
  }

  @Test
  void textHoldsCountsRateAndBatches() {
    Percentiles some = new Percentiles(10_000, 20_000, 30_000);
    String text =
        new Summary(
                90,
                new TreeMap<>(Map.of("TRUNCATED", 10)),
                4,
                new TreeMap<>(Map.of(1, 2L, 16, 5L)),
                some,
                some,
                some,
                some)
            .toText();
    assertTrue(text.contains("100 (90 predicted, 10 dead letters)"), text);
    assertTrue(text.contains("10 TRUNCATED"), text);
    assertTrue(text.contains("25.0"), text);
    assertTrue(text.contains("5 of 16 images"), text);
  }

  @Test
  void tallyEndsWhenEachEventIsAnsweredAndSeesASecondAnswer() throws Exception {
    Tally tally = new Tally(List.of("a", "b", "c"));
    tally.answered("a");
    tally.answered(null);
    assertFalse(tally.complete());
    tally.answered("c");
    assertTrue(tally.complete());
    tally.await(60_000); // returns at once
    tally.answered("a");
    assertEquals("answered twice, or not asked: a", tally.failure());
    assertThrows(IllegalArgumentException.class, () -> new Tally(List.of("a", "a")));
  }

  @Test
  void linesAppearWholeOrNotAtAll(@TempDir Path directory) throws Exception {
    Path file = directory.resolve("a.jsonl");
    try (JsonLines lines = new JsonLines(file)) {
      lines.append(new Origin("t", 0, 1L));
    }
    try (var left = Files.list(directory)) {
      assertEquals(0, left.count());
    }
    try (JsonLines lines = new JsonLines(file)) {
      lines.append(new Origin("t", 0, 1L));
      JsonLines.commit(lines);
    }
    assertEquals(
        List.of("{\"topic\":\"t\",\"partition\":0,\"offset\":1}"), Files.readAllLines(file));
  }
}
