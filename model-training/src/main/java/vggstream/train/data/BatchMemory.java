package vggstream.train.data;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;
import vggstream.image.ImageRejectedException;
import vggstream.image.RgbImage;
import vggstream.localise.Box;
import vggstream.tensor.PixelBatch;
import vggstream.train.data.BatchLoader.Group;

/**
 * The memory of one batch, used again for later ones. Distinct slots may be filled by distinct
 * threads.
 */
abstract sealed class BatchMemory permits BatchMemory.Crops, WholeImageMemory {
  final Augmentation augmentation;
  final int size;
  final LongBuffer labels; // (N)
  final @Nullable FloatBuffer colourShift; // (N, 3)

  BatchMemory(Augmentation augmentation, int size) {
    this.augmentation = augmentation;
    this.size = size;
    this.labels = longs(size);
    this.colourShift = augmentation.colourShift() == null ? null : floats(3 * size);
  }

  static LongBuffer longs(int n) {
    return ByteBuffer.allocateDirect(n * Long.BYTES).order(ByteOrder.nativeOrder()).asLongBuffer();
  }

  static FloatBuffer floats(int n) {
    return ByteBuffer.allocateDirect(n * Float.BYTES)
        .order(ByteOrder.nativeOrder())
        .asFloatBuffer();
  }

  /**
   * What identifies the draws of an image.
   *
   * @param index of the image in its set
   */
  record Use(long seed, long epoch, int index, int scale) {}

  /**
   * Fills a slot.
   *
   * @param boxes of the image's objects, in pixels of the upright original; empty if they are not
   *     asked for
   */
  void fill(int slot, RgbImage image, int classIndex, List<Box> boxes, Use use)
      throws ImageRejectedException {
    fillPixels(slot, image, boxes, use);
    labels.put(slot, classIndex);
    ColourShift shift = augmentation.colourShift();
    if (shift != null && colourShift != null) {
      shift.write(use.seed(), use.epoch(), use.index(), colourShift, 3 * slot);
    }
  }

  abstract void fillPixels(int slot, RgbImage image, List<Box> boxes, Use use)
      throws ImageRejectedException;

  /** The images by size, once all slots are filled; valid until this is called again. */
  abstract List<Group> groups();

  /** Says that what the slots hold is no longer wanted. */
  abstract void release();

  /** Crops, which are all of one size. */
  static final class Crops extends BatchMemory {
    private final PixelBatch pixels; // (N, crop, crop, 3)
    private final @Nullable FloatBuffer located; // (N, 4)

    Crops(Augmentation augmentation, int size, boolean withBoxes) {
      super(augmentation, size);
      this.located = withBoxes ? floats(4 * size) : null;
      this.pixels = PixelBatch.allocate(size, augmentation.cropSide(), augmentation.cropSide());
    }

    @Override
    void fillPixels(int slot, RgbImage image, List<Box> boxes, Use use)
        throws ImageRejectedException {
      int scale = use.scale();
      ByteBuffer target = pixels.slot(slot); // (crop, crop, 3)
      if (located == null) {
        augmentation.write(image, scale, use.seed(), use.epoch(), use.index(), target);
      } else {
        augmentation.write(
            image, boxes, scale, use.seed(), use.epoch(), use.index(), target, located, 4 * slot);
      }
    }

    @Override
    List<Group> groups() {
      return List.of(
          new Group(
              pixels,
              labels.duplicate(),
              colourShift == null ? null : colourShift.duplicate(),
              located == null ? null : located.duplicate()));
    }

    @Override
    void release() {}
  }
}
