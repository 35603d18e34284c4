package vggstream.image;

/**
 * A rectangle of pixels.
 *
 * @param x of the left edge, from 0
 * @param y of the top edge, from 0
 * @param width at least 1
 * @param height at least 1
 */
public record Window(int x, int y, int width, int height) {
  public Window {
    if (x < 0 || y < 0 || width < 1 || height < 1) {
      throw new IllegalArgumentException(
          "x and y must be at least 0, width and height at least 1: were %d, %d, %d, %d"
              .formatted(x, y, width, height));
    }
  }

  /** A square. */
  public static Window square(int x, int y, int side) {
    return new Window(x, y, side, side);
  }

  /** Whether all of it lies within an image of that size. */
  public boolean isWithin(Size size) {
    return (long) x + width <= size.width() && (long) y + height <= size.height();
  }
}
