package vggstream.local.demo;

import vggstream.local.scene.Thing;
import vggstream.schema.Prediction;
import vggstream.schema.RankedLabel;

/**
 * What the network said about a frame, beside what was drawn.
 *
 * @param camera its name
 * @param number of the frame in the camera's feed, from 0
 * @param truth what was drawn
 * @param jpeg the frame as it was sent
 * @param prediction the network's answer
 */
record Sighting(String camera, int number, Thing truth, byte[] jpeg, Prediction prediction) {

  /** The most probable class. */
  RankedLabel best() {
    return prediction.getPredictions().get(0);
  }

  /** Whether the most probable class is what was drawn. */
  boolean right() {
    return best().getLabel().equals(truth.label());
  }

  /** From sending the frame to its prediction, milliseconds. */
  long latencyMillis() {
    return Math.max(
        0, prediction.getPredictedAt().toEpochMilli() - prediction.getCapturedAt().toEpochMilli());
  }
}
