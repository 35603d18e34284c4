package vggstream.train.network;

import java.util.List;

/** The gradient of one max-pooling as a graph of its own: images and dY in, dX out. */
public final class PoolingGradientGraph {
  private PoolingGradientGraph() {}

  /** Inputs {@code x} (N, C, H, W) and {@code dy} (N, C, H/2, W/2); output {@code dx}. */
  public static byte[] model(int n, int c, int h, int w) {
    GraphBuilder g = new GraphBuilder("pooling");
    g.input("x", GraphBuilder.FLOAT, n, c, h, w);
    g.input("dy", GraphBuilder.FLOAT, n, c, h / 2, w / 2);
    g.output("dx", GraphBuilder.FLOAT, n, c, h, w);
    String y = new Forward(g).pooling("x");
    String dx = new Backward(g, n, GradientStyle.TRAINING_OPERATORS).pooling("dy", "x", y);
    g.nodeTo(List.of("dx"), "Identity", List.of(dx));
    return g.model();
  }
}
