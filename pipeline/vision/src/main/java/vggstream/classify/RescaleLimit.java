package vggstream.classify;

import vggstream.image.ImageRejectedException;
import vggstream.image.ImageRejectedException.Reason;
import vggstream.image.Rescale;
import vggstream.image.Size;

/**
 * How large an image may become at one scale. Rescaling the smaller side to Q makes a very long
 * image huge: 1 x 1000 at Q = 256 is 256 x 256,000, whose first activation alone would need 17 GB.
 *
 * @param maxPixels of one view, 1..300 million; default 4 million
 */
public record RescaleLimit(long maxPixels) {
  /** Most that may be allowed: an image and its mirror image fit one buffer. */
  public static final long MAX_PIXELS = 300_000_000L;

  public static final RescaleLimit DEFAULT = new RescaleLimit(4_000_000L);

  public RescaleLimit {
    if (maxPixels < 1 || maxPixels > MAX_PIXELS) {
      throw new IllegalArgumentException(
          "maxPixels must be within 1..%d: was %d".formatted(MAX_PIXELS, maxPixels));
    }
  }

  /**
   * Checks an image at one scale.
   *
   * @param original size of the upright image
   * @param scale Q, at least 1
   * @throws ImageRejectedException of reason {@link Reason#TOO_LARGE}
   */
  public void require(Size original, int scale) throws ImageRejectedException {
    long rescaled = Rescale.largerSide(original, scale);
    if (rescaled > maxPixels / scale) {
      throw new ImageRejectedException(
          Reason.TOO_LARGE,
          "an image rescaled to smaller side %d must have at most %d pixels: %s becomes %d by %d"
              .formatted(scale, maxPixels, original, scale, rescaled));
    }
  }
}
