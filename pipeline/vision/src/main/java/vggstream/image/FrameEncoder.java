package vggstream.image;

import java.nio.ByteBuffer;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.opencv_core.Mat;

/**
 * Encodes the frames of a video as JPEG (4:2:0), upright. Its memory is used again from frame to
 * frame; only the result is new. Not thread-safe.
 */
public final class FrameEncoder implements AutoCloseable {
  static {
    OpenCv.load();
  }

  private final Mat upright = new Mat();
  private final BytePointer encoded = new BytePointer();

  /**
   * Encodes one frame.
   *
   * @param bgr direct; rows of (width, 3) uint8, blue first, from the position on, which stays
   * @param size of the frame as stored
   * @param rowBytes from the start of a row to that of the next; at least 3 * width
   * @param orientation 1..8, as in EXIF
   * @param quality 1..100
   */
  public byte[] jpeg(ByteBuffer bgr, Size size, int rowBytes, int orientation, int quality) {
    if (quality < 1 || quality > 100) {
      throw new IllegalArgumentException("quality must be within 1..100: was " + quality);
    }
    long bytes = (long) rowBytes * (size.height() - 1) + 3L * size.width();
    if (!bgr.isDirect() || rowBytes < 3 * size.width() || bgr.remaining() < bytes) {
      throw new IllegalArgumentException(
          "buffer must be direct with at least %d bytes for %s in rows of %d: was %s"
              .formatted(bytes, size, rowBytes, bgr));
    }
    try (BytePointer pointer = new BytePointer(bgr.slice());
        Mat stored = new Mat(size.height(), size.width(), opencv_core.CV_8UC3, pointer, rowBytes)) {
      if (orientation == 1) {
        OpenCv.encodeJpeg(stored, quality, encoded);
      } else {
        OpenCv.turn(stored, orientation, upright);
        OpenCv.encodeJpeg(upright, quality, encoded);
      }
    }
    byte[] result = new byte[Math.toIntExact(encoded.limit())];
    encoded.get(result);
    return result;
  }

  @Override
  public void close() {
    upright.close();
    encoded.close();
  }
}
