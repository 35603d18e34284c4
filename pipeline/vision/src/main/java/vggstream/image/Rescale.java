package vggstream.image;

import java.nio.ByteBuffer;
import org.bytedeco.opencv.global.opencv_imgproc;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Rect;

/**
 * Isotropic rescaling to a smaller side Q (paper, section 3.2): the one rule of training,
 * evaluation and the stream.
 *
 * <p>Shrinking averages over the area that each new pixel covers; enlarging is bilinear; equal size
 * is an exact copy.
 */
public final class Rescale {
  private Rescale() {}

  /**
   * The size of an image whose smaller side becomes q, the other side rounded to the nearest pixel
   * (half up).
   *
   * @throws IllegalArgumentException if q is below 1, or the larger side would not fit an int
   */
  public static Size toSmallerSide(Size original, int q) {
    long other = largerSide(original, q);
    if (other > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "the larger side must be at most %d: %s at smaller side %d becomes %d"
              .formatted(Integer.MAX_VALUE, original, q, other));
    }
    int larger = (int) other;
    return original.width() <= original.height() ? new Size(q, larger) : new Size(larger, q);
  }

  /**
   * The larger side, pixels, of an image whose smaller side becomes q; of a very long image it may
   * be more than an int holds.
   *
   * @throws IllegalArgumentException if q is below 1
   */
  public static long largerSide(Size original, int q) {
    if (q < 1) {
      throw new IllegalArgumentException("q must be at least 1: was " + q);
    }
    long small = Math.min(original.width(), original.height());
    long large = Math.max(original.width(), original.height());
    return (2 * large * q + small) / (2 * small);
  }

  /**
   * Rescales to {@code size} into {@code target}.
   *
   * @param target (height, width, 3) uint8, direct, written from its position on, which stays
   * @throws IllegalArgumentException if the target is not direct or too small
   */
  public static void rescale(RgbImage image, Size size, ByteBuffer target) {
    try (Mat to = OpenCv.wrap(target, size)) {
      rescale(image.mat(), to);
    }
  }

  static void rescale(Mat from, Mat to) {
    if (from.cols() == to.cols() && from.rows() == to.rows()) {
      from.copyTo(to);
    } else {
      boolean shrinks = to.cols() <= from.cols() && to.rows() <= from.rows();
      OpenCv.resize(from, to, shrinks ? opencv_imgproc.INTER_AREA : opencv_imgproc.INTER_LINEAR);
    }
  }

  /**
   * Rescales to {@code size} and writes a window of the result, optionally mirrored: what training
   * crops at random. The window's pixels are exactly those of {@link #rescale} there.
   *
   * @param size of the whole rescaled image
   * @param target (height, width, 3) of the window, uint8, direct, written from its position on,
   *     which stays
   * @throws IllegalArgumentException if the window is not within the rescaled image, or the target
   *     is not direct or too small
   */
  public static void crop(
      RgbImage image, Size size, Window window, boolean mirror, ByteBuffer target) {
    requireWithin(window, size);
    Mat from = image.mat();
    try (Mat to = OpenCv.wrap(target, new Size(window.width(), window.height()))) {
      if (image.size().equals(size)) {
        crop(from, window, mirror, to);
      } else {
        try (Mat rescaled = new Mat(size.height(), size.width(), from.type())) {
          rescale(from, rescaled);
          crop(rescaled, window, mirror, to);
        }
      }
    }
  }

  /**
   * Writes a window of an image that was rescaled, optionally mirrored: what multi-crop evaluation
   * cuts, many of one image.
   *
   * @param rescaled (height, width, 3) uint8, direct, read from its position on
   * @param size of the rescaled image
   * @param target (height, width, 3) of the window, uint8, direct, written from its position on
   * @throws IllegalArgumentException if the window is not within the rescaled image, or a buffer is
   *     not direct or too small
   */
  public static void cut(
      ByteBuffer rescaled, Size size, Window window, boolean mirror, ByteBuffer target) {
    requireWithin(window, size);
    try (Mat from = OpenCv.wrap(rescaled, size);
        Mat to = OpenCv.wrap(target, new Size(window.width(), window.height()))) {
      crop(from, window, mirror, to);
    }
  }

  private static void requireWithin(Window window, Size size) {
    if (!window.isWithin(size)) {
      throw new IllegalArgumentException(
          "window must be within the rescaled image %s: was %s".formatted(size, window));
    }
  }

  private static void crop(Mat rescaled, Window window, boolean mirror, Mat to) {
    try (Rect rect = new Rect(window.x(), window.y(), window.width(), window.height());
        Mat view = new Mat(rescaled, rect)) {
      if (mirror) {
        OpenCv.flip(view, to);
      } else {
        view.copyTo(to);
      }
    }
  }

  /**
   * Writes the mirror image (left and right exchanged) of one (height, width, 3) buffer into
   * another.
   *
   * @param source direct, read from its position on
   * @param target direct, written from its position on; not overlapping the source
   */
  public static void mirror(ByteBuffer source, Size size, ByteBuffer target) {
    try (Mat from = OpenCv.wrap(source, size);
        Mat to = OpenCv.wrap(target, size)) {
      OpenCv.flip(from, to);
    }
  }
}
