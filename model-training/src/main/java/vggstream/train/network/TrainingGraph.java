package vggstream.train.network;

import static vggstream.train.network.GraphBuilder.attribute;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The graph of one mini-batch's loss and its gradients by every parameter, forward and backward.
 *
 * <p>Inputs: {@link #PIXELS}, {@link #LABELS}, {@link #LOSS_WEIGHT}, {@link #COLOUR_SHIFT} if asked
 * for, one {@link #mask} for each dropout, and the parameters by their names. Outputs: {@link
 * #LOSS}, {@link #SCORES}, {@link #LOG_PROBABILITIES}, and one {@link #gradient} for each
 * parameter. An input's memory must not serve as an output's.
 */
public final class TrainingGraph {
  /** uint8 (N, H, W, 3). */
  public static final String PIXELS = "pixels";

  /** int64 (N), class indices. */
  public static final String LABELS = "labels";

  /**
   * Scalar that multiplies the gradients: these images' share of the whole batch, so that the
   * gradients of its parts sum to its own.
   */
  public static final String LOSS_WEIGHT = "loss_weight";

  /** (N, 3), added to red, green, blue beside the mean, in units of pixel values. */
  public static final String COLOUR_SHIFT = "colour_shift";

  /** Scalar: mean multinomial logistic loss, nats; not weighted. */
  public static final String LOSS = "loss";

  /** (N, K), before soft-max. */
  public static final String SCORES = "scores";

  /** (N, K), logarithm of the soft-max. */
  public static final String LOG_PROBABILITIES = "log_probabilities";

  private final GraphBuilder g = new GraphBuilder("training");
  private final Forward forward = new Forward(g);
  private final Backward backward;
  private final Network network;
  private final GradientStyle style;
  private final PositionMajor positionMajor;

  /** Number of images; 0 if it may vary, as the images' height and width then do. */
  private final int batch;

  /** The output so far where it is laid out by position; null while it is images. */
  private PositionMajor.@Nullable Value byPosition;

  /** For each layer so far: what turns dY into dX, and notes the parameters' gradients. */
  private final Deque<UnaryOperator<String>> tape = new ArrayDeque<>();

  private TrainingGraph(Network network, int batch, GradientStyle style) {
    this.network = network;
    this.style = style;
    this.batch = batch;
    this.backward = new Backward(g, batch, style);
    this.positionMajor = new PositionMajor(g, backward, batch);
  }

  /**
   * Name of a dropout's input, float (N, F): 0 for what is dropped and 1 / (1 - ratio) for what
   * stays.
   */
  public static String mask(Layer.Dropout layer) {
    return layer.name() + ".mask";
  }

  /** Name of the output that is the mean loss's gradient by a parameter, of its shape. */
  public static String gradient(Parameter parameter) {
    return "gradient." + parameter.name();
  }

  /**
   * A parameter's shape in the graph. Where images are whole, a fully-connected layer is a
   * convolution, (K, C, h, w) of the crop's last map: the same values in the same order.
   */
  public static long[] dimensions(Network network, Parameter parameter, boolean wholeImages) {
    if (wholeImages && parameter.kind() == Parameter.Kind.WEIGHT) {
      for (Layer layer : network.layers()) {
        if (layer instanceof Layer.FullyConnected fc && fc.parameters().contains(parameter)) {
          return fc.window();
        }
      }
    }
    return parameter.dimensions();
  }

  /**
   * The graph of crops as an ONNX model.
   *
   * @param batch number of images N, fixed
   * @param colourShift whether {@link #COLOUR_SHIFT} is an input
   */
  public static byte[] model(
      Network network,
      int batch,
      Preprocessing preprocessing,
      GradientStyle style,
      boolean colourShift) {
    if (batch < 1) {
      throw new IllegalArgumentException("batch must be at least 1: was " + batch);
    }
    return new TrainingGraph(network, batch, style).build(preprocessing, colourShift);
  }

  /**
   * The graph of whole images (paper, section 3.3) as an ONNX model: N, H and W may vary, H and W
   * multiples of 32 and at least the crop. The fully-connected layers are convolutions; the scores
   * are the spatial mean of the class score map; a dropout's mask holds at all positions.
   *
   * @param colourShift whether {@link #COLOUR_SHIFT} is an input
   */
  public static byte[] modelOfWholeImages(
      Network network, Preprocessing preprocessing, boolean colourShift) {
    return new TrainingGraph(network, 0, GradientStyle.IMAGE_MAJOR)
        .build(preprocessing, colourShift);
  }

  private boolean wholeImages() {
    return batch == 0;
  }

  private byte[] build(Preprocessing preprocessing, boolean colourShift) {
    Object side = wholeImages() ? "H" : network.spec().cropSide();
    Object otherSide = wholeImages() ? "W" : side;
    int classes = network.spec().classes();
    g.input(PIXELS, GraphBuilder.UINT8, count(), side, otherSide, 3);
    g.input(LABELS, GraphBuilder.INT64, count());
    g.input(LOSS_WEIGHT, GraphBuilder.FLOAT);
    if (colourShift) {
      g.input(COLOUR_SHIFT, GraphBuilder.FLOAT, count(), 3);
    }
    for (Parameter p : network.parameters()) {
      Object[] shape = Arrays.stream(dimensions(network, p, wholeImages())).boxed().toArray();
      g.input(p.name(), GraphBuilder.FLOAT, shape);
      g.output(gradient(p), GraphBuilder.FLOAT, shape);
    }
    String x = forward.pixels(PIXELS, colourShift ? COLOUR_SHIFT : null, preprocessing);
    for (Layer layer : network.layers()) {
      x = add(layer, x);
    }
    scores(x);
    g.nodeTo(
        List.of(LOSS, LOG_PROBABILITIES),
        "SoftmaxCrossEntropyLoss",
        List.of(SCORES, LABELS),
        attribute("reduction", "mean"));
    g.output(LOSS, GraphBuilder.FLOAT);
    g.output(SCORES, GraphBuilder.FLOAT, count(), classes);
    g.output(LOG_PROBABILITIES, GraphBuilder.FLOAT, count(), classes);
    String d = backward.loss(LOG_PROBABILITIES, LABELS, LOSS_WEIGHT, classes); // (N, K)
    while (!tape.isEmpty()) {
      d = tape.pop().apply(d);
    }
    return g.model();
  }

  private Object count() {
    return wholeImages() ? "N" : batch;
  }

  private void scores(String x) {
    if (wholeImages()) {
      g.nodeTo(
          List.of(SCORES),
          "ReduceMean",
          List.of(x),
          attribute("axes", 2, 3),
          attribute("keepdims", 0)); // (N, K)
      tape.push(dy -> backward.spatialMean(dy, x, SCORES)); // (N, K, h, w)
    } else {
      g.nodeTo(List.of(SCORES), "Identity", List.of(x)); // (N, K)
    }
  }

  /** Adds a layer forward and notes it for the way back; returns its output. */
  private String add(Layer layer, String x) {
    if (layer instanceof Layer.Convolution conv) {
      if (byPosition == null && entersPositionMajor(conv)) {
        byPosition = positionMajor.enter(x, conv.input());
        tape.push(d -> positionMajor.byImage(d, conv.input()));
      }
      return byPosition == null ? convolution(conv, x) : applied(convolution(conv, byPosition));
    }
    if (layer instanceof Layer.LocalResponseNormalisation lrn) {
      String y = forward.normalisation(x, lrn);
      tape.push(dy -> backward.normalisation(dy, x, y, lrn));
      return y; // (N, C, H, W)
    }
    if (layer instanceof Layer.MaxPooling && byPosition != null) {
      return applied(positionMajor.pooling(byPosition, layer.input()));
    }
    if (layer instanceof Layer.MaxPooling) {
      String y = forward.pooling(x);
      tape.push(dy -> backward.pooling(dy, x, y));
      return y; // (N, C, H/2, W/2)
    }
    if (layer instanceof Layer.FullyConnected fc) {
      return wholeImages() ? window(fc, x) : fullyConnected(fc, leavePositionMajor(x, fc.input()));
    }
    if (layer instanceof Layer.Dropout dropout) {
      g.input(mask(dropout), GraphBuilder.FLOAT, count(), dropout.input().elements());
      String mask =
          wholeImages()
              ? g.node("Unsqueeze", List.of(mask(dropout), g.longs(2, 3))) // (N, F, 1, 1)
              : mask(dropout);
      tape.push(dy -> g.node("Mul", List.of(dy, mask)));
      return g.node("Mul", List.of(x, mask)); // (N, F) or (N, F, h, w)
    }
    throw new AssertionError(layer);
  }

  private boolean entersPositionMajor(Layer.Convolution layer) {
    return switch (style) {
      case TRAINING_OPERATORS -> !tape.isEmpty() && PositionMajor.pays(layer, batch);
      case POSITION_MAJOR -> tape.size() > 1; // after any normalisation, which follows the first
      case IMAGE_MAJOR, STANDARD_OPERATORS -> false;
    };
  }

  private PositionMajor.Applied convolution(Layer.Convolution layer, PositionMajor.Value x) {
    Parameter weight = layer.parameters().get(0);
    Parameter bias = layer.parameters().get(1);
    return positionMajor.convolution(x, layer, gradient(weight), gradient(bias));
  }

  private String applied(PositionMajor.Applied layer) {
    tape.push(layer.backward());
    byPosition = layer.output();
    return layer.output().name(); // (P, C, N)
  }

  /** Images again, where the output was laid out by position. */
  private String leavePositionMajor(String x, Shape shape) {
    PositionMajor.Value value = byPosition;
    if (value == null) {
      return x;
    }
    byPosition = null;
    tape.push(d -> positionMajor.byPosition(d, shape)); // a pooling came last: row by row
    return positionMajor.leave(value, shape); // (N, C, H, W)
  }

  private String convolution(Layer.Convolution layer, String x) {
    String y = forward.convolution(x, layer);
    Parameter weight = layer.parameters().get(0);
    Parameter bias = layer.parameters().get(1);
    boolean first = tape.isEmpty(); // nobody asks for the gradient by the image
    tape.push(
        dy -> {
          String dz = backward.relu(dy, y);
          backward.convolutionParameters(
              dz, x, weight.name(), layer, gradient(weight), gradient(bias));
          return first ? "" : backward.convolutionInput(dz, weight.name(), layer);
        });
    return y; // (N, K, H, W)
  }

  private String fullyConnected(Layer.FullyConnected layer, String x) {
    boolean fromImages = layer == firstFullyConnected();
    String flat = fromImages ? g.node("Flatten", List.of(x), attribute("axis", 1)) : x; // (N, F)
    String y = forward.fullyConnected(flat, layer);
    Parameter weight = layer.parameters().get(0);
    Parameter bias = layer.parameters().get(1);
    tape.push(
        dy -> {
          String dz = layer.rectified() ? backward.relu(dy, y) : dy;
          backward.fullyConnectedParameters(dz, flat, gradient(weight), gradient(bias));
          String dx = backward.fullyConnectedInput(dz, weight.name());
          return fromImages ? backward.reshape(dx, layer.input()) : dx;
        });
    return y; // (N, K)
  }

  private String window(Layer.FullyConnected layer, String x) {
    int kernel = layer.input().height();
    String y = forward.window(x, layer, kernel);
    Parameter weight = layer.parameters().get(0);
    Parameter bias = layer.parameters().get(1);
    tape.push(
        dy -> {
          String dz = layer.rectified() ? backward.relu(dy, y) : dy;
          backward.windowParameters(dz, x, weight.name(), kernel, gradient(weight), gradient(bias));
          return backward.windowInput(dz, weight.name(), kernel);
        });
    return y; // (N, K, h, w)
  }

  private Layer firstFullyConnected() {
    return network.layers().stream()
        .filter(Layer.FullyConnected.class::isInstance)
        .findFirst()
        .orElseThrow();
  }
}
