package vggstream.local.demo;

import java.util.Optional;
import vggstream.local.scene.Thing;
import vggstream.localise.Box;
import vggstream.schema.LabelledBox;
import vggstream.schema.Prediction;
import vggstream.schema.RankedLabel;

/**
 * What the network said about a frame, beside what was drawn.
 *
 * @param camera its name
 * @param number of the frame in the camera's feed, from 0
 * @param truth what was drawn
 * @param trueBox where it was drawn, in pixels
 * @param jpeg the frame as it was sent
 * @param prediction the network's answer
 */
record Sighting(
    String camera, int number, Thing truth, Box trueBox, byte[] jpeg, Prediction prediction) {
  /** Intersection over union above which a box counts as right, by ILSVRC's rule. */
  private static final double LEAST_IOU = 0.5;

  /** The most probable class. */
  RankedLabel best() {
    return prediction.getPredictions().get(0);
  }

  /** Whether the most probable class is what was drawn. */
  boolean right() {
    return best().getLabel().equals(truth.label());
  }

  /** The box of the most probable class, in pixels; empty if it has none. */
  Optional<Box> box() {
    return prediction.getBoxes().stream()
        .filter(box -> box.getClassIndex() == best().getClassIndex())
        .findFirst()
        .map(Sighting::box);
  }

  private static Box box(LabelledBox box) {
    return new Box(box.getXMin(), box.getYMin(), box.getXMax(), box.getYMax());
  }

  /** How well the most probable class's box fits what was drawn: intersection over union, 0..1. */
  double iou() {
    return box().map(trueBox::iou).orElse(0.0);
  }

  /** Whether the most probable class is right and so is its box. */
  boolean located() {
    return right() && iou() > LEAST_IOU;
  }

  /** From sending the frame to its prediction, milliseconds. */
  long latencyMillis() {
    return Math.max(
        0, prediction.getPredictedAt().toEpochMilli() - prediction.getCapturedAt().toEpochMilli());
  }
}
