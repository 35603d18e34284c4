package vggstream.image;

import java.util.OptionalInt;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgproc;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Scalar;

/** Decoded pixels as stored to RGB of 8 bits, transparency composed over white. */
final class Opaque {
  private static final int WHITE = 255;

  private Opaque() {}

  /**
   * RGB of 8 bits; closes the argument.
   *
   * @param stored gray, BGR or BGRA of 8 or 16 bits
   * @param transparentGray the gray, as stored, that is transparent
   * @param premultiplied whether colours are already multiplied by their alpha
   */
  static Mat rgb(Mat stored, OptionalInt transparentGray, boolean premultiplied) {
    if (stored.channels() == 1 && transparentGray.isPresent()) {
      try (Mat key = new Mat(stored.size(), stored.type(), Scalar.all(transparentGray.getAsInt()));
          Mat mask = new Mat();
          Mat white = new Mat(Scalar.all(WHITE))) {
        opencv_core.compare(stored, key, mask, opencv_core.CMP_EQ);
        Mat rgb = toRgb(to8Bits(stored), premultiplied);
        rgb.setTo(white, mask);
        return rgb;
      }
    }
    return toRgb(to8Bits(stored), premultiplied);
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

  private static Mat toRgb(Mat pixels, boolean premultiplied) {
    Mat rgb = new Mat();
    try (pixels) {
      switch (pixels.channels()) {
        case 1 -> opencv_imgproc.cvtColor(pixels, rgb, opencv_imgproc.COLOR_GRAY2RGB);
        case 3 -> opencv_imgproc.cvtColor(pixels, rgb, opencv_imgproc.COLOR_BGR2RGB);
        case 4 -> composeOverWhite(pixels, premultiplied, rgb);
        default ->
            throw new IllegalArgumentException(
                "channels must be 1, 3 or 4: were " + pixels.channels());
      }
    }
    return rgb;
  }

  /** c * a + white * (1 - a), rounded. */
  private static void composeOverWhite(Mat bgra, boolean premultiplied, Mat rgb) {
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
            int sum = colour * (premultiplied ? 255 : alpha) + WHITE * (255 - alpha);
            to[3 * x + c] = (byte) Math.min(255, (sum + 127) / 255);
          }
        }
        target.position((long) y * to.length).put(to);
      }
    }
  }
}
