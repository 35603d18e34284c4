package vggstream.localise;

import vggstream.image.Size;

/**
 * A rectangle between continuous edges, the far ones exclusive: an image spans 0..width and
 * 0..height. (ILSVRC's and PASCAL VOC's inclusive max is read as max + 1.) One whose far edges are
 * not beyond its near ones is empty.
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

  /** The whole image as a box. */
  public static Box whole(Size image) {
    return new Box(0, 0, image.width(), image.height());
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
    if (w <= 0 || h <= 0) {
      return 0;
    }
    double shared = w * h;
    double union = area() + other.area() - shared;
    return union > 0 ? shared / union : 0;
  }

  /** The part within an image; of a box that lies outside, an empty part of the edge. */
  public Box clamp(Size image) {
    return new Box(
        clamp(xMin, image.width()),
        clamp(yMin, image.height()),
        clamp(xMax, image.width()),
        clamp(yMax, image.height()));
  }

  private static double clamp(double value, double max) {
    return Math.max(0, Math.min(max, value));
  }

  /** Whether all of it lies within an image. */
  public boolean isWithin(Size image) {
    return xMin >= 0 && yMin >= 0 && xMax <= image.width() && yMax <= image.height();
  }

  /** The box in an image that was rescaled by these factors, both positive. */
  public Box scaled(double x, double y) {
    return new Box(xMin * x, yMin * y, xMax * x, yMax * y);
  }

  /** The box in an image that was rescaled from one size to another. */
  public Box rescaled(Size from, Size to) {
    return scaled((double) to.width() / from.width(), (double) to.height() / from.height());
  }

  /** The box in the mirror image (left and right exchanged) of an image of this width. */
  public Box mirrored(double imageWidth) {
    return new Box(imageWidth - xMax, yMin, imageWidth - xMin, yMax);
  }
}
