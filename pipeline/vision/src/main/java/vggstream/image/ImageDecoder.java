package vggstream.image;

import java.nio.ByteBuffer;

/** Decodes images from memory within {@link ImageLimits}. Thread-safe. */
public final class ImageDecoder {
  public ImageDecoder(ImageLimits limits) {}

  /** Decodes at full size. Bytes between position and limit; heap or direct; not modified. */
  public RgbImage decode(ByteBuffer encoded) throws ImageRejectedException {
    throw new UnsupportedOperationException();
  }

  /**
   * Decodes for rescaling to smaller sides of at most {@code largestSmallerSide}: a JPEG much
   * larger than needed is decoded at 1/2, 1/4 or 1/8.
   */
  public RgbImage decodeFor(ByteBuffer encoded, int largestSmallerSide)
      throws ImageRejectedException {
    throw new UnsupportedOperationException();
  }
}
