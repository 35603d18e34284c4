package vggstream.train.evaluate;

import java.util.List;
import vggstream.image.Size;
import vggstream.localise.Box;

/**
 * The answer for one image.
 *
 * @param path relative to the image set's root, with {@code /}
 * @param classIndex of its true class
 * @param size of the upright original
 * @param truths the true boxes of the class, in pixels of the upright original
 * @param prediction what was said of it
 */
public record LocatedImage(
    String path, int classIndex, Size size, List<Box> truths, LocatedPrediction prediction) {
  public LocatedImage {
    truths = List.copyOf(truths);
  }
}
