package vggstream.train.network;

import java.util.List;
import java.util.stream.IntStream;

/** The gradient of one max-pooling as a graph of its own: images and dY in, dX out. */
public final class PoolingGradientGraph {
  private PoolingGradientGraph() {}

  /**
   * Inputs {@code x} (N, C, H, W) and {@code dy} (N, C, H/2, W/2); output {@code dx}; in the
   * style's layout.
   */
  public static byte[] model(int n, int c, int h, int w, GradientStyle style) {
    GraphBuilder g = new GraphBuilder("pooling");
    g.input("x", GraphBuilder.FLOAT, n, c, h, w);
    g.input("dy", GraphBuilder.FLOAT, n, c, h / 2, w / 2);
    g.output("dx", GraphBuilder.FLOAT, n, c, h, w);
    Backward backward = new Backward(g, n, style);
    String dx =
        switch (style) {
          case POSITION_MAJOR -> dx(new PositionMajor(g, backward, n), new Shape(c, h, w));
          case WINOGRAD -> dx(new Winograd(g, backward, n), new Shape(c, h, w));
          case TRAINING_OPERATORS, IMAGE_MAJOR, STANDARD_OPERATORS ->
              backward.pooling("dy", "x", new Forward(g).pooling("x"));
        };
    g.nodeTo(List.of("dx"), "Identity", List.of(dx));
    return g.model();
  }

  private static String dx(MapLayout layout, Shape shape) {
    int[] rowByRow = IntStream.range(0, shape.height() * shape.width()).toArray();
    MapLayout.Value x = new MapLayout.Value(layout.byPosition("x", shape), rowByRow);
    Shape half = new Shape(shape.channels(), shape.height() / 2, shape.width() / 2);
    String dy = layout.byPosition("dy", half);
    return layout.byImage(layout.pooling(x, shape).backward().apply(dy), shape);
  }
}
