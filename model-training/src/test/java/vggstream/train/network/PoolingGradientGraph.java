package vggstream.train.network;

import java.util.List;

/** The gradient of one max-pooling as a graph of its own: images and dY in, dX out. */
public final class PoolingGradientGraph {
  private PoolingGradientGraph() {}

  /**
   * Inputs {@code x} (N, C, H, W) and {@code dy} (N, C, H/2, W/2); output {@code dx}; by images or
   * {@link PositionMajor}.
   */
  public static byte[] model(int n, int c, int h, int w, boolean byPosition) {
    GraphBuilder g = new GraphBuilder("pooling");
    g.input("x", GraphBuilder.FLOAT, n, c, h, w);
    g.input("dy", GraphBuilder.FLOAT, n, c, h / 2, w / 2);
    g.output("dx", GraphBuilder.FLOAT, n, c, h, w);
    Backward backward = new Backward(g, n, GradientStyle.TRAINING_OPERATORS);
    String dx;
    if (byPosition) {
      PositionMajor layout = new PositionMajor(g, backward, n);
      Shape shape = new Shape(c, h, w);
      String dy = layout.byPosition("dy", new Shape(c, h / 2, w / 2));
      PositionMajor.Applied pooling = layout.pooling(layout.enter("x", shape), shape);
      dx = layout.byImage(pooling.backward().apply(dy), shape);
    } else {
      dx = backward.pooling("dy", "x", new Forward(g).pooling("x"));
    }
    g.nodeTo(List.of("dx"), "Identity", List.of(dx));
    return g.model();
  }
}
