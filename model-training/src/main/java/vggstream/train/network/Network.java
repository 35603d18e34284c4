package vggstream.train.network;

import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A network: a column of Table 1 laid out layer by layer, from image to class scores or boxes; and
 * which of its layers are trained.
 */
public final class Network {
  private static final Pattern CONVOLUTION = Pattern.compile("conv(\\d)-(\\d+)");

  private final NetworkSpec spec;
  private final List<Layer> layers;
  private final List<Parameter> parameters;
  private final boolean convolutionsFixed;

  private Network(NetworkSpec spec, List<Layer> layers, boolean convolutionsFixed) {
    this.spec = spec;
    this.layers = List.copyOf(layers);
    this.parameters = layers.stream().flatMap(l -> l.parameters().stream()).toList();
    this.convolutionsFixed = convolutionsFixed;
  }

  /** The network of a specification. */
  public static Network of(NetworkSpec spec) {
    List<Layer> layers = new ArrayList<>();
    Shape x = new Shape(3, spec.cropSide(), spec.cropSide());
    int stage = 1;
    int inStage = 1;
    for (String row : spec.configuration().rows()) {
      Matcher conv = CONVOLUTION.matcher(row);
      if (conv.matches()) {
        int channels =
            (int) Math.max(1, Math.round(Integer.parseInt(conv.group(2)) * spec.width()));
        Shape out = new Shape(channels, x.height(), x.width());
        layers.add(
            new Layer.Convolution(
                "conv%d_%d".formatted(stage, inStage++), x, out, Integer.parseInt(conv.group(1))));
      } else if (row.equals("LRN")) {
        layers.add(Layer.LocalResponseNormalisation.alexNet("norm" + stage, x));
      } else if (row.equals("maxpool")) {
        layers.add(new Layer.MaxPooling("pool" + stage++, x));
        inStage = 1;
      } else {
        throw new IllegalStateException("Table 1 has no row " + row);
      }
      x = layers.get(layers.size() - 1).output();
    }
    Shape hidden = new Shape(spec.fcWidth(), 1, 1);
    layers.add(new Layer.FullyConnected("fc6", x, hidden, true));
    layers.add(new Layer.Dropout("drop6", hidden));
    layers.add(new Layer.FullyConnected("fc7", hidden, hidden, true));
    layers.add(new Layer.Dropout("drop7", hidden));
    Shape last = new Shape(spec.head().channels(spec.classes()), 1, 1);
    layers.add(new Layer.FullyConnected("fc8", hidden, last, false));
    return new Network(spec, layers, false);
  }

  /**
   * The same network whose convolutional layers keep their weights (paper, appendix A: "fine-tuning
   * only the first two fully-connected layers"; the last one, which starts at random, is trained
   * too).
   */
  public Network withFixedConvolutions() {
    return new Network(spec, layers, true);
  }

  /** Whether a layer's parameters, if it has any, change in training. */
  public boolean trains(Layer layer) {
    return !convolutionsFixed || layer instanceof Layer.FullyConnected;
  }

  public NetworkSpec spec() {
    return spec;
  }

  /** The layers from the image on. */
  public List<Layer> layers() {
    return layers;
  }

  /** The weights and biases in the order of their layers, each weight before its bias. */
  public List<Parameter> parameters() {
    return parameters;
  }

  /** Those of the parameters that change in training: all, unless convolutions are fixed. */
  public List<Parameter> trainedParameters() {
    return layers.stream().filter(this::trains).flatMap(l -> l.parameters().stream()).toList();
  }

  /**
   * The parameter of a name.
   *
   * @throws NoSuchElementException if there is none
   */
  public Parameter parameter(String name) {
    return parameters.stream()
        .filter(p -> p.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new NoSuchElementException("the network has no parameter " + name));
  }

  /** Number of the parameters' values. */
  public long parameterCount() {
    return parameters.stream().mapToLong(Parameter::elements).sum();
  }
}
