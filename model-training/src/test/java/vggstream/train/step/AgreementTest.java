package vggstream.train.step;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.FloatBuffer;
import org.junit.jupiter.api.Test;

class AgreementTest {
  private static double overlap(float[] predicted, float... truth) {
    return Agreement.overlap(FloatBuffer.wrap(predicted), FloatBuffer.wrap(truth));
  }

  @Test
  void overlapIsTheSumOfIntersectionsOverUnions() {
    float[] box = {0.5f, 0.5f, 0.5f, 0.5f};
    assertEquals(1, overlap(box, 0.5f, 0.5f, 0.5f, 0.5f), 1e-9);
    assertEquals(1 / 3.0, overlap(box, 0.75f, 0.5f, 0.5f, 0.5f), 1e-9);
    assertEquals(0.25, overlap(box, 0.5f, 0.5f, 1, 1), 1e-9);
    assertEquals(
        1.25,
        overlap(new float[] {0.5f, 0.5f, 0.5f, 0.5f, 0, 0, 1, 1}, 0.5f, 0.5f, 1, 1, 0, 0, 1, 1),
        1e-9);
  }

  @Test
  void boxesThatOnlyTouchOrHaveNoAreaOverlapNothing() {
    assertEquals(0, overlap(new float[] {0.25f, 0.5f, 0.5f, 1}, 0.75f, 0.5f, 0.5f, 1));
    assertEquals(0, overlap(new float[] {0.5f, 0.5f, -0.5f, 1}, 0.5f, 0.5f, 1, 1));
    assertEquals(0, overlap(new float[] {0.5f, 0.5f, 0, 0}, 0.5f, 0.5f, 1, 1));
    assertEquals(0, overlap(new float[] {Float.NaN, 0.5f, 1, 1}, 0.5f, 0.5f, 1, 1));
  }
}
