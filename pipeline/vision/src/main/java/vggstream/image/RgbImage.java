package vggstream.image;

import java.nio.ByteBuffer;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.opencv.opencv_core.Mat;

/**
 * A decoded image: upright (EXIF orientation applied), RGB, uint8, off-heap. Holds native memory
 * until closed. Not thread-safe.
 */
public final class RgbImage implements AutoCloseable {
  private final Mat pixels; // (h, w, 3) uint8, RGB, packed
  private final Size size;
  private final Size originalSize;
  private final ImageFormat format;

  RgbImage(Mat pixels, Size originalSize, ImageFormat format) {
    this.pixels = pixels;
    this.size = new Size(pixels.cols(), pixels.rows());
    this.originalSize = originalSize;
    this.format = format;
  }

  /**
   * An image of pixels that had no encoding; its format counts as BMP, which is pixels as they are.
   *
   * @param rgb (h, w, 3) uint8 from the position on, which stays; copied
   * @throws IllegalArgumentException if the buffer is too small
   */
  public static RgbImage copyOf(ByteBuffer rgb, Size size) {
    int bytes = Math.toIntExact(size.pixels() * 3);
    if (rgb.remaining() < bytes) {
      throw new IllegalArgumentException(
          "buffer must have at least %d bytes for %s: was %s".formatted(bytes, size, rgb));
    }
    Mat pixels = OpenCv.allocate(size);
    try (BytePointer data = pixels.data()) {
      data.capacity(bytes).asByteBuffer().put(rgb.slice(rgb.position(), bytes));
    }
    return new RgbImage(pixels, size, ImageFormat.BMP);
  }

  /**
   * Size of the pixels held: the original's, or less if the image was decoded at a reduced scale.
   */
  public Size size() {
    return size;
  }

  /** Size of the upright original. */
  public Size originalSize() {
    return originalSize;
  }

  public ImageFormat format() {
    return format;
  }

  /** The pixels, (h, w, 3), read-only: a view that must not be used once this is closed. */
  public ByteBuffer pixels() {
    try (BytePointer data = mat().data()) {
      return data.capacity(size.pixels() * 3).asByteBuffer().asReadOnlyBuffer();
    }
  }

  Mat mat() {
    if (pixels.isNull()) {
      throw new IllegalStateException("image must not be used once closed: was closed");
    }
    return pixels;
  }

  /** Frees the pixels at once. */
  @Override
  public void close() {
    pixels.close();
  }
}
