package vggstream.localise;

/**
 * A rectangle between continuous edges, the far ones exclusive. One whose far edges are not beyond
 * its near ones is empty.
 *
 * @param xMin left edge
 * @param yMin top edge
 * @param xMax right edge
 * @param yMax bottom edge
 */
public record Box(double xMin, double yMin, double xMax, double yMax) {
  public Box {
    if (!Double.isFinite(xMin + yMin + xMax + yMax)) {
      throw new IllegalArgumentException(
          "edges must be finite: were %s, %s, %s, %s".formatted(xMin, yMin, xMax, yMax));
    }
  }

  /** Width, 0 of an empty box. */
  public double width() {
    return Math.max(0, xMax - xMin);
  }

  /** Height, 0 of an empty box. */
  public double height() {
    return Math.max(0, yMax - yMin);
  }

  /** Area, 0 of an empty box. */
  public double area() {
    return width() * height();
  }

  /** Intersection over union, 0..1; 0 if both are empty. */
  public double iou(Box other) {
    double w = Math.min(xMax, other.xMax) - Math.max(xMin, other.xMin);
    double h = Math.min(yMax, other.yMax) - Math.max(yMin, other.yMin);
    double shared = w > 0 && h > 0 ? w * h : 0;
    double union = area() + other.area() - shared;
    return union > 0 ? shared / union : 0;
  }
}
