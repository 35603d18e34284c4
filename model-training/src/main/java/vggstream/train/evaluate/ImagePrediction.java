package vggstream.train.evaluate;

import java.util.List;
import vggstream.classify.RankedClass;

/**
 * The answer for one image.
 *
 * @param path relative to the image set's root, with {@code /}
 * @param classIndex of its true class
 * @param predictions most probable classes, best first
 */
public record ImagePrediction(String path, int classIndex, List<RankedClass> predictions) {
  public ImagePrediction {
    predictions = List.copyOf(predictions);
  }
}
