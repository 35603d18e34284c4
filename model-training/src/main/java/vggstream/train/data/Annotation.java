package vggstream.train.data;

import java.util.List;
import org.jspecify.annotations.Nullable;
import vggstream.image.Size;

/**
 * What was written down about an image, as it was written.
 *
 * @param fileName of the image it says it is about, with or without extension; empty if it does not
 *     say
 * @param size of the image that was annotated; null if it is not said, or said to be 0 x 0
 * @param objects in their order
 */
record Annotation(String fileName, @Nullable Size size, List<Item> objects) {
  Annotation {
    objects = List.copyOf(objects);
  }

  /**
   * An object. The edges are those of its first and last pixels, both inclusive; NaN where a number
   * is missing.
   *
   * @param name of its class, empty if it has none
   * @param line where its name stands, from 1
   */
  record Item(String name, int line, double xMin, double yMin, double xMax, double yMax) {
    /** Whether all four edges are numbers. */
    boolean isComplete() {
      return Double.isFinite(xMin)
          && Double.isFinite(yMin)
          && Double.isFinite(xMax)
          && Double.isFinite(yMax);
    }
  }

  /** An edge as it is written; NaN if it is no number. */
  static double edge(@Nullable String text) {
    if (text == null) {
      return Double.NaN;
    }
    try {
      double edge = Double.parseDouble(text.strip());
      return Math.abs(edge) < 1e9 ? edge : Double.NaN;
    } catch (NumberFormatException e) {
      return Double.NaN;
    }
  }
}
