package vggstream.classify;

import vggstream.image.ImageRejectedException;
import vggstream.image.ImageRejectedException.Reason;
import vggstream.image.Size;

/**
 * How large an image may become at one scale. Rescaling the smaller side to Q makes a very long
 * image huge: 1 x 1000 at Q = 256 is 256 x 256,000, whose first activation alone would need 17 GB.
 *
 * @param maxPixels of one view, at least 1; default 4 million
 */
public record RescaleLimit(long maxPixels) {
  public static final RescaleLimit DEFAULT = new RescaleLimit(4_000_000L);

  public RescaleLimit {
    if (maxPixels < 1) {
      throw new IllegalArgumentException("maxPixels must be at least 1: was " + maxPixels);
    }
  }

  /**
   * Checks one view's size.
   *
   * @throws ImageRejectedException of reason {@link Reason#TOO_LARGE}
   */
  void require(Size original, int scale, Size rescaled) throws ImageRejectedException {
    if (rescaled.pixels() > maxPixels) {
      throw new ImageRejectedException(
          Reason.TOO_LARGE,
          "an image rescaled to smaller side %d must have at most %d pixels: %s becomes %s, %d pixels"
              .formatted(scale, maxPixels, original, rescaled, rescaled.pixels()));
    }
  }
}
