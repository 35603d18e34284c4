package vggstream.train.network;

/**
 * What one image is between two layers, (C, H, W); after a fully-connected layer (C, 1, 1).
 *
 * @param channels at least 1
 * @param height at least 1
 * @param width at least 1
 */
public record Shape(int channels, int height, int width) {
  public Shape {
    if (channels < 1 || height < 1 || width < 1) {
      throw new IllegalArgumentException(
          "channels, height and width must be at least 1: were %d, %d, %d"
              .formatted(channels, height, width));
    }
  }

  /** C * H * W. */
  public long elements() {
    return (long) channels * height * width;
  }

  @Override
  public String toString() {
    return height == 1 && width == 1
        ? Integer.toString(channels)
        : "%d x %d x %d".formatted(channels, height, width);
  }
}
