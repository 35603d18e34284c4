package vggstream.localise;

import java.nio.FloatBuffer;
import vggstream.image.Size;

/**
 * Where the windows of a view lie in the original: what they predict becomes a box in its pixels.
 * The box stands in fields, since there is one for each window and class, and an object for each
 * would cost more than its arithmetic.
 */
final class Place {
  private final Size size;
  private final double side;
  private final boolean mirrored;
  private final double xFactor;
  private final double yFactor;
  private final double width;
  private final double height;

  float xMin;
  float yMin;
  float xMax;
  float yMax;

  /**
   * @param size of the rescaled image
   * @param original size of the upright original
   * @param side of a window, in pixels of the rescaled image
   * @param mirrored whether the view is the mirror image
   */
  Place(Size size, Size original, int side, boolean mirrored) {
    this.size = size;
    this.side = side;
    this.mirrored = mirrored;
    this.width = original.width();
    this.height = original.height();
    this.xFactor = width / size.width();
    this.yFactor = height / size.height();
  }

  /**
   * Puts the part of a predicted box that lies within the original into the fields.
   *
   * @param boxes centres x, centres y, widths and heights of boxes, in sides of a window
   * @param at where its centre x stands
   * @param step from its centre x to its centre y, its width, its height
   * @param x left edge of its window in the view
   * @param y upper edge of its window
   * @return whether it has an area: else it says nothing about this image
   * @throws NotFiniteException if a value is infinite or no number
   */
  boolean put(FloatBuffer boxes, int at, int step, int x, int y) {
    double centerX = x + boxes.get(at) * side;
    double centerY = y + boxes.get(at + step) * side;
    double halfWidth = boxes.get(at + 2 * step) * side / 2;
    double halfHeight = boxes.get(at + 3 * step) * side / 2;
    double all = centerX + centerY + halfWidth + halfHeight;
    if (!Double.isFinite(all)) {
      throw new NotFiniteException(
          "predicted boxes must be finite: value %d was %s, %s, %s, %s"
              .formatted(
                  at,
                  boxes.get(at),
                  boxes.get(at + step),
                  boxes.get(at + 2 * step),
                  boxes.get(at + 3 * step)));
    }
    if (mirrored) {
      centerX = size.width() - centerX;
    }
    xMin = clamp((centerX - halfWidth) * xFactor, width);
    yMin = clamp((centerY - halfHeight) * yFactor, height);
    xMax = clamp((centerX + halfWidth) * xFactor, width);
    yMax = clamp((centerY + halfHeight) * yFactor, height);
    return xMin < xMax && yMin < yMax;
  }

  private static float clamp(double value, double max) {
    return (float) (value <= 0 ? 0 : value >= max ? max : value);
  }
}
