package vggstream.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.util.EnumSet;
import org.junit.jupiter.api.Test;

class OutputMemoryTest {
  private static final int SIDE = 4096; // of which a score map has 5 x 1023 x 1023 floats
  private static final long MAP = 5L * 1023 * 1023 * Float.BYTES;

  private static long direct() {
    return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
        .filter(pool -> pool.getName().equals("direct"))
        .mapToLong(BufferPoolMXBean::getMemoryUsed)
        .sum();
  }

  @Test
  void memoryGrowsToTheLargestBatchAndIsGivenBack() {
    long before = direct();
    try (OutputMemory memory = new OutputMemory(TinyNet.card(), EnumSet.of(Output.SCORE_MAP))) {
      DenseOutputs small = memory.outputs(1, SIDE, SIDE);
      assertArrayEquals(new long[] {1, 5, 1023, 1023}, small.shape(Output.SCORE_MAP));
      DenseOutputs large = memory.outputs(4, SIDE, SIDE);
      assertEquals(4 * MAP / Float.BYTES, large.get(Output.SCORE_MAP).capacity());
      assertTrue(direct() < before + 5 * MAP, "the smaller memory is gone");
      assertEquals(5, memory.outputs(1, 8, 8).get(Output.SCORE_MAP).capacity());
      assertTrue(direct() > before + 3 * MAP, "the larger one stays");
    }
    assertTrue(direct() < before + MAP, "and now it is gone too");
  }
}
