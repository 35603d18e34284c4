package vggstream.train.step;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import org.junit.jupiter.api.Test;
import vggstream.tensor.PixelBatch;
import vggstream.train.network.Configuration;
import vggstream.train.network.Initialisation;
import vggstream.train.network.Network;
import vggstream.train.network.NetworkSpec;
import vggstream.train.network.Parameter;

class TrainingStepTest {
  private static final int BATCH = 8;
  private static final int CLASSES = 5;
  private static final Network NETWORK =
      Network.of(new NetworkSpec(Configuration.A, 32, 1 / 8.0, 32, CLASSES));
  private static final StepHyperparameters HYPERPARAMETERS =
      new StepHyperparameters(0.02f, 0.9f, 5e-4f, 0.5f);
  private static final StepOptions OPTIONS = StepOptions.cpu(2);

  private static TrainingStep step(int batch) {
    return new TrainingStep(NETWORK, batch, Samples.PREPROCESSING, OPTIONS);
  }

  @Test
  void stepsLearnToTellShadesOfGray() {
    PixelBatch pixels = Samples.pixels(BATCH, 32, 1);
    LongBuffer labels = Samples.labels(BATCH, CLASSES, 2);
    for (int n = 0; n < BATCH; n++) {
      ByteBuffer image = pixels.slot(n);
      for (int i = 0; i < image.capacity(); i++) {
        image.put(i, (byte) (50 * labels.get(n) + (image.get(i) & 15)));
      }
    }
    StepHyperparameters h = new StepHyperparameters(0.01f, 0.9f, 5e-4f, 0);
    try (TrainingStep step = step(BATCH)) {
      step.initialise(new Initialisation.He(), 1);
      StepResult first = step.run(pixels, labels, h, new DropoutKey(1, 0));
      StepResult last = first;
      for (int i = 1; i < 400 && last.loss() > 0.05; i++) {
        last = step.run(pixels, labels, h, new DropoutKey(1, i));
      }
      assertTrue(last.loss() < 0.1, "loss must fall from %s: is %s".formatted(first, last));
      assertEquals(BATCH, last.agreement());
    }
  }

  @Test
  void stepsRepeatBitForBitAndGoOnFromACopy() {
    PixelBatch pixels = Samples.pixels(BATCH, 32, 1);
    LongBuffer labels = Samples.labels(BATCH, CLASSES, 2);
    try (TrainingStep straight = step(BATCH);
        TrainingStep resumed = step(BATCH)) {
      straight.initialise(new Initialisation.Glorot(), 1);
      for (int i = 0; i < 3; i++) {
        straight.run(pixels, labels, HYPERPARAMETERS, new DropoutKey(1, i));
      }
      for (Parameter p : NETWORK.parameters()) {
        FloatBuffer values = FloatBuffer.allocate((int) p.elements());
        straight.readParameter(p.name(), values);
        resumed.loadParameter(p.name(), values);
        straight.readMomentum(p.name(), values);
        resumed.loadMomentum(p.name(), values);
      }
      for (int i = 3; i < 6; i++) {
        StepResult a = straight.run(pixels, labels, HYPERPARAMETERS, new DropoutKey(1, i));
        StepResult b = resumed.run(pixels, labels, HYPERPARAMETERS, new DropoutKey(1, i));
        assertEquals(a, b);
      }
      for (Parameter p : NETWORK.parameters()) {
        assertArrayEquals(values(straight, p), values(resumed, p), p.name());
      }
    }
  }

  @Test
  void biasesAreNotDecayed() {
    PixelBatch pixels = Samples.pixels(1, 32, 1);
    LongBuffer labels = Samples.labels(1, CLASSES, 2);
    try (TrainingStep step = step(1)) {
      Samples.parameters(NETWORK, 9).forEach((n, v) -> step.loadParameter(n, FloatBuffer.wrap(v)));
      float[] biasBefore = values(step, NETWORK.parameter("fc7.bias"));
      float[] weightBefore = values(step, NETWORK.parameter("fc7.weight"));
      // A dropout of nearly all leaves no gradient below fc8, so that decay alone acts there.
      StepHyperparameters decayOnly = new StepHyperparameters(0.5f, 0, 0.1f, 0.9999999f);
      step.run(pixels, labels, decayOnly, new DropoutKey(1, 0));
      assertArrayEquals(biasBefore, values(step, NETWORK.parameter("fc7.bias")));
      float[] weightAfter = values(step, NETWORK.parameter("fc7.weight"));
      for (int i = 0; i < weightAfter.length; i++) {
        assertEquals(0.95f * weightBefore[i], weightAfter[i], 1e-6);
      }
    }
  }

  @Test
  void whatDoesNotFitIsRejectedWithItsReason() {
    try (TrainingStep step = step(2)) {
      DropoutKey key = new DropoutKey(1, 0);
      PixelBatch pixels = Samples.pixels(2, 32, 1);
      LongBuffer labels = Samples.labels(2, CLASSES, 2);
      assertMessage(
          "labels must be 3 in a direct buffer: were " + labels,
          () -> step.run(Samples.pixels(3, 32, 1), labels, HYPERPARAMETERS, key));
      assertMessage(
          "a batch must have 2 images: had 3",
          () ->
              step.run(
                  Samples.pixels(3, 32, 1), Samples.labels(3, CLASSES, 2), HYPERPARAMETERS, key));
      assertMessage(
          "images must be 32 x 32: were 64 x 64",
          () -> step.run(Samples.pixels(2, 64, 1), labels, HYPERPARAMETERS, key));
      assertMessage(
          "labels must be within 0..4: was 5",
          () -> step.run(pixels, labels.duplicate().put(1, 5), HYPERPARAMETERS, key));
      labels.put(1, 0);
      assertMessage(
          "buffer for fc8.bias must hold 5 values: holds 4",
          () -> step.readParameter("fc8.bias", FloatBuffer.allocate(4)));
    }
  }

  @Test
  void aClosedStepSaysSo() {
    TrainingStep step = step(1);
    step.close();
    step.close();
    assertThrows(IllegalStateException.class, () -> step.initialise(new Initialisation.He(), 1));
  }

  private static void assertMessage(String message, Runnable call) {
    IllegalArgumentException e = assertThrows(IllegalArgumentException.class, call::run);
    assertEquals(message, e.getMessage());
  }

  private static float[] values(TrainingStep step, Parameter p) {
    FloatBuffer values = FloatBuffer.allocate((int) p.elements());
    step.readParameter(p.name(), values);
    return values.array();
  }
}
