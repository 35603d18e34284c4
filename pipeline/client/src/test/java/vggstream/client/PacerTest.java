package vggstream.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PacerTest {
  private long now = Long.MAX_VALUE - 1_000_000; // nanoTime may wrap

  private long waited(Pacer pacer) {
    long wait = pacer.take();
    now += wait;
    return wait;
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.5, 3, 1000, 123_456.7})
  void soManyAreLetThroughASecond(double rate) {
    var pacer = new Pacer(rate, () -> now);
    long start = now;
    assertEquals(0, waited(pacer));
    for (int i = 0; i < 1000; i++) {
      now += i % 3 * 100; // work between turns
      waited(pacer);
    }
    assertEquals(1000 / rate, (now - start) / 1e9, 1e-6 + 1000 / rate / 1e4);
  }

  @Test
  void aLongPauseIsNotMadeUpFor() {
    var pacer = new Pacer(10, () -> now);
    waited(pacer);
    now += 60_000_000_000L;
    int atOnce = 0;
    while (waited(pacer) == 0) {
      atOnce++;
    }
    assertEquals(2, atOnce); // a tenth of a second's and its own
    assertEquals(100_000_000, waited(pacer));
  }

  @Test
  void withoutALimitNothingWaits() {
    var pacer = new Pacer(Double.POSITIVE_INFINITY, () -> now);
    for (int i = 0; i < 1000; i++) {
      assertEquals(0, pacer.take());
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, -1, Double.NaN})
  void otherRatesAreRefused(double rate) {
    assertThrows(IllegalArgumentException.class, () -> new Pacer(rate, () -> now));
  }
}
