package vggstream.train.network;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The model file: the trained network made fully convolutional (paper, section 3.2), its
 * fully-connected layers as convolutions, so that images of any size from the crop's on may be
 * applied. Input {@code pixels}: uint8 (N, H, W, 3). Outputs of a network that classifies: {@code
 * score_map} (N, K, h, w); {@code scores} (N, K), its spatial mean; {@code features} (N, F), the
 * spatial mean of the penultimate layer. Output of one that localises (appendix A): {@code box_map}
 * (N, 4 or 4K, h, w), for each position the box in the window below it, in fractions of the crop's
 * side. A joined file has all four, its convolutional layers once.
 */
public final class InferenceGraph {
  /** Begins the names of a joined file's layers that only the localiser has. */
  static final String LOCALISER = "localiser.";

  private final GraphBuilder g;
  private final Forward forward;
  private final Precision precision;
  private final LayerRanges ranges;

  private InferenceGraph(Network network, Precision precision) {
    g = new GraphBuilder(network.spec().configuration().title());
    forward = new Forward(g);
    this.precision = precision;
    ranges = new LayerRanges(g);
  }

  /** Writes a model file in floats of 32 bits. */
  public static void write(
      Network network,
      Preprocessing preprocessing,
      Map<String, String> metadata,
      ParameterSource parameters,
      Path file)
      throws IOException {
    write(network, preprocessing, Precision.FP32, metadata, parameters, file);
  }

  /**
   * Writes a model file whole or not at all: to a temporary file beside it, forced to disk, then
   * renamed. The weights pass through in blocks of 4 MiB.
   *
   * @param metadata of the file: the model card's
   * @throws IOException if the file cannot be written, or a weight is too large for the precision;
   *     what stood there is then unchanged
   */
  public static void write(
      Network network,
      Preprocessing preprocessing,
      Precision precision,
      Map<String, String> metadata,
      ParameterSource parameters,
      Path file)
      throws IOException {
    InferenceGraph graph = new InferenceGraph(network, precision);
    String map = graph.convolutional(network, preprocessing); // (N, C, h', w')
    graph.head(network, map, connected(network, ""));
    graph.write(metadata, graph.tensors(network.layers(), network.layers(), parameters), file);
  }

  /**
   * Writes a file whose {@code scores}, (N, L), are no scores but the largest magnitude of each
   * layer's output over an image, computed in floats of 32 bits: what a precision must hold. {@code
   * score_map} is the same at each position, {@code features}, (N, 1), mean nothing.
   *
   * @param metadata a card's whose labels are those of {@link #rangeNames}, with a feature count of
   *     1
   */
  public static void writeRanges(
      Network network,
      Preprocessing preprocessing,
      Map<String, String> metadata,
      ParameterSource parameters,
      Path file)
      throws IOException {
    InferenceGraph graph = new InferenceGraph(network, Precision.FP32);
    String map = graph.convolutional(network, preprocessing); // (N, C, h', w')
    String last = graph.layers(map, connected(network, "")).last(); // (N, K, h, w)
    graph.ranges.outputs(last);
    graph.write(metadata, graph.tensors(network.layers(), network.layers(), parameters), file);
  }

  /** Names of the layers whose outputs {@link #writeRanges} measures, in its order. */
  public static List<String> rangeNames(Network network) {
    return network.layers().stream()
        .filter(layer -> !layer.parameters().isEmpty())
        .map(Layer::name)
        .toList();
  }

  /**
   * Writes a model file with the outputs of a network that classifies and of one that localises,
   * whose convolutional layers are the same and stand in the file once; as {@link #write}.
   *
   * @param classifier network with a head that classifies
   * @param localiser network with one that localises, of the same configuration, width and crop
   * @param classifierParameters of the classifier; of the shared layers these are written
   * @param localiserParameters of the localiser
   */
  public static void writeJoined(
      Network classifier,
      Network localiser,
      Preprocessing preprocessing,
      Precision precision,
      Map<String, String> metadata,
      ParameterSource classifierParameters,
      ParameterSource localiserParameters,
      Path file)
      throws IOException {
    InferenceGraph graph = new InferenceGraph(classifier, precision);
    String map = graph.convolutional(classifier, preprocessing); // (N, C, h', w')
    graph.head(classifier, map, connected(classifier, ""));
    List<Layer.FullyConnected> renamed = connected(localiser, LOCALISER);
    graph.head(localiser, map, renamed);
    List<ModelFileWriter.Tensor> tensors =
        new ArrayList<>(
            graph.tensors(classifier.layers(), classifier.layers(), classifierParameters));
    tensors.addAll(graph.tensors(renamed, connected(localiser, ""), localiserParameters));
    graph.write(metadata, tensors, file);
  }

  private void write(Map<String, String> metadata, List<ModelFileWriter.Tensor> tensors, Path file)
      throws IOException {
    ModelProto.Builder frame = g.modelWithoutGraph();
    metadata.forEach(
        (key, value) ->
            frame.addMetadataProps(
                StringStringEntryProto.newBuilder().setKey(key).setValue(value)));
    ModelFileWriter.write(frame.build(), g.graph(), tensors, file);
  }

  /** Everything before the fully-connected layers; returns its output. */
  private String convolutional(Network network, Preprocessing preprocessing) {
    g.input("pixels", GraphBuilder.UINT8, "N", "H", "W", 3);
    String x = cast(forward.pixels("pixels", preprocessing), precision); // (N, 3, H, W)
    for (Layer layer : network.layers()) {
      if (layer instanceof Layer.Convolution conv) {
        x = forward.convolution(x, conv); // (N, C, H', W')
        ranges.add(x);
      } else if (layer instanceof Layer.LocalResponseNormalisation lrn) {
        // a sum of squares, beyond 16 bits from a few hundred on
        x = cast(forward.normalisation(cast(x, Precision.FP32), lrn), precision); // (N, C, H', W')
      } else if (layer instanceof Layer.MaxPooling) {
        x = forward.pooling(x); // (N, C, H'/2, W'/2)
      } // nothing is dropped
    }
    return x;
  }

  /** Outputs of the fully-connected layers: of the last one, and of the one before it. */
  private record Connected(String penultimate, String last) {}

  /** The fully-connected layers applied densely. */
  private Connected layers(String map, List<Layer.FullyConnected> layers) {
    String x = map;
    String penultimate = x;
    for (Layer.FullyConnected fc : layers) {
      penultimate = x;
      x = forward.window(x, fc, fc.input().height()); // (N, F, h, w)
      ranges.add(x);
    }
    return new Connected(penultimate, x);
  }

  /** A value of the layers' precision in another one; the same if it is the layers'. */
  private String cast(String x, Precision to) {
    return precision == Precision.FP32
        ? x
        : g.node("Cast", List.of(x), GraphBuilder.attribute("to", to.onnxType()));
  }

  /** The fully-connected layers applied densely, and the outputs of the network's head. */
  private void head(Network network, String map, List<Layer.FullyConnected> layers) {
    Connected connected = layers(map, layers);
    String x = cast(connected.last(), Precision.FP32); // (N, K, h, w)
    NetworkSpec spec = network.spec();
    int channels = spec.head().channels(spec.classes());
    switch (spec.head()) {
      case CLASSIFY -> {
        g.nodeTo(List.of("score_map"), "Identity", List.of(x));
        spatialMean(x, "scores");
        spatialMean(cast(connected.penultimate(), Precision.FP32), "features");
        g.output("score_map", GraphBuilder.FLOAT, "N", channels, "h", "w");
        g.output("scores", GraphBuilder.FLOAT, "N", channels);
        g.output("features", GraphBuilder.FLOAT, "N", spec.fcWidth());
      }
      case SCR, PCR -> {
        g.nodeTo(List.of("box_map"), "Identity", List.of(x));
        g.output("box_map", GraphBuilder.FLOAT, "N", channels, "h", "w");
      }
    }
  }

  private void spatialMean(String map, String output) {
    g.nodeTo(
        List.of(output),
        "ReduceMean",
        List.of(map),
        GraphBuilder.attribute("axes", 2, 3),
        GraphBuilder.attribute("keepdims", 0)); // (N, K)
  }

  /** A network's fully-connected layers, their names begun by a prefix. */
  private static List<Layer.FullyConnected> connected(Network network, String prefix) {
    return network.layers().stream()
        .filter(Layer.FullyConnected.class::isInstance)
        .map(Layer.FullyConnected.class::cast)
        .map(
            fc ->
                new Layer.FullyConnected(
                    prefix + fc.name(), fc.input(), fc.output(), fc.rectified()))
        .toList();
  }

  /** The tensors of layers, whose values stand in the source under the names of others. */
  private List<ModelFileWriter.Tensor> tensors(
      List<? extends Layer> layers, List<? extends Layer> inSource, ParameterSource source) {
    List<ModelFileWriter.Tensor> tensors = new ArrayList<>();
    for (int l = 0; l < layers.size(); l++) {
      Layer layer = layers.get(l);
      for (int i = 0; i < layer.parameters().size(); i++) {
        Parameter p = layer.parameters().get(i);
        String name = inSource.get(l).parameters().get(i).name();
        tensors.add(
            new ModelFileWriter.Tensor(
                p.name(),
                shapeInFile(layer, p),
                p.elements(),
                precision,
                (first, into) -> source.read(name, first, into)));
      }
    }
    return tensors;
  }

  /** A parameter's shape in the file: a fully-connected weight becomes a convolution's. */
  static long[] shapeInFile(Layer layer, Parameter p) {
    if (layer instanceof Layer.FullyConnected fc && p.kind() == Parameter.Kind.WEIGHT) {
      return fc.window();
    }
    return p.dimensions();
  }
}
