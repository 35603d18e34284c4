package vggstream.train.evaluate;

import java.util.List;
import org.jspecify.annotations.Nullable;
import vggstream.classify.RankedClass;
import vggstream.localise.Box;
import vggstream.localise.LocatedClass;

/**
 * What networks say of an image. Boxes are in pixels of the upright original, within it.
 *
 * @param ofTruth box of the true class, which was given; null if there is none
 * @param ofBestWindow box that the window which is rated highest for the true class predicts, not
 *     merged; null if there is none, or windows were not rated
 * @param ranked most probable classes, best first, at most five; empty if classes were not asked
 *     for
 * @param boxes of these classes, in their order; a class may have none
 */
public record LocatedPrediction(
    @Nullable Box ofTruth,
    @Nullable Box ofBestWindow,
    List<RankedClass> ranked,
    List<LocatedClass> boxes) {
  public LocatedPrediction {
    ranked = List.copyOf(ranked);
    boxes = List.copyOf(boxes);
  }
}
