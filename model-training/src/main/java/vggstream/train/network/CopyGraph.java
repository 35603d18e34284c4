package vggstream.train.network;

import java.util.List;

/** The graph that copies n values: for a runtime that has no other call to move them. */
public final class CopyGraph {
  /** (n), input. */
  public static final String FROM = "from";

  /** (n), output. */
  public static final String TO = "to";

  private CopyGraph() {}

  /** The graph as an ONNX model. */
  public static byte[] model() {
    GraphBuilder g = new GraphBuilder("copy");
    g.input(FROM, GraphBuilder.FLOAT, "n");
    g.output(TO, GraphBuilder.FLOAT, "n");
    g.nodeTo(List.of(TO), "Identity", List.of(FROM));
    return g.model();
  }
}
