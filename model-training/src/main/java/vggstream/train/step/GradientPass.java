package vggstream.train.step;

import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import vggstream.model.Device;
import vggstream.tensor.PixelBatch;
import vggstream.train.network.GradientStyle;
import vggstream.train.network.Layer;
import vggstream.train.network.Network;
import vggstream.train.network.Parameter;
import vggstream.train.network.Preprocessing;
import vggstream.train.network.TrainingGraph;

/**
 * Forward and backward pass over batches of one size: reads parameters from one memory, writes
 * their gradients to another of the same layout.
 */
final class GradientPass implements AutoCloseable {
  private final Network network;
  private final int batch;
  private final NativeSession session;
  private final NativeBinding binding;
  private final NativeTensor loss;
  private final NativeTensor scores;
  private final Map<Layer.Dropout, NativeTensor> masks = new LinkedHashMap<>();

  GradientPass(Network network, int batch, Preprocessing preprocessing, StepOptions options) {
    this.network = network;
    this.batch = batch;
    session =
        NativeSession.open(
            TrainingGraph.model(network, batch, preprocessing, style(options)),
            options.threads(),
            options.devices().get(0));
    binding = session.bind();
    loss = NativeSession.allocateOnHost(1);
    scores = NativeSession.allocateOnHost((long) batch * classes());
    binding
        .output(TrainingGraph.LOSS, loss, 0)
        .output(TrainingGraph.SCORES, scores, 0, batch, classes());
    for (Layer layer : network.layers()) {
      if (layer instanceof Layer.Dropout dropout) {
        masks.put(dropout, NativeSession.allocateOnHost(batch * dropout.input().elements()));
      }
    }
  }

  private static GradientStyle style(StepOptions options) {
    boolean layoutIsFree = options.gradientStyle() == GradientStyle.TRAINING_OPERATORS;
    return layoutIsFree && options.devices().get(0) instanceof Device.Cuda
        ? GradientStyle.IMAGE_MAJOR
        : options.gradientStyle();
  }

  private int classes() {
    return network.spec().classes();
  }

  /** Memory for a value a parameter on this pass's device. */
  ParameterMemory allocate(DeviceCopy copy) {
    return new ParameterMemory(network, session, copy);
  }

  /** Says where parameters are and where gradients go: not to the same memory. */
  void bind(ParameterMemory parameters, ParameterMemory gradients) {
    for (Parameter p : network.parameters()) {
      binding.input(p.name(), parameters.tensor(), parameters.offset(p), p.dimensions());
      binding.output(
          TrainingGraph.gradient(p), gradients.tensor(), gradients.offset(p), p.dimensions());
    }
  }

  /** Runs the pass; arguments as in {@link TrainingStep#run}. */
  StepResult run(PixelBatch pixels, LongBuffer labels, float ratio, DropoutKey dropout) {
    int side = network.spec().cropSide();
    if (pixels.count() != batch || pixels.height() != side || pixels.width() != side) {
      throw new IllegalArgumentException(
          "pixels must be %d x %d x %d: were %d x %d x %d"
              .formatted(batch, side, side, pixels.count(), pixels.height(), pixels.width()));
    }
    requireLabels(labels);
    for (Map.Entry<Layer.Dropout, NativeTensor> e : masks.entrySet()) {
      int width = Math.toIntExact(e.getKey().input().elements());
      FloatBuffer mask = e.getValue().values(0, batch * width);
      DropoutMasks.fill(mask, batch, width, e.getKey().name(), ratio, dropout);
      binding.input(TrainingGraph.mask(e.getKey()), e.getValue(), 0, batch, width);
    }
    ByteBuffer image = pixels.pixels();
    binding.bytes(TrainingGraph.PIXELS, image, batch, side, side, PixelBatch.CHANNELS);
    binding.longs(TrainingGraph.LABELS, labels, batch);
    try {
      session.run(binding);
    } finally {
      Reference.reachabilityFence(image);
      Reference.reachabilityFence(pixels);
      Reference.reachabilityFence(labels);
    }
    return new StepResult(loss.values(0, 1).get(0), correct(labels));
  }

  private void requireLabels(LongBuffer labels) {
    if (!labels.isDirect() || labels.remaining() != batch) {
      throw new IllegalArgumentException(
          "labels must be %d in a direct buffer: were %s".formatted(batch, labels));
    }
    for (int n = 0; n < batch; n++) {
      long label = labels.get(labels.position() + n);
      if (label < 0 || label >= classes()) {
        throw new IllegalArgumentException(
            "labels must be within 0..%d: was %d".formatted(classes() - 1, label));
      }
    }
  }

  private int correct(LongBuffer labels) {
    FloatBuffer all = scores();
    int classes = classes();
    int correct = 0;
    for (int n = 0; n < batch; n++) {
      int best = 0;
      for (int k = 1; k < classes; k++) {
        if (all.get(n * classes + k) > all.get(n * classes + best)) {
          best = k;
        }
      }
      correct += best == labels.get(labels.position() + n) ? 1 : 0;
    }
    return correct;
  }

  /** The last run's scores, (N, K), before soft-max. */
  FloatBuffer scores() {
    return scores.values(0, batch * classes());
  }

  @Override
  public void close() {
    binding.close();
    List.copyOf(masks.values()).forEach(NativeTensor::close);
    scores.close();
    loss.close();
    session.close();
  }
}
