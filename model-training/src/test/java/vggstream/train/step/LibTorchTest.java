package vggstream.train.step;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.ndarray.NDArray;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import vggstream.tensor.PixelBatch;
import vggstream.train.network.Configuration;
import vggstream.train.network.Head;
import vggstream.train.network.Network;
import vggstream.train.network.NetworkSpec;
import vggstream.train.network.Parameter;

/** Forward pass, gradients and momentum steps against LibTorch. */
class LibTorchTest {
  private static final double TOLERANCE = 1e-4;
  private static final int BATCH = 2;
  private static final StepHyperparameters HYPERPARAMETERS =
      new StepHyperparameters(0.01f, 0.9f, 5e-4f, 0.5f);

  /** The appendix's rate: at ten times it boxes diverge from these weights, and so do roundings. */
  private static final StepHyperparameters FOR_BOXES =
      new StepHyperparameters(0.001f, 0.9f, 5e-4f, 0.5f);

  private static StepHyperparameters hyperparameters(Network network) {
    return network.spec().head().localises() ? FOR_BOXES : HYPERPARAMETERS;
  }

  @ParameterizedTest
  @EnumSource(Configuration.class)
  void lossGradientsAndFiveStepsEqualLibTorchs(Configuration configuration) {
    Network network = Network.of(new NetworkSpec(configuration, 32, 1 / 16.0, 24, 10));
    long seed = 1;
    while (!compare(network, seed)) {
      seed++;
    }
  }

  @ParameterizedTest
  @CsvSource({"A, SCR, false", "D, SCR, false", "D, PCR, false", "D, SCR, true", "D, PCR, true"})
  void localisationsLossGradientsAndFiveStepsEqualLibTorchs(
      Configuration configuration, Head head, boolean fixed) {
    Network all = Network.of(new NetworkSpec(configuration, 32, 1 / 16.0, 24, 10, head));
    Network network = fixed ? all.withFixedConvolutions() : all;
    long seed = 1;
    while (!compare(network, seed)) {
      seed++;
    }
  }

  /** (N, 4 or 4K): 1 where an image's own box stands, else 0. */
  private static float[] own(Network network, long[] labels) {
    int row = network.spec().head().channels(network.spec().classes());
    float[] own = new float[labels.length * row];
    for (int n = 0; n < labels.length; n++) {
      int box = network.spec().head() == Head.PCR ? (int) labels[n] : 0;
      Arrays.fill(own, n * row + 4 * box, n * row + 4 * box + 4, 1);
    }
    return own;
  }

  /** Compares unless a step starts too near to a kink of the network; whether it did. */
  private static boolean compare(Network network, long seed) {
    PixelBatch pixels = Samples.pixels(BATCH, 32, seed);
    LongBuffer labels = Samples.labels(BATCH, 10, seed);
    FloatBuffer boxes = network.spec().head().localises() ? Samples.boxes(BATCH, seed) : null;
    StepPart part = new StepPart(pixels, labels, null, boxes);
    Map<String, float[]> start = Samples.parameters(network, seed);
    double[] images = Samples.preprocessed(pixels, Samples.PREPROCESSING);
    StepOptions options = StepOptions.cpu(2);
    StepHyperparameters h = hyperparameters(network);
    try (LibTorchNetwork peer = new LibTorchNetwork(network, start);
        TrainingStep step = new TrainingStep(network, BATCH, Samples.PREPROCESSING, options)) {
      start.forEach((name, v) -> step.loadParameter(name, FloatBuffer.wrap(v)));
      NDArray peerImages = peer.array(Samples.floats(images), BATCH, 3, 32, 32);
      NDArray peerLabels = peer.labels(Samples.array(labels));
      Map<String, float[]> peerGradients = new LinkedHashMap<>();
      for (int i = 0; i < 5; i++) {
        DropoutKey key = new DropoutKey(5, i);
        Map<String, float[]> masks = Samples.masks(network, BATCH, 0.5f, key);
        Map<String, float[]> values = new HashMap<>();
        network.parameters().forEach(p -> values.put(p.name(), peer.parameter(p.name())));
        ReferenceNetwork reference =
            new ReferenceNetwork(network, values, masks, Samples.array(labels))
                .withBoxes(boxes == null ? new float[0] : Samples.array(boxes));
        reference.loss(images);
        if (reference.margin < Samples.LEAST_MARGIN) {
          return false;
        }
        Map<String, NDArray> peerMasks = new HashMap<>();
        masks.forEach((name, m) -> peerMasks.put(name, peer.array(m, BATCH, m.length / BATCH)));
        Map<String, float[]> into = i == 0 ? peerGradients : null;
        float expected =
            boxes == null
                ? peer.step(peerImages, peerLabels, peerMasks, h, into)
                : peer.boxStep(
                    peerImages,
                    peer.array(Samples.array(boxes), BATCH, 4),
                    peer.array(
                        own(network, Samples.array(labels)),
                        BATCH,
                        network.spec().head().channels(10)),
                    peerMasks,
                    h,
                    into);
        StepResult result = step.run(List.of(part), h, key);
        assertEquals(expected, result.loss(), TOLERANCE * expected);
        if (i == 0) {
          compareGradients(network, step, start, peerGradients);
        }
      }
      for (Parameter p : network.parameters()) {
        float[] actual = new float[(int) p.elements()];
        step.readParameter(p.name(), FloatBuffer.wrap(actual));
        Closeness.requireClose(p.name(), peer.parameter(p.name()), actual, TOLERANCE);
      }
    }
    return true;
  }

  /** After one step from rest, momentum is -learningRate * (gradient + weightDecay * w). */
  private static void compareGradients(
      Network network,
      TrainingStep step,
      Map<String, float[]> start,
      Map<String, float[]> expected) {
    for (Parameter p : network.trainedParameters()) {
      float[] momentum = new float[(int) p.elements()];
      step.readMomentum(p.name(), FloatBuffer.wrap(momentum));
      float[] w = start.get(p.name());
      float decay = p.kind() == Parameter.Kind.WEIGHT ? hyperparameters(network).weightDecay() : 0;
      for (int i = 0; i < momentum.length; i++) {
        momentum[i] = -momentum[i] / hyperparameters(network).learningRate() - decay * w[i];
      }
      Closeness.requireClose(
          "gradient of " + p.name(), expected.get(p.name()), momentum, TOLERANCE);
    }
  }
}
