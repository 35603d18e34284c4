package vggstream.train.step;

import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import vggstream.model.Device;
import vggstream.tensor.PixelBatch;
import vggstream.train.network.GradientStyle;
import vggstream.train.network.Head;
import vggstream.train.network.Layer;
import vggstream.train.network.Network;
import vggstream.train.network.Parameter;
import vggstream.train.network.Preprocessing;
import vggstream.train.network.TrainingGraph;

/**
 * Forward and backward pass over some images: reads parameters from one memory, writes their
 * gradients to another of the same layout. Crops come in one number only; of whole images number
 * and size may vary from run to run.
 */
final class GradientPass implements AutoCloseable {
  private final Network network;
  private final int images;
  private final StepOptions options;
  private final NativeSession session;
  private final NativeBinding binding;
  private final NativeTensor loss;
  private final NativeTensor weight;

  /** Scores, or predicted boxes. */
  private final NativeTensor predictions;

  private final Map<Layer.Dropout, NativeTensor> masks = new LinkedHashMap<>();
  private @Nullable ParameterMemory boundParameters;
  private @Nullable ParameterMemory boundGradients;

  /**
   * Prepares passes.
   *
   * @param images number of crops, or the most whole images
   */
  GradientPass(
      Network network,
      int images,
      Preprocessing preprocessing,
      StepOptions options,
      Device device) {
    this.network = network;
    this.images = images;
    this.options = options;
    byte[] model =
        options.wholeImages()
            ? TrainingGraph.modelOfWholeImages(network, preprocessing, options.colourShift())
            : TrainingGraph.model(
                network, images, preprocessing, style(options, device), options.colourShift());
    session = NativeSession.open(model, options.threads(), device, options.wholeImages());
    binding = session.bind();
    loss = NativeSession.allocateOnHost(1);
    weight = NativeSession.allocateOnHost(1);
    predictions = NativeSession.allocateOnHost((long) images * predicted());
    for (Layer layer : network.layers()) {
      if (layer instanceof Layer.Dropout dropout) {
        masks.put(dropout, NativeSession.allocateOnHost(images * dropout.input().elements()));
      }
    }
    binding.output(TrainingGraph.LOSS, loss, 0);
  }

  private static GradientStyle style(StepOptions options, Device device) {
    boolean layoutIsFree = options.gradientStyle() == GradientStyle.TRAINING_OPERATORS;
    return layoutIsFree && device instanceof Device.Cuda
        ? GradientStyle.IMAGE_MAJOR
        : options.gradientStyle();
  }

  private Head head() {
    return network.spec().head();
  }

  /** Values predicted of an image. */
  private int predicted() {
    return head().localises() ? Head.BOX : network.spec().classes();
  }

  /** Says where parameters are and where gradients go: not to the same memory. */
  void bind(ParameterMemory parameters, ParameterMemory gradients) {
    Set<Parameter> trained = Set.copyOf(network.trainedParameters());
    for (Parameter p : network.parameters()) {
      long[] shape = TrainingGraph.dimensions(network, p, options.wholeImages());
      if (parameters != boundParameters) {
        binding.input(p.name(), parameters.tensor(), parameters.offset(p), shape);
      }
      if (gradients != boundGradients && trained.contains(p)) {
        binding.output(TrainingGraph.gradient(p), gradients.tensor(), gradients.offset(p), shape);
      }
    }
    boundParameters = parameters;
    boundGradients = gradients;
  }

  /**
   * Runs the pass.
   *
   * @param part images that fit, checked before
   * @param share of the whole batch that these images are: multiplies the gradients, not the loss
   * @param ratio of dropout
   */
  StepResult run(StepPart part, float share, float ratio, DropoutKey dropout) {
    PixelBatch pixels = part.pixels();
    int n = pixels.count();
    for (Map.Entry<Layer.Dropout, NativeTensor> e : masks.entrySet()) {
      int width = Math.toIntExact(e.getKey().input().elements());
      FloatBuffer mask = e.getValue().values(0, n * width);
      DropoutMasks.fill(mask, n, width, e.getKey().name(), ratio, dropout);
      binding.input(TrainingGraph.mask(e.getKey()), e.getValue(), 0, n, width);
    }
    weight.values(0, 1).put(0, share);
    binding.input(TrainingGraph.LOSS_WEIGHT, weight, 0);
    String output = head().localises() ? TrainingGraph.PREDICTED_BOXES : TrainingGraph.SCORES;
    binding.output(output, predictions, 0, n, predicted());
    ByteBuffer image = pixels.pixels();
    binding.bytes(
        TrainingGraph.PIXELS, image, n, pixels.height(), pixels.width(), PixelBatch.CHANNELS);
    if (head() != Head.SCR) {
      binding.longs(TrainingGraph.LABELS, part.labels(), n);
    }
    FloatBuffer boxes = part.boxes();
    if (boxes != null) {
      binding.floats(TrainingGraph.BOXES, boxes, n, Head.BOX);
    }
    FloatBuffer shift = part.colourShift();
    if (shift != null) {
      binding.floats(TrainingGraph.COLOUR_SHIFT, shift, n, PixelBatch.CHANNELS);
    }
    try {
      session.run(binding);
    } finally {
      Reference.reachabilityFence(image);
      Reference.reachabilityFence(part);
    }
    double agreement =
        boxes == null
            ? Agreement.correct(predictions(), predicted(), part.labels())
            : Agreement.overlap(predictions(), boxes);
    return new StepResult(loss.values(0, 1).get(0), agreement);
  }

  /** The last run's scores before soft-max, (N, K), or boxes, (N, 4). */
  FloatBuffer predictions() {
    return predictions.values(0, images * predicted());
  }

  @Override
  public void close() {
    binding.close();
    List.copyOf(masks.values()).forEach(NativeTensor::close);
    predictions.close();
    weight.close();
    loss.close();
    session.close();
  }
}
