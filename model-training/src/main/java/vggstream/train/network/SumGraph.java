package vggstream.train.network;

import java.util.List;

/** The graph that adds n values to n others; the output may be written over the first input. */
public final class SumGraph {
  /** (n), input. */
  public static final String SUM = "sum";

  /** (n), input. */
  public static final String ADDEND = "addend";

  /** (n), output. */
  public static final String NEW_SUM = "new_sum";

  private SumGraph() {}

  /** The graph as an ONNX model. */
  public static byte[] model() {
    GraphBuilder g = new GraphBuilder("sum");
    g.input(SUM, GraphBuilder.FLOAT, "n");
    g.input(ADDEND, GraphBuilder.FLOAT, "n");
    g.output(NEW_SUM, GraphBuilder.FLOAT, "n");
    g.nodeTo(List.of(NEW_SUM), "Add", List.of(SUM, ADDEND));
    return g.model();
  }
}
