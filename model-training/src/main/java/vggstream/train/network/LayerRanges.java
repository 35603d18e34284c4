package vggstream.train.network;

import java.util.ArrayList;
import java.util.List;

/** The largest magnitude of each layer's output as the outputs of a graph. */
final class LayerRanges {
  private final GraphBuilder g;
  private final List<String> layers = new ArrayList<>(); // each (N, C, H', W')

  LayerRanges(GraphBuilder g) {
    this.g = g;
  }

  /** Takes the output of the next layer; costs nothing unless {@link #outputs} is called. */
  void add(String output) {
    layers.add(output);
  }

  /**
   * Declares {@code score_map} (N, L, h, w), the same at each position, {@code scores} (N, L) and
   * {@code features} (N, 1).
   *
   * @param last (N, K, h, w), for the map's size
   */
  void outputs(String last) {
    List<String> largest = new ArrayList<>();
    for (String layer : layers) {
      String magnitude = g.node("Abs", List.of(layer));
      largest.add(g.node("ReduceMax", List.of(magnitude), GraphBuilder.attribute("axes", 1, 2, 3)));
    }
    String all = g.node("Concat", largest, GraphBuilder.attribute("axis", 1)); // (N, L, 1, 1)
    String plane =
        g.node("ReduceMean", List.of(last), GraphBuilder.attribute("axes", new long[] {1}));
    String zeros = g.node("Mul", List.of(plane, g.scalar(0))); // (N, 1, h, w)
    g.nodeTo(List.of("score_map"), "Add", List.of(all, zeros)); // (N, L, h, w)
    mean(all, "scores", 2, 3); // (N, L)
    mean(zeros, "features", 2, 3); // (N, 1)
    g.output("score_map", GraphBuilder.FLOAT, "N", layers.size(), "h", "w");
    g.output("scores", GraphBuilder.FLOAT, "N", layers.size());
    g.output("features", GraphBuilder.FLOAT, "N", 1);
  }

  private void mean(String x, String output, long... axes) {
    g.nodeTo(
        List.of(output),
        "ReduceMean",
        List.of(x),
        GraphBuilder.attribute("axes", axes),
        GraphBuilder.attribute("keepdims", 0));
  }
}
