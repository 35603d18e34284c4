package vggstream.image;

import java.nio.ByteBuffer;

/** Isotropic rescaling to a smaller side Q: the one rule of training, evaluation and the stream. */
public final class Rescale {
  private Rescale() {}

  /**
   * The size of an image whose smaller side becomes q, the other side rounded to the nearest pixel.
   */
  public static Size toSmallerSide(Size original, int q) {
    throw new UnsupportedOperationException();
  }

  /** Rescales to {@code size} into {@code target}, (height, width, 3) uint8, direct. */
  public static void rescale(RgbImage image, Size size, ByteBuffer target) {
    throw new UnsupportedOperationException();
  }

  /**
   * Writes the mirror image (left and right exchanged) of one (height, width, 3) buffer into
   * another.
   */
  public static void mirror(ByteBuffer source, Size size, ByteBuffer target) {
    throw new UnsupportedOperationException();
  }
}
