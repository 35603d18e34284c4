package vggstream.image;

/**
 * What is refused before one pixel is decoded.
 *
 * @param maxBytes of the encoded image; default 20 MiB
 * @param maxPixels width times height as the header says; default 50 million; at most 536,870,911
 */
public record ImageLimits(int maxBytes, long maxPixels) {
  public static final ImageLimits DEFAULT = new ImageLimits(20 << 20, 50_000_000L);

  /** Most that may be allowed: 3 or with transparency 4 bytes a pixel must fit one buffer. */
  public static final long MAX_PIXELS = Integer.MAX_VALUE / 4;

  public ImageLimits {
    if (maxBytes < 1) {
      throw new IllegalArgumentException("maxBytes must be at least 1: was " + maxBytes);
    }
    if (maxPixels < 1 || maxPixels > MAX_PIXELS) {
      throw new IllegalArgumentException(
          "maxPixels must be within 1..%d: was %d".formatted(MAX_PIXELS, maxPixels));
    }
  }
}
