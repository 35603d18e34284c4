package vggstream.tensor;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class DirectMemoryTest {
  private static final int BYTES = 64 << 20;

  private static long used() {
    return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
        .filter(pool -> pool.getName().equals("direct"))
        .mapToLong(BufferPoolMXBean::getMemoryUsed)
        .sum();
  }

  @Test
  void memoryIsGivenBackAtOnce() {
    long before = used();
    for (int i = 0; i < 100; i++) { // more than a heap's size of them, if none were given back
      DirectMemory.free(ByteBuffer.allocateDirect(BYTES));
    }
    long after = used();
    assertTrue(after < before + BYTES, () -> "direct bytes: %d, then %d".formatted(before, after));
  }

  @Test
  void onlyWhatWasAllocatedIsFreed() {
    assertThrows(IllegalArgumentException.class, () -> DirectMemory.free(ByteBuffer.allocate(1)));
    ByteBuffer buffer = ByteBuffer.allocateDirect(2);
    assertThrows(IllegalArgumentException.class, () -> DirectMemory.free(buffer.duplicate()));
    assertThrows(IllegalArgumentException.class, () -> DirectMemory.free(buffer.slice(0, 1)));
    DirectMemory.free(buffer);
  }
}
