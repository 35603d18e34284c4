package vggstream.image;

import java.io.Serializable;

/**
 * Width and height of an image in pixels.
 *
 * @param width at least 1
 * @param height at least 1
 */
public record Size(int width, int height) implements Serializable {
  public Size {
    if (width < 1 || height < 1) {
      throw new IllegalArgumentException(
          "width and height must be at least 1: were %d, %d".formatted(width, height));
    }
  }

  /** Number of pixels. */
  public long pixels() {
    return (long) width * height;
  }

  @Override
  public String toString() {
    return width + "x" + height;
  }
}
