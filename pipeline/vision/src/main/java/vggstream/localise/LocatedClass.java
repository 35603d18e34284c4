package vggstream.localise;

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
}
