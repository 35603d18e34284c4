package vggstream.image;

import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgproc;
import org.bytedeco.opencv.opencv_core.Mat;

/** Decoded pixels as stored to upright RGB of 8 bits. */
final class Upright {
  private static final int WHITE = 255;

  private Upright() {}

  /**
   * Upright RGB of 8 bits; closes the argument unless it is the result.
   *
   * @param stored RGB of 8 bits, or gray, BGR or BGRA of 8 or 16 bits
   * @param orientation EXIF orientation, 1..8
   */
  static Mat of(Mat stored, boolean isRgb, int orientation) {
    Mat rgb = isRgb ? stored : toRgb(to8Bits(stored));
    return orient(rgb, orientation);
  }

  /** v * 255 / 65535, rounded. */
  private static Mat to8Bits(Mat pixels) {
    if (pixels.depth() == opencv_core.CV_8U) {
      return pixels;
    }
    if (pixels.depth() != opencv_core.CV_16U) {
      throw new IllegalArgumentException("depth must be 8 or 16 bits: was " + pixels.depth());
    }
    try (pixels) {
      Mat result = new Mat();
      pixels.convertTo(result, opencv_core.CV_8U, 1 / 257.0, 0);
      return result;
    }
  }

  private static Mat toRgb(Mat pixels) {
    Mat rgb = new Mat();
    try (pixels) {
      switch (pixels.channels()) {
        case 1 -> opencv_imgproc.cvtColor(pixels, rgb, opencv_imgproc.COLOR_GRAY2RGB);
        case 3 -> opencv_imgproc.cvtColor(pixels, rgb, opencv_imgproc.COLOR_BGR2RGB);
        case 4 -> composeOverWhite(pixels, rgb);
        default ->
            throw new IllegalArgumentException(
                "channels must be 1, 3 or 4: were " + pixels.channels());
      }
    }
    return rgb;
  }

  /** c * a + white * (1 - a), rounded. */
  private static void composeOverWhite(Mat bgra, Mat rgb) {
    rgb.create(bgra.rows(), bgra.cols(), opencv_core.CV_8UC3);
    int width = bgra.cols();
    byte[] from = new byte[4 * width];
    byte[] to = new byte[3 * width];
    try (BytePointer source = bgra.data();
        BytePointer target = rgb.data()) {
      long rowBytes = bgra.step();
      for (int y = 0; y < bgra.rows(); y++) {
        source.position(y * rowBytes).get(from);
        for (int x = 0; x < width; x++) {
          int alpha = from[4 * x + 3] & 0xff;
          for (int c = 0; c < 3; c++) {
            int colour = from[4 * x + 2 - c] & 0xff;
            int sum = colour * alpha + WHITE * (255 - alpha);
            to[3 * x + c] = (byte) ((sum + 127) / 255);
          }
        }
        target.position((long) y * to.length).put(to);
      }
    }
  }

  /**
   * EXIF 2.3, section 4.6.4: what row 0 and column 0 of the stored image are of the upright one.
   */
  private static Mat orient(Mat rgb, int orientation) {
    if (orientation == 1) {
      return rgb;
    }
    Mat upright = new Mat();
    try (rgb) {
      switch (orientation) {
        case 2 -> opencv_core.flip(rgb, upright, 1);
        case 3 -> opencv_core.flip(rgb, upright, -1);
        case 4 -> opencv_core.flip(rgb, upright, 0);
        case 5 -> opencv_core.transpose(rgb, upright);
        case 6 -> opencv_core.rotate(rgb, upright, opencv_core.ROTATE_90_CLOCKWISE);
        case 7 -> {
          opencv_core.transpose(rgb, upright);
          opencv_core.flip(upright, upright, -1);
        }
        case 8 -> opencv_core.rotate(rgb, upright, opencv_core.ROTATE_90_COUNTERCLOCKWISE);
        default ->
            throw new IllegalArgumentException(
                "orientation must be within 1..8: was " + orientation);
      }
    }
    return upright;
  }
}
