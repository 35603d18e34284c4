package vggstream.train.step;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import vggstream.model.Device;
import vggstream.tensor.PixelBatch;
import vggstream.train.network.Configuration;
import vggstream.train.network.GradientStyle;
import vggstream.train.network.Head;
import vggstream.train.network.Initialisation;
import vggstream.train.network.Network;
import vggstream.train.network.NetworkSpec;
import vggstream.train.network.Parameter;

/** Micro-batches, replicas and parts against one pass over the whole batch. */
class SharedBatchTest {
  private static final int CLASSES = 5;
  private static final Network NETWORK =
      Network.of(new NetworkSpec(Configuration.A, 32, 1 / 16.0, 32, CLASSES));
  private static final StepHyperparameters HYPERPARAMETERS =
      new StepHyperparameters(0.01f, 0.9f, 5e-4f, 0.5f);
  private static final double TOLERANCE = 1e-5;

  private static StepOptions cpus(int replicas) {
    return StepOptions.cpu(1).withDevices(Collections.nCopies(replicas, new Device.Cpu()));
  }

  private static TrainingStep step(Network network, int batch, StepOptions options) {
    TrainingStep step = new TrainingStep(network, batch, Samples.PREPROCESSING, options);
    Samples.parameters(network, 9).forEach((n, v) -> step.loadParameter(n, FloatBuffer.wrap(v)));
    return step;
  }

  /**
   * Steps of a small learning rate, over images that differ: rounding errors of 1e-7 stay what they
   * are until they push a unit over its ReLU's kink, from where on two runs part in large steps,
   * whatever made the rounding error.
   */
  private static void requireEqualSteps(int batch, int steps, StepOptions options) {
    StepHyperparameters h = new StepHyperparameters(1e-4f, 0.9f, 5e-4f, 0.5f);
    Network network = Network.of(new NetworkSpec(Configuration.A, 32, 1 / 8.0, 32, CLASSES));
    try (TrainingStep whole = step(network, batch, StepOptions.cpu(2));
        TrainingStep shared = step(network, batch, options)) {
      Parameter fc8 = network.parameter("fc8.weight");
      float[] start = values(whole, fc8);
      for (int i = 0; i < steps; i++) {
        PixelBatch pixels = Samples.blends(batch, 32, i);
        LongBuffer labels = Samples.labels(batch, CLASSES, i);
        whole.run(pixels, labels, h, new DropoutKey(1, i));
        shared.run(pixels, labels, h, new DropoutKey(1, i));
      }
      requireClose(network, whole, shared);
      double moved = Closeness.error(start, values(whole, fc8));
      assertTrue(moved > 100 * TOLERANCE, "weights must have moved: moved by " + moved);
    }
  }

  private static void requireClose(Network network, TrainingStep expected, TrainingStep actual) {
    for (Parameter p : network.parameters()) {
      Closeness.requireClose(p.name(), values(expected, p), values(actual, p), TOLERANCE);
    }
  }

  @Test
  void twoReplicasOf64GiveTheWeightsOfOneSessionOf128After20Steps() {
    requireEqualSteps(128, 20, cpus(2));
  }

  @ParameterizedTest
  @CsvSource({"16, 1, 4", "16, 1, 1", "16, 1, 6", "15, 1, 16", "16, 2, 4", "7, 2, 3", "9, 4, 2"})
  void microBatchesAndReplicasGiveTheGradientsOfTheWholeBatch(
      int batch, int replicas, int microBatch) {
    // A learning rate of 1 without momentum: the weights' change is the gradient.
    StepHyperparameters h = new StepHyperparameters(1, 0, 0, 0.5f);
    try (TrainingStep whole = step(NETWORK, batch, StepOptions.cpu(2));
        TrainingStep shared = step(NETWORK, batch, cpus(replicas).withMicroBatch(microBatch))) {
      PixelBatch pixels = Samples.pixels(batch, 32, 1);
      LongBuffer labels = Samples.labels(batch, CLASSES, 2);
      DropoutKey key = new DropoutKey(3, 4);
      StepResult a = whole.run(pixels, labels, h, key);
      StepResult b = shared.run(pixels, labels, h, key);
      assertEquals(a.agreement(), b.agreement());
      assertEquals(a.loss(), b.loss(), 1e-6 * a.loss());
      for (Parameter p : NETWORK.parameters()) {
        Closeness.requireClose(p.name(), momentum(whole, p), momentum(shared, p), TOLERANCE);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"SCR, 16, 1, 6, false", "PCR, 7, 2, 3, false", "PCR, 9, 4, 2, true"})
  void microBatchesAndReplicasGiveTheEuclideanLossOfTheWholeBatch(
      Head head, int batch, int replicas, int microBatch, boolean fixed) {
    Network all = Network.of(NETWORK.spec().withHead(head));
    Network network = fixed ? all.withFixedConvolutions() : all;
    StepHyperparameters h = new StepHyperparameters(1, 0, 0.1f, 0.5f);
    StepPart part =
        new StepPart(
            Samples.pixels(batch, 32, 1),
            Samples.labels(batch, CLASSES, 2),
            null,
            Samples.boxes(batch, 3));
    try (TrainingStep whole = step(network, batch, StepOptions.cpu(2));
        TrainingStep shared = step(network, batch, cpus(replicas).withMicroBatch(microBatch))) {
      float[] start = values(whole, network.parameter("conv1_1.weight"));
      StepResult a = whole.run(List.of(part), h, new DropoutKey(3, 4));
      StepResult b = shared.run(List.of(part), h, new DropoutKey(3, 4));
      assertEquals(a.loss(), b.loss(), 1e-6 * a.loss());
      assertEquals(a.agreement(), b.agreement(), 1e-5);
      for (Parameter p : network.trainedParameters()) {
        Closeness.requireClose(p.name(), momentum(whole, p), momentum(shared, p), TOLERANCE);
      }
      assertEquals(
          fixed,
          Arrays.equals(start, values(whole, network.parameter("conv1_1.weight"))),
          "fixed layers, and they alone, keep their weights: neither gradient nor decay");
    }
  }

  @Test
  void microBatchesOfStandardOperatorsSumToo() {
    requireEqualSteps(
        6, 2, cpus(1).withMicroBatch(4).withGradientStyle(GradientStyle.STANDARD_OPERATORS));
  }

  @Test
  void unevenSharesRepeatBitForBit() {
    StepOptions options = cpus(2).withMicroBatch(3);
    try (TrainingStep first = step(NETWORK, 11, options);
        TrainingStep second = step(NETWORK, 11, options)) {
      PixelBatch pixels = Samples.pixels(11, 32, 1);
      LongBuffer labels = Samples.labels(11, CLASSES, 2);
      for (int i = 0; i < 4; i++) {
        DropoutKey key = new DropoutKey(1, i);
        assertEquals(
            first.run(pixels, labels, HYPERPARAMETERS, key),
            second.run(pixels, labels, HYPERPARAMETERS, key));
      }
      for (Parameter p : NETWORK.parameters()) {
        assertArrayEquals(values(first, p), values(second, p), p.name());
      }
    }
  }

  @Test
  void wholeImagesOfTheCropsSizeGiveTheWeightsOfCrops() {
    for (int crop : new int[] {32, 64}) {
      Network network =
          Network.of(new NetworkSpec(Configuration.A_LRN, crop, 1 / 16.0, 32, CLASSES));
      StepOptions options = StepOptions.cpu(2).withColourShift(true);
      try (TrainingStep crops = step(network, 4, options);
          TrainingStep images = step(network, 4, options.withWholeImages(true))) {
        for (int i = 0; i < 3; i++) {
          StepPart part =
              new StepPart(
                  Samples.pixels(4, crop, i), Samples.labels(4, CLASSES, i), Samples.shifts(4, i));
          crops.run(List.of(part), HYPERPARAMETERS, new DropoutKey(1, i));
          images.run(List.of(part), HYPERPARAMETERS, new DropoutKey(1, i));
        }
        requireClose(network, crops, images);
      }
    }
  }

  @Test
  void wholeImagesOfSeveralSizesShareABatch() {
    StepOptions options = StepOptions.cpu(2).withWholeImages(true);
    StepHyperparameters h = new StepHyperparameters(1, 0, 0, 0.5f);
    StepPart tall = new StepPart(Samples.pixels(3, 96, 32, 1), Samples.labels(3, CLASSES, 1));
    StepPart wide = new StepPart(Samples.pixels(1, 64, 96, 2), Samples.labels(1, CLASSES, 2));
    try (TrainingStep both = step(NETWORK, 4, options);
        TrainingStep replicas = step(NETWORK, 4, cpus(3).withWholeImages(true).withMicroBatch(2));
        TrainingStep first = step(NETWORK, 3, options);
        TrainingStep second = step(NETWORK, 1, options)) {
      both.run(List.of(tall, wide), h, new DropoutKey(1, 0));
      replicas.run(List.of(tall, wide), h, new DropoutKey(1, 0));
      first.run(List.of(tall), h, new DropoutKey(1, 0, 0));
      second.run(List.of(wide), h, new DropoutKey(1, 0, 3));
      for (Parameter p : NETWORK.parameters()) {
        float[] a = momentum(first, p);
        float[] b = momentum(second, p);
        float[] expected = new float[a.length];
        for (int i = 0; i < a.length; i++) {
          expected[i] = 0.75f * a[i] + 0.25f * b[i];
        }
        Closeness.requireClose(p.name(), expected, momentum(both, p), TOLERANCE);
        Closeness.requireClose(p.name(), expected, momentum(replicas, p), TOLERANCE);
      }
    }
  }

  @Test
  void replicasWithoutImagesAddNothing() {
    try (TrainingStep whole = step(NETWORK, 2, StepOptions.cpu(2));
        TrainingStep shared = step(NETWORK, 2, cpus(4))) {
      PixelBatch pixels = Samples.pixels(2, 32, 1);
      LongBuffer labels = Samples.labels(2, CLASSES, 2);
      whole.run(pixels, labels, HYPERPARAMETERS, new DropoutKey(1, 0));
      shared.run(pixels, labels, HYPERPARAMETERS, new DropoutKey(1, 0));
      requireClose(NETWORK, whole, shared);
    }
  }

  @Test
  void partsThatDoNotFitAreRejectedWithTheirReason() {
    StepOptions options = StepOptions.cpu(1).withWholeImages(true).withColourShift(true);
    try (TrainingStep step = step(NETWORK, 2, options)) {
      LongBuffer labels = Samples.labels(2, CLASSES, 2);
      assertMessage(
          "images must have colour shifts: had none",
          () -> run(step, new StepPart(Samples.pixels(2, 32, 1), labels)));
      assertMessage(
          "sides of whole images must be multiples of 32 and at least 32: were 32 x 48",
          () ->
              run(step, new StepPart(Samples.pixels(2, 32, 48, 1), labels, Samples.shifts(2, 1))));
    }
    assertMessage(
        "gradient style of whole images must be TRAINING_OPERATORS or IMAGE_MAJOR: was"
            + " STANDARD_OPERATORS",
        () -> options.withGradientStyle(GradientStyle.STANDARD_OPERATORS));
  }

  private static void run(TrainingStep step, StepPart part) {
    step.run(List.of(part), HYPERPARAMETERS, new DropoutKey(1, 0));
  }

  @Test
  void closingFreesTheNativeMemory() throws IOException {
    Path status = Path.of("/proc/self/statm");
    assumeTrue(Files.exists(status), "the system does not say how much memory a process has");
    Network large = Network.of(new NetworkSpec(Configuration.A, 32, 1 / 4.0, 1024, CLASSES));
    long bytes = 4L * Float.BYTES * large.parameterCount(); // parameters, momentum, 2 x gradients
    PixelBatch pixels = Samples.pixels(8, 32, 1);
    LongBuffer labels = Samples.labels(8, CLASSES, 2);
    int warmUp = 5;
    int rounds = 15;
    long before = 0;
    for (int i = 0; i < warmUp + rounds; i++) {
      try (TrainingStep step =
          new TrainingStep(large, 8, Samples.PREPROCESSING, cpus(2).withMicroBatch(3))) {
        step.initialise(new Initialisation.He(), 1);
        step.run(pixels, labels, HYPERPARAMETERS, new DropoutKey(1, 0));
      }
      if (i == warmUp - 1) {
        before = resident(status);
      }
    }
    long grown = resident(status) - before;
    assertTrue(
        grown < rounds * bytes / 2,
        "memory must not grow by steps that are closed: %d of %d bytes are left each"
            .formatted(grown / rounds, bytes));
  }

  private static long resident(Path status) throws IOException {
    return 4096 * Long.parseLong(Files.readString(status).split(" ")[1]);
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

  private static float[] momentum(TrainingStep step, Parameter p) {
    FloatBuffer values = FloatBuffer.allocate((int) p.elements());
    step.readMomentum(p.name(), values);
    return values.array();
  }
}
