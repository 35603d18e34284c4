package vggstream.job.batch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class BufferPoolTest {
  private static final int BYTES = 64 << 20;

  private static long direct() {
    return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
        .filter(pool -> pool.getName().equals("direct"))
        .mapToLong(BufferPoolMXBean::getMemoryUsed)
        .sum();
  }

  @Test
  void aBufferIsUsedAgainForWhatRoundsToItsSize() {
    try (BufferPool pool = new BufferPool(1 << 20)) {
      ByteBuffer first = pool.take(100_000);
      assertEquals(114_688, first.capacity());
      pool.give(first);
      assertNotSame(first, pool.take(90_000));
      assertSame(first, pool.take(110_000));
    }
  }

  @Test
  void sizesArePowersOfTwoAndThreeBetween() {
    assertEquals(1 << 16, BufferPool.roundUp(1));
    assertEquals(1 << 20, BufferPool.roundUp(1 << 20));
    assertEquals((1 << 20) + (1 << 18), BufferPool.roundUp((1 << 20) + 1));
    assertEquals(1 << 21, BufferPool.roundUp((1 << 21) - 1));
  }

  @Test
  void beyondTheLimitTheSmallestGivesItsMemoryBack() {
    long before = direct();
    try (BufferPool pool = new BufferPool(2 * BYTES)) {
      ByteBuffer small = pool.take(BYTES);
      ByteBuffer large = pool.take(2 * BYTES);
      pool.give(small);
      pool.give(large);
      assertTrue(direct() < before + 3L * BYTES, "the small one is gone");
      assertSame(large, pool.take(2 * BYTES));
      pool.give(large);
    }
  }

  @Test
  void aClosedPoolKeepsNothing() {
    long before = direct();
    BufferPool pool = new BufferPool(4 * BYTES);
    ByteBuffer inUse = pool.take(BYTES);
    pool.give(pool.take(2 * BYTES));
    pool.close();
    assertTrue(direct() < before + 2L * BYTES, "what was free is gone");
    pool.give(inUse);
    assertTrue(direct() < before + BYTES, "and what was in use");
  }
}
