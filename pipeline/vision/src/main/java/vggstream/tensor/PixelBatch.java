package vggstream.tensor;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A batch of images of one size: uint8 (N, H, W, 3), RGB, rows top down, in one direct buffer that
 * a network reads without a copy. Images are written straight into their {@link #slot}.
 *
 * <p>Not thread-safe as a whole, but distinct slots may be filled by distinct threads.
 */
public final class PixelBatch {
  /** Channels of a pixel: red, green, blue. */
  public static final int CHANNELS = 3;

  private final ByteBuffer data;
  private final int capacity;
  private final int height;
  private final int width;
  private int count;

  /**
   * A batch over the given memory, initially of {@code capacity} images.
   *
   * @param data direct; at least capacity * height * width * 3 bytes from its position 0
   * @throws IllegalArgumentException if a dimension is below 1 or the buffer is not direct or too
   *     small
   */
  public PixelBatch(ByteBuffer data, int capacity, int height, int width) {
    if (capacity < 1 || height < 1 || width < 1) {
      throw new IllegalArgumentException(
          "capacity, height and width must be at least 1: were %d, %d, %d"
              .formatted(capacity, height, width));
    }
    long bytes = bytes(capacity, height, width);
    if (!data.isDirect() || data.capacity() < bytes) {
      throw new IllegalArgumentException(
          "buffer must be direct with at least %d bytes: was %s".formatted(bytes, data));
    }
    this.data = data.duplicate().order(ByteOrder.nativeOrder());
    this.capacity = capacity;
    this.height = height;
    this.width = width;
    this.count = capacity;
  }

  /** A batch in newly allocated memory. */
  public static PixelBatch allocate(int capacity, int height, int width) {
    return new PixelBatch(
        ByteBuffer.allocateDirect(Math.toIntExact(bytes(capacity, height, width))),
        capacity,
        height,
        width);
  }

  /** Bytes of a batch of n images. */
  public static long bytes(int n, int height, int width) {
    return (long) n * height * width * CHANNELS;
  }

  /** Number of images, N: the first {@code count} slots. */
  public int count() {
    return count;
  }

  /** Sets the number of images, 1..capacity. */
  public void setCount(int count) {
    if (count < 1 || count > capacity) {
      throw new IllegalArgumentException(
          "count must be within 1..%d: was %d".formatted(capacity, count));
    }
    this.count = count;
  }

  public int capacity() {
    return capacity;
  }

  public int height() {
    return height;
  }

  public int width() {
    return width;
  }

  /** The memory of image i, (H, W, 3), as a view of its own. */
  public ByteBuffer slot(int i) {
    int size = height * width * CHANNELS;
    return data.slice(Math.multiplyExact(i, size), size);
  }

  /** The memory of the first {@link #count} images, (N, H, W, 3), as a view of its own. */
  public ByteBuffer pixels() {
    return data.slice(0, Math.toIntExact(bytes(count, height, width)))
        .order(ByteOrder.nativeOrder());
  }
}
