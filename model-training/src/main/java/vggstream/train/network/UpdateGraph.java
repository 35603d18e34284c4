package vggstream.train.network;

import java.util.ArrayList;
import java.util.List;

/**
 * The graph of the momentum update (paper, section 3.1) of a run of n values: {@code v' = momentum
 * * v - learning_rate * (g + weight_decay * w)}, {@code w' = w + v'}, with g the sum of the
 * replicas' gradients, each of which is weighted by its share of the batch already. It is
 * elementwise, so one graph serves parameters of all shapes, whole or in pieces that fit a cache,
 * and outputs may be written over the inputs of the same meaning.
 */
public final class UpdateGraph {
  /** Scalar. */
  public static final String LEARNING_RATE = "learning_rate";

  /** Scalar. */
  public static final String MOMENTUM_FACTOR = "momentum_factor";

  /** Scalar; zero for biases. */
  public static final String WEIGHT_DECAY = "weight_decay";

  /** (n). */
  public static final String PARAMETER = "parameter";

  /** (n). */
  public static final String MOMENTUM = "momentum";

  /** (n), output. */
  public static final String NEW_PARAMETER = "new_parameter";

  /** (n), output. */
  public static final String NEW_MOMENTUM = "new_momentum";

  private UpdateGraph() {}

  /** Name of the input that is a replica's share of the gradient, (n). */
  public static String gradient(int replica) {
    return "gradient." + replica;
  }

  /**
   * The graph as an ONNX model.
   *
   * @param replicas number of gradients to be summed, at least 1
   */
  public static byte[] model(int replicas) {
    if (replicas < 1) {
      throw new IllegalArgumentException("replicas must be at least 1: was " + replicas);
    }
    GraphBuilder g = new GraphBuilder("update");
    g.input(LEARNING_RATE, GraphBuilder.FLOAT);
    g.input(MOMENTUM_FACTOR, GraphBuilder.FLOAT);
    g.input(WEIGHT_DECAY, GraphBuilder.FLOAT);
    g.input(PARAMETER, GraphBuilder.FLOAT, "n");
    g.input(MOMENTUM, GraphBuilder.FLOAT, "n");
    List<String> gradients = new ArrayList<>();
    for (int r = 0; r < replicas; r++) {
      g.input(gradient(r), GraphBuilder.FLOAT, "n");
      gradients.add(gradient(r));
    }
    g.output(NEW_PARAMETER, GraphBuilder.FLOAT, "n");
    g.output(NEW_MOMENTUM, GraphBuilder.FLOAT, "n");
    String sum = replicas == 1 ? gradients.get(0) : g.node("Sum", gradients);
    String decay = g.node("Mul", List.of(PARAMETER, WEIGHT_DECAY));
    String slope = g.node("Mul", List.of(g.node("Add", List.of(sum, decay)), LEARNING_RATE));
    String kept = g.node("Mul", List.of(MOMENTUM, MOMENTUM_FACTOR));
    g.nodeTo(List.of(NEW_MOMENTUM), "Sub", List.of(kept, slope));
    g.nodeTo(List.of(NEW_PARAMETER), "Add", List.of(PARAMETER, NEW_MOMENTUM));
    return g.model();
  }
}
