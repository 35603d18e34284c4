package vggstream.train.network;

import static vggstream.train.network.GraphBuilder.attribute;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The graph of one mini-batch's loss and its gradients by every trained parameter, forward and
 * backward; backward it goes down to the lowest trained layer and no further.
 *
 * <p>Inputs: {@link #PIXELS}, {@link #LABELS} (but for single-class regression), {@link #BOXES} if
 * the network localises, {@link #LOSS_WEIGHT}, {@link #COLOUR_SHIFT} if asked for, one {@link
 * #mask} for each dropout, and the parameters by their names. Outputs: {@link #LOSS}; {@link
 * #SCORES} and {@link #LOG_PROBABILITIES}, or {@link #PREDICTED_BOXES}; and one {@link #gradient}
 * for each trained parameter. An input's memory must not serve as an output's.
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

  /** True boxes, (N, 4): centre x, centre y, width, height, as fractions of the crop's side. */
  public static final String BOXES = "boxes";

  /**
   * Scalar, not weighted: mean multinomial logistic loss, nats; of a network that localises, the
   * Euclidean loss, the sum of the squared differences of the boxes' values over 2N.
   */
  public static final String LOSS = "loss";

  /** (N, 4) as {@link #BOXES}; of per-class regression those of the images' own classes. */
  public static final String PREDICTED_BOXES = "predicted_boxes";

  /** (N, K), before soft-max. */
  public static final String SCORES = "scores";

  /** (N, K), logarithm of the soft-max. */
  public static final String LOG_PROBABILITIES = "log_probabilities";

  private final GraphBuilder g = new GraphBuilder("training");
  private final Forward forward = new Forward(g);
  private final Backward backward;
  private final Network network;
  private final GradientStyle style;

  /** Number of images; 0 if it may vary, as the images' height and width then do. */
  private final int batch;

  /** The output so far where it is laid out by position; null while it is images. */
  private @Nullable Laid laid;

  private record Laid(MapLayout layout, MapLayout.Value value) {}

  /**
   * For each layer from the lowest trained one on: what turns dY into dX, and notes the parameters'
   * gradients.
   */
  private final Deque<UnaryOperator<String>> tape = new ArrayDeque<>();

  /** Number of layers so far. */
  private int layersAdded;

  private TrainingGraph(Network network, int batch, GradientStyle style) {
    this.network = network;
    this.style = style;
    this.batch = batch;
    this.backward = new Backward(g, batch, style);
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
    if (network.spec().head().localises()) {
      throw new IllegalArgumentException(
          "a network that localises must be trained on crops: its boxes are relative to them");
    }
    return new TrainingGraph(network, 0, GradientStyle.IMAGE_MAJOR)
        .build(preprocessing, colourShift);
  }

  private boolean wholeImages() {
    return batch == 0;
  }

  private byte[] build(Preprocessing preprocessing, boolean colourShift) {
    Object side = wholeImages() ? "H" : network.spec().cropSide();
    Object otherSide = wholeImages() ? "W" : side;
    g.input(PIXELS, GraphBuilder.UINT8, count(), side, otherSide, 3);
    if (network.spec().head() != Head.SCR) {
      g.input(LABELS, GraphBuilder.INT64, count());
    }
    if (network.spec().head().localises()) {
      g.input(BOXES, GraphBuilder.FLOAT, count(), Head.BOX);
    }
    g.input(LOSS_WEIGHT, GraphBuilder.FLOAT);
    if (colourShift) {
      g.input(COLOUR_SHIFT, GraphBuilder.FLOAT, count(), 3);
    }
    for (Parameter p : network.parameters()) {
      g.input(p.name(), GraphBuilder.FLOAT, shapeOf(p));
    }
    for (Parameter p : network.trainedParameters()) {
      g.output(gradient(p), GraphBuilder.FLOAT, shapeOf(p));
    }
    String x = forward.pixels(PIXELS, colourShift ? COLOUR_SHIFT : null, preprocessing);
    for (Layer layer : network.layers()) {
      x = add(layer, x);
      layersAdded++;
    }
    String d = network.spec().head().localises() ? boxLoss(x) : classLoss(x);
    while (!tape.isEmpty()) {
      d = tape.pop().apply(d);
    }
    return g.model();
  }

  private Object[] shapeOf(Parameter p) {
    return Arrays.stream(dimensions(network, p, wholeImages())).boxed().toArray();
  }

  /** The multinomial logistic loss of the last layer's output; returns its gradient by that. */
  private String classLoss(String x) {
    int classes = network.spec().classes();
    scores(x);
    g.nodeTo(
        List.of(LOSS, LOG_PROBABILITIES),
        "SoftmaxCrossEntropyLoss",
        List.of(SCORES, LABELS),
        attribute("reduction", "mean"));
    g.output(LOSS, GraphBuilder.FLOAT);
    g.output(SCORES, GraphBuilder.FLOAT, count(), classes);
    g.output(LOG_PROBABILITIES, GraphBuilder.FLOAT, count(), classes);
    return backward.loss(LOG_PROBABILITIES, LABELS, LOSS_WEIGHT, classes); // (N, K)
  }

  /** The Euclidean loss of the last layer's output; returns its gradient by that. */
  private String boxLoss(String x) {
    EuclideanLoss loss = new EuclideanLoss(g, batch);
    g.output(LOSS, GraphBuilder.FLOAT);
    g.output(PREDICTED_BOXES, GraphBuilder.FLOAT, count(), Head.BOX);
    if (network.spec().head() == Head.SCR) {
      g.nodeTo(List.of(PREDICTED_BOXES), "Identity", List.of(x)); // (N, 4)
      return loss.of(PREDICTED_BOXES, BOXES, LOSS, LOSS_WEIGHT); // (N, 4)
    }
    String indices = loss.indicesOfClasses(LABELS); // (N, 4)
    g.nodeTo(
        List.of(PREDICTED_BOXES),
        "GatherElements",
        List.of(x, indices),
        attribute("axis", 1)); // (N, 4)
    String d = loss.of(PREDICTED_BOXES, BOXES, LOSS, LOSS_WEIGHT);
    return loss.spread(d, indices, network.spec().head().channels(network.spec().classes()));
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

  /** Notes how a layer goes back, if a layer below or itself is trained. */
  private void noteWayBack(boolean trained, UnaryOperator<String> back) {
    if (trained || !tape.isEmpty()) {
      tape.push(back);
    }
  }

  /** Adds a layer forward and notes it for the way back; returns its output. */
  private String add(Layer layer, String x) {
    if (layer instanceof Layer.Convolution conv) {
      if (laid == null) {
        laid = layOut(conv, x);
      }
      return laid == null ? convolution(conv, x) : convolution(conv, laid);
    }
    if (layer instanceof Layer.LocalResponseNormalisation lrn) {
      String y = forward.normalisation(x, lrn);
      noteWayBack(false, dy -> backward.normalisation(dy, x, y, lrn));
      return y; // (N, C, H, W)
    }
    if (layer instanceof Layer.MaxPooling && laid != null) {
      return applied(false, laid.layout(), laid.layout().pooling(laid.value(), layer.input()));
    }
    if (layer instanceof Layer.MaxPooling) {
      String y = forward.pooling(x);
      noteWayBack(false, dy -> backward.pooling(dy, x, y));
      return y; // (N, C, H/2, W/2)
    }
    if (layer instanceof Layer.FullyConnected fc) {
      return wholeImages() ? window(fc, x) : fullyConnected(fc, images(x, fc.input()));
    }
    if (layer instanceof Layer.Dropout dropout) {
      g.input(mask(dropout), GraphBuilder.FLOAT, count(), dropout.input().elements());
      String mask =
          wholeImages()
              ? g.node("Unsqueeze", List.of(mask(dropout), g.longs(2, 3))) // (N, F, 1, 1)
              : mask(dropout);
      noteWayBack(false, dy -> g.node("Mul", List.of(dy, mask)));
      return g.node("Mul", List.of(x, mask)); // (N, F) or (N, F, h, w)
    }
    throw new AssertionError(layer);
  }

  /** The images x in the layout that is to be taken from a convolution on; null if none is. */
  private @Nullable Laid layOut(Layer.Convolution layer, String x) {
    MapLayout layout = layoutFrom(layer);
    if (layout == null) {
      return null;
    }
    Shape shape = layer.input();
    noteWayBack(false, d -> layout.byImage(d, shape));
    int[] rowByRow = IntStream.range(0, shape.height() * shape.width()).toArray();
    return new Laid(layout, new MapLayout.Value(layout.byPosition(x, shape), rowByRow));
  }

  private @Nullable MapLayout layoutFrom(Layer.Convolution layer) {
    boolean inner = layersAdded > 1; // after any normalisation, which follows the first
    return switch (style) {
      case TRAINING_OPERATORS -> {
        if (layersAdded > 0 && PositionMajor.pays(layer, batch)) {
          yield new PositionMajor(g, backward, batch);
        }
        yield inner && !wholeImages() && Winograd.pays(layer, batch) && winogradFrom(layer)
            ? new Winograd(g, backward, batch)
            : null;
      }
      case POSITION_MAJOR -> inner ? new PositionMajor(g, backward, batch) : null;
      case WINOGRAD -> inner && winogradFrom(layer) ? new Winograd(g, backward, batch) : null;
      case IMAGE_MAJOR, STANDARD_OPERATORS -> null;
    };
  }

  /** Whether all convolutions from one on can be computed so. */
  private boolean winogradFrom(Layer.Convolution first) {
    return network.layers().stream()
        .dropWhile(layer -> !layer.equals(first))
        .filter(Layer.Convolution.class::isInstance)
        .allMatch(layer -> Winograd.isPossible((Layer.Convolution) layer));
  }

  private String convolution(Layer.Convolution layer, Laid x) {
    Parameter weight = layer.parameters().get(0);
    Parameter bias = layer.parameters().get(1);
    return applied(
        network.trains(layer),
        x.layout(),
        x.layout().convolution(x.value(), layer, gradient(weight), gradient(bias)));
  }

  private String applied(boolean trained, MapLayout layout, MapLayout.Applied layer) {
    noteWayBack(trained, layer.backward());
    laid = new Laid(layout, layer.output());
    return layer.output().name(); // positions first
  }

  /** The output so far as images. */
  private String images(String x, Shape shape) {
    Laid last = laid;
    if (last == null) {
      return x;
    }
    laid = null;
    noteWayBack(false, d -> last.layout().byPosition(d, shape)); // a pooling came last: row by row
    return last.layout().leave(last.value(), shape); // (N, C, H, W)
  }

  private String convolution(Layer.Convolution layer, String x) {
    String y = forward.convolution(x, layer);
    Parameter weight = layer.parameters().get(0);
    Parameter bias = layer.parameters().get(1);
    boolean lowest = tape.isEmpty(); // nobody asks for the gradient by its input
    noteWayBack(
        network.trains(layer),
        dy -> {
          String dz = backward.relu(dy, y);
          backward.convolutionParameters(
              dz, x, weight.name(), layer, gradient(weight), gradient(bias));
          return lowest ? "" : backward.convolutionInput(dz, weight.name(), layer);
        });
    return y; // (N, K, H, W)
  }

  private String fullyConnected(Layer.FullyConnected layer, String x) {
    boolean fromImages = layer == firstFullyConnected();
    String flat = fromImages ? g.node("Flatten", List.of(x), attribute("axis", 1)) : x; // (N, F)
    String y = forward.fullyConnected(flat, layer);
    Parameter weight = layer.parameters().get(0);
    Parameter bias = layer.parameters().get(1);
    boolean lowest = tape.isEmpty(); // nobody asks for the gradient by its input
    noteWayBack(
        network.trains(layer),
        dy -> {
          String dz = layer.rectified() ? backward.relu(dy, y) : dy;
          backward.fullyConnectedParameters(dz, flat, gradient(weight), gradient(bias));
          if (lowest) {
            return "";
          }
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
    boolean lowest = tape.isEmpty(); // nobody asks for the gradient by its input
    noteWayBack(
        network.trains(layer),
        dy -> {
          String dz = layer.rectified() ? backward.relu(dy, y) : dy;
          backward.windowParameters(dz, x, weight.name(), kernel, gradient(weight), gradient(bias));
          return lowest ? "" : backward.windowInput(dz, weight.name(), kernel);
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
