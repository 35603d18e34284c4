package vggstream.model;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Inputs and outputs of a model file's graph.
 *
 * @param inputs without initializers
 * @param outputs in the graph's order
 */
public record GraphSignature(List<Tensor> inputs, List<Tensor> outputs) {

  /** Name of the one input: uint8 (N, H, W, 3). */
  public static final String PIXELS = "pixels";

  /** A dimension that is known only when the graph runs. */
  public static final long DYNAMIC = -1;

  /**
   * An input or output.
   *
   * @param name in the graph
   * @param type of its elements: {@code uint8}, {@code float}, or what else the runtime calls it
   * @param shape its dimensions, {@link #DYNAMIC} where not fixed
   */
  public record Tensor(String name, String type, List<Long> shape) {
    public Tensor {
      shape = List.copyOf(shape);
    }

    @Override
    public String toString() {
      return name + " " + type + shape;
    }
  }

  public GraphSignature {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
  }

  /**
   * Checks that the graph is what the card says: the input {@code pixels}, and exactly the outputs
   * of the card's task, with its number of classes and features and free N, h, w.
   *
   * @throws ModelException that states the rule and the value
   */
  public void requireMatches(ModelCard card) {
    Tensor wantedInput =
        new Tensor(PIXELS, "uint8", List.of(DYNAMIC, DYNAMIC, DYNAMIC, 3L)); // (N, H, W, 3)
    if (inputs.size() != 1 || !inputs.get(0).equals(wantedInput)) {
      throw new ModelException(
          "the graph's only input must be " + wantedInput + " (-1: dynamic): was " + inputs);
    }
    Set<String> expected = new TreeSet<>();
    card.task().outputs().forEach(o -> expected.add(o.graphName()));
    Set<String> found = new TreeSet<>();
    outputs.forEach(o -> found.add(o.name()));
    if (!found.equals(expected)) {
      throw new ModelException(
          "the graph's outputs for task %s must be %s: were %s"
              .formatted(card.task(), expected, found));
    }
    for (Output output : card.task().outputs()) {
      Tensor tensor = output(output).orElseThrow();
      if (!tensor.type().equals("float")) {
        throw new ModelException(
            "output %s must be float: was %s".formatted(tensor.name(), tensor.type()));
      }
      requireShape(tensor, fixedDimensions(card, output), card);
    }
  }

  private Optional<Tensor> output(Output output) {
    return outputs.stream().filter(t -> t.name().equals(output.graphName())).findFirst();
  }

  private static List<Long> fixedDimensions(ModelCard card, Output output) {
    long k = card.classCount();
    return switch (output) {
      case SCORES -> List.of(DYNAMIC, k); // (N, K)
      case FEATURES -> List.of(DYNAMIC, (long) card.featureCount()); // (N, F)
      case SCORE_MAP -> List.of(DYNAMIC, k, DYNAMIC, DYNAMIC); // (N, K, h, w)
      case BOX_MAP -> // (N, 4 or 4K, h, w)
          List.of(DYNAMIC, (long) card.boxChannels(), DYNAMIC, DYNAMIC);
    };
  }

  /** A channel count that the runtime cannot infer is left to the first run. */
  private static void requireShape(Tensor tensor, List<Long> wanted, ModelCard card) {
    List<Long> shape = tensor.shape();
    boolean matches = shape.size() == wanted.size();
    for (int d = 0; matches && d < shape.size(); d++) {
      matches = shape.get(d).equals(wanted.get(d)) || (d == 1 && shape.get(d) == DYNAMIC);
    }
    if (!matches) {
      throw new ModelException(
          "output %s must be %s (-1: dynamic) as the card has %d labels and feature-count %d: was %s"
              .formatted(tensor.name(), wanted, card.classCount(), card.featureCount(), shape));
    }
  }
}
