package vggstream.train.step;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import vggstream.model.Device;
import vggstream.train.network.Configuration;
import vggstream.train.network.GradientStyle;
import vggstream.train.network.Head;
import vggstream.train.network.Network;
import vggstream.train.network.NetworkSpec;
import vggstream.train.network.Parameter;
import vggstream.train.network.Preprocessing;

/** Gradients against central differences of the reference in double precision. */
class GradientTest {
  private static final double TOLERANCE = 1e-4;
  private static final DropoutKey KEY = new DropoutKey(3, 5);

  @ParameterizedTest
  @CsvSource({
    "A, 32, TRAINING_OPERATORS",
    "A, 64, TRAINING_OPERATORS",
    "A, 32, STANDARD_OPERATORS",
    "A, 32, POSITION_MAJOR",
    "A, 64, POSITION_MAJOR",
    "A-LRN, 32, POSITION_MAJOR",
    "B, 32, POSITION_MAJOR",
    "C, 32, POSITION_MAJOR",
    "D, 32, POSITION_MAJOR",
    "E, 32, POSITION_MAJOR",
    "A, 32, WINOGRAD",
    "A, 64, WINOGRAD",
    "A, 96, WINOGRAD",
    "A-LRN, 32, WINOGRAD",
    "C, 64, WINOGRAD",
    "E, 32, WINOGRAD",
    "A-LRN, 32, TRAINING_OPERATORS",
    "A-LRN, 32, STANDARD_OPERATORS",
    "B, 32, TRAINING_OPERATORS",
    "C, 32, TRAINING_OPERATORS",
    "C, 32, STANDARD_OPERATORS",
    "D, 32, TRAINING_OPERATORS",
    "E, 32, TRAINING_OPERATORS",
    "B-5x5, 32, TRAINING_OPERATORS",
    "B-5x5, 32, STANDARD_OPERATORS",
    "B-5x5, 32, POSITION_MAJOR",
    "B-5x5, 64, POSITION_MAJOR",
  })
  void gradientsEqualCentralDifferences(String configuration, int crop, GradientStyle style) {
    NetworkSpec spec = new NetworkSpec(Configuration.parse(configuration), crop, 1 / 16.0, 12, 5);
    check(spec, crop, crop, Samples.PREPROCESSING, StepOptions.cpu(2).withGradientStyle(style));
  }

  @ParameterizedTest
  @CsvSource({
    "A, 32, 64, 96",
    "A, 64, 64, 64",
    "A, 64, 96, 64",
    "A-LRN, 32, 64, 32",
    "C, 32, 64, 64",
    "E, 32, 32, 64",
    "B-5x5, 32, 64, 64",
  })
  void gradientsOfWholeImagesEqualCentralDifferences(
      String configuration, int crop, int height, int width) {
    NetworkSpec spec = new NetworkSpec(Configuration.parse(configuration), crop, 1 / 16.0, 12, 5);
    check(spec, height, width, Samples.PREPROCESSING, StepOptions.cpu(2).withWholeImages(true));
  }

  @ParameterizedTest
  @EnumSource(GradientStyle.class)
  void gradientsOfShiftedColoursEqualCentralDifferences(GradientStyle style) {
    NetworkSpec spec = new NetworkSpec(Configuration.A, 32, 1 / 16.0, 12, 5);
    StepOptions options = StepOptions.cpu(2).withGradientStyle(style).withColourShift(true);
    check(spec, 32, 32, Samples.PREPROCESSING, options);
  }

  @Test
  void gradientsOfWholeImagesOfShiftedColoursEqualCentralDifferences() {
    NetworkSpec spec = new NetworkSpec(Configuration.A, 32, 1 / 16.0, 12, 5);
    StepOptions options = StepOptions.cpu(2).withWholeImages(true).withColourShift(true);
    check(spec, 64, 32, Samples.PREPROCESSING, options);
  }

  @ParameterizedTest
  @CsvSource({
    "A, 32, SCR, TRAINING_OPERATORS",
    "A, 64, PCR, TRAINING_OPERATORS",
    "A, 32, PCR, STANDARD_OPERATORS",
    "A, 32, PCR, POSITION_MAJOR",
    "D, 32, SCR, TRAINING_OPERATORS",
    "D, 32, PCR, TRAINING_OPERATORS",
    "D, 32, SCR, STANDARD_OPERATORS",
  })
  void gradientsOfTheEuclideanLossEqualCentralDifferences(
      String configuration, int crop, Head head, GradientStyle style) {
    NetworkSpec spec =
        new NetworkSpec(Configuration.parse(configuration), crop, 1 / 16.0, 12, 5, head);
    check(spec, crop, crop, Samples.PREPROCESSING, StepOptions.cpu(2).withGradientStyle(style));
  }

  @ParameterizedTest
  @CsvSource({
    "SCR, TRAINING_OPERATORS",
    "PCR, TRAINING_OPERATORS",
    "PCR, STANDARD_OPERATORS",
    "SCR, POSITION_MAJOR",
    "CLASSIFY, TRAINING_OPERATORS"
  })
  void gradientsAboveFixedConvolutionsEqualCentralDifferences(Head head, GradientStyle style) {
    Network network =
        Network.of(new NetworkSpec(Configuration.D, 32, 1 / 16.0, 12, 5, head))
            .withFixedConvolutions();
    assertEquals(6, network.trainedParameters().size());
    check(network, 32, 32, Samples.PREPROCESSING, StepOptions.cpu(2).withGradientStyle(style));
  }

  @Test
  void lrnGradientsHoldWhereItsSumOutweighsItsConstant() {
    NetworkSpec spec = new NetworkSpec(Configuration.A_LRN, 32, 1 / 8.0, 12, 5);
    Preprocessing bright = Preprocessing.of(List.of(100f, 100f, 100f), 2f);
    double largest = check(spec, 32, 32, bright, StepOptions.cpu(2));
    assertTrue(largest >= 1, "alpha * sum(x^2) must reach 1: reached " + largest);
  }

  private static double check(
      NetworkSpec spec, int height, int width, Preprocessing preprocessing, StepOptions options) {
    return check(Network.of(spec), height, width, preprocessing, options);
  }

  private static double check(
      Network network, int height, int width, Preprocessing preprocessing, StepOptions options) {
    int batch = 2;
    NetworkSpec spec = network.spec();
    FloatBuffer boxes = Samples.boxes(batch, 7);
    LongBuffer labels = Samples.labels(batch, spec.classes(), 2);
    Map<String, float[]> masks = Samples.masks(network, batch, 0.5f, KEY);
    StepPart part;
    Map<String, float[]> values;
    ReferenceNetwork reference;
    double loss;
    long seed = 4;
    do { // away from the kinks
      seed++;
      part =
          new StepPart(
              Samples.pixels(batch, height, width, seed),
              labels,
              options.colourShift() ? Samples.shifts(batch, seed) : null,
              spec.head().localises() ? boxes : null);
      values = Samples.parameters(network, seed);
      reference =
          new ReferenceNetwork(network, height, width, values, masks, Samples.array(labels))
              .withBoxes(Samples.array(boxes));
      loss = reference.loss(Samples.preprocessed(part, preprocessing));
    } while (reference.margin < Samples.LEAST_MARGIN);
    double lrn = reference.largestLrnTerm;
    Device device = options.devices().get(0);
    try (DeviceCopy copy = new DeviceCopy(device);
        GradientPass pass = new GradientPass(network, batch, preprocessing, options, device);
        ParameterMemory parameters = new ParameterMemory(network, copy);
        ParameterMemory gradients = ParameterMemory.ofTrained(network, copy)) {
      values.forEach((name, v) -> parameters.load(name, 0, FloatBuffer.wrap(v)));
      pass.bind(parameters, gradients);
      StepResult result = pass.run(part, 1, 0.5f, KEY);
      assertEquals(loss, result.loss(), 1e-4 * loss);
      for (Parameter p : network.trainedParameters()) {
        float[] gradient = new float[(int) p.elements()];
        gradients.read(p.name(), 0, FloatBuffer.wrap(gradient));
        compare(reference, p, gradient);
      }
    }
    return lrn;
  }

  private static void compare(ReferenceNetwork reference, Parameter p, float[] gradient) {
    int largest = 0;
    for (int i = 0; i < gradient.length; i++) {
      if (Math.abs(gradient[i]) > Math.abs(gradient[largest])) {
        largest = i;
      }
    }
    double scale = Math.abs(gradient[largest]);
    assertTrue(scale > 0, p.name() + " must have a gradient other than zero");
    TreeSet<Integer> probes = new TreeSet<>(List.of(0, largest, gradient.length - 1));
    for (int i = 0; i < gradient.length; i += Math.max(1, gradient.length / 9)) {
      probes.add(i);
    }
    for (int i : probes) {
      double expected = reference.derivative(p, i);
      double error = Math.abs(expected - gradient[i]) / scale;
      assertTrue(
          error <= TOLERANCE,
          "%s[%d]: %g must be within %g of %g, relative to %g: was %g"
              .formatted(p.name(), i, gradient[i], TOLERANCE, expected, scale, error));
    }
  }
}
