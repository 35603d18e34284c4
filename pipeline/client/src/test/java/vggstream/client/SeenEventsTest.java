package vggstream.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class SeenEventsTest {
  @Test
  void rememberedIdsAreFoundAndOthersAreNotWhileTheTableGrows() {
    var seen = new SeenEvents(SeenEvents.LIMIT);
    for (int i = 0; i < 50_000; i++) {
      assertFalse(seen.contains("frame " + i));
      seen.add("frame " + i);
      seen.add("frame " + i);
      assertTrue(seen.contains("frame " + i));
      assertTrue(seen.contains("frame " + i / 2));
    }
    assertEquals(50_000, seen.size());
    assertTrue(seen.contains("frame 0"));
    assertFalse(seen.contains("frame 50000"));
  }

  @Test
  void oneIdMoreThanTheLimitIsRefused() {
    var seen = new SeenEvents(2);
    seen.add("a");
    assertFalse(seen.isFull());
    seen.add("b");
    assertTrue(seen.isFull());
    seen.add("a"); // known
    assertThrows(IllegalStateException.class, () -> seen.add("c"));
    assertFalse(seen.contains("c"));
  }
}
