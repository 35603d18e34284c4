package vggstream.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class PixelBatchTest {
  @Test
  void slotsAreTheImagesOfTheBatchInOrder() {
    PixelBatch batch = PixelBatch.allocate(3, 2, 4);
    for (int i = 0; i < 3; i++) {
      ByteBuffer slot = batch.slot(i);
      assertEquals(24, slot.remaining());
      slot.put(0, (byte) (i + 1));
    }
    ByteBuffer pixels = batch.pixels();
    assertEquals(72, pixels.remaining());
    assertEquals(1, pixels.get(0));
    assertEquals(2, pixels.get(24));
    assertEquals(3, pixels.get(48));
  }

  @Test
  void countLimitsThePixels() {
    PixelBatch batch = PixelBatch.allocate(3, 2, 4);
    batch.setCount(1);
    assertEquals(24, batch.pixels().remaining());
    assertEquals(3, batch.capacity());
    assertThrows(IllegalArgumentException.class, () -> batch.setCount(4));
    assertThrows(IllegalArgumentException.class, () -> batch.setCount(0));
  }

  @Test
  void memoryMustBeDirectAndLargeEnough() {
    assertThrows(
        IllegalArgumentException.class,
        () -> new PixelBatch(ByteBuffer.allocateDirect(71), 3, 2, 4));
    assertThrows(
        IllegalArgumentException.class, () -> new PixelBatch(ByteBuffer.allocate(72), 3, 2, 4));
    assertThrows(IllegalArgumentException.class, () -> PixelBatch.allocate(1, 0, 4));
  }
}
