package vggstream.localise;

import vggstream.image.Window;

/**
 * A box as a network predicts it (paper, appendix A), relative to a square window: fractions of the
 * window's side, origin at its top left. It may stick out of the window; nothing is squashed, so a
 * network may say anything, even a negative width.
 *
 * @param centerX of the box
 * @param centerY of the box
 * @param width of the box
 * @param height of the box
 */
public record WindowBox(double centerX, double centerY, double width, double height) {
  /** Values of a box: centre x, centre y, width, height, in the order of their channels. */
  public static final int VALUES = 4;

  /** A box relative to a square window of the same image: what a network is trained to say. */
  public static WindowBox of(Box box, Window window) {
    double side = window.width();
    return new WindowBox(
        ((box.xMin() + box.xMax()) / 2 - window.x()) / side,
        ((box.yMin() + box.yMax()) / 2 - window.y()) / side,
        box.width() / side,
        box.height() / side);
  }

  /**
   * The box in the image that the window is part of; a negative width or height counts as none.
   *
   * @throws NotFiniteException if a value is infinite or no number
   */
  public Box in(Window window) {
    if (!(Double.isFinite(centerX) && Double.isFinite(centerY))
        || !(Double.isFinite(width) && Double.isFinite(height))) {
      throw new NotFiniteException("a predicted box must be finite: was " + this);
    }
    double side = window.width();
    double x = window.x() + centerX * side;
    double y = window.y() + centerY * side;
    double halfWidth = Math.max(0, width) / 2 * side;
    double halfHeight = Math.max(0, height) / 2 * side;
    return new Box(x - halfWidth, y - halfHeight, x + halfWidth, y + halfHeight);
  }
}
