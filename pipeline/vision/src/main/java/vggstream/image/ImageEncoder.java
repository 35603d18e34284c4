package vggstream.image;

import java.nio.ByteBuffer;

/** Encodes RGB pixels: annotated frames, generated data, tests. Thread-safe. */
public final class ImageEncoder {
  private ImageEncoder() {}

  /**
   * Encodes as JPEG (4:2:0).
   *
   * @param rgb (height, width, 3) uint8, heap or direct, read from its position on
   * @param quality 1..100
   */
  public static byte[] jpeg(ByteBuffer rgb, Size size, int quality) {
    if (quality < 1 || quality > 100) {
      throw new IllegalArgumentException("quality must be within 1..100: was " + quality);
    }
    return OpenCv.encode(".jpg", rgb, size, OpenCv.JPEG_QUALITY, quality);
  }

  /**
   * Encodes as PNG, without loss.
   *
   * @param rgb (height, width, 3) uint8, heap or direct, read from its position on
   */
  public static byte[] png(ByteBuffer rgb, Size size) {
    return OpenCv.encode(".png", rgb, size);
  }
}
