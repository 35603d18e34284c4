package vggstream.localise;

import vggstream.image.Size;

/**
 * Where an object of a class is.
 *
 * @param classIndex from 0
 * @param box in pixels of the upright original, within it
 * @param score how well the windows it was merged from support the class there, 0..1
 */
public record LocatedClass(int classIndex, Box box, double score) {

  public LocatedClass {
    if (classIndex < 0 || !(score >= 0 && score <= 1)) {
      throw new IllegalArgumentException(
          "classIndex must be at least 0, score within 0..1: were %d, %s"
              .formatted(classIndex, score));
    }
  }

  /** The box as fractions of the sides of the upright original, 0..1. */
  public Box normalised(Size original) {
    Box fractions = box.scaled(1.0 / original.width(), 1.0 / original.height());
    return new Box(
        Math.min(1, fractions.xMin()), // width / width by its reciprocal may be above
        Math.min(1, fractions.yMin()),
        Math.min(1, fractions.xMax()),
        Math.min(1, fractions.yMax()));
  }
}
