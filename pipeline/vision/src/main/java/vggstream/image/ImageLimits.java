package vggstream.image;

/**
 * What is refused before one pixel is decoded.
 *
 * @param maxBytes of the encoded image; default 20 MiB
 * @param maxPixels width times height as the header says; default 50 million
 */
public record ImageLimits(int maxBytes, long maxPixels) {
  public static final ImageLimits DEFAULT = new ImageLimits(20 << 20, 50_000_000L);

  public ImageLimits {
    if (maxBytes < 1 || maxPixels < 1) {
      throw new IllegalArgumentException(
          "maxBytes and maxPixels must be at least 1: were %d, %d".formatted(maxBytes, maxPixels));
    }
  }
}
