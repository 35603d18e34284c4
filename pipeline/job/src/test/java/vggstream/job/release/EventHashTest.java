package vggstream.job.release;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EventHashTest {

  /** As other implementations of MurmurHash3_x86_32 with seed 0 say. */
  @ParameterizedTest
  @CsvSource({
    "'', 0",
    "a, 3c2569b2",
    "abc, b3dd93fa",
    "test, ba6bd213",
    "hello, 248bfa47",
    "'hello, world', 149bbb7f",
    "The quick brown fox jumps over the lazy dog, 2e4ff723"
  })
  void hashIsMurmur3(String text, String hex) {
    assertEquals(
        Integer.parseUnsignedInt(hex, 16),
        EventHash.murmur3(text.getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void slotIsTheUnsignedRemainder() {
    assertEquals((int) (0xb3dd93faL % 10_000), EventHash.slot("abc")); // negative as an int
  }

  @Test
  void tenPercentOfEventsAreInATenthOfTheSlots() {
    int below = 0;
    for (int i = 0; i < 100_000; i++) {
      below += EventHash.slot("camera-7/frame-" + i) < 1000 ? 1 : 0;
    }
    double standardError = Math.sqrt(100_000 * 0.1 * 0.9);
    assertTrue(Math.abs(below - 10_000) < 4 * standardError, "of 100,000: " + below);
  }
}
