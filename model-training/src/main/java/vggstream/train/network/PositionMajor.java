package vggstream.train.network;

import static vggstream.train.network.GraphBuilder.attribute;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/**
 * Convolution and pooling of small maps, with values laid out by position, channel, image: (P, C,
 * N). What a convolution meets at a position is then a few whole rows of C * N values, gathered by
 * plain copies, and its products are matrix products of full size over the batch; nothing is
 * multiplied by padding. On the processor, for maps up to 16 x 16 and batches of 32 and more, a
 * step takes about half the time that it takes by Conv and ConvGrad (RATIONALE.md).
 */
final class PositionMajor implements MapLayout {
  private static final int LARGEST_AREA = 256;
  private static final int SMALLEST_BATCH = 32;

  /** Values that a convolution meets, which are kept for the way back: 256 MiB. */
  private static final long MOST_COLUMNS = 1L << 26;

  private final GraphBuilder g;
  private final Backward backward;
  private final int batch;

  PositionMajor(GraphBuilder g, Backward backward, int batch) {
    this.g = g;
    this.backward = backward;
    this.batch = batch;
  }

  /** Whether this layout is the faster one from a convolution on, if not forced. */
  static boolean pays(Layer.Convolution layer, int batch) {
    Shape shape = layer.input();
    long taps = Math.max(9, (long) layer.kernel() * layer.kernel());
    return batch >= SMALLEST_BATCH
        && shape.height() * shape.width() <= LARGEST_AREA
        && taps * shape.elements() * batch <= MOST_COLUMNS;
  }

  /** Images (N, C, H, W) as (P, C, N), row by row. */
  @Override
  public String byPosition(String x, Shape shape) {
    String turned = g.node("Transpose", List.of(x), attribute("perm", 2, 3, 1, 0));
    return g.node(
        "Reshape", List.of(turned, g.longs(area(shape), shape.channels(), batch))); // (P, C, N)
  }

  @Override
  public String leave(Value x, Shape shape) {
    String rows = moved(x.name(), x.places(), rowByRow(area(shape)));
    return byImage(rows, shape);
  }

  /** (P, C, N), row by row, as images. */
  @Override
  public String byImage(String x, Shape shape) {
    String map =
        g.node(
            "Reshape", List.of(x, g.longs(shape.height(), shape.width(), shape.channels(), batch)));
    return g.node("Transpose", List.of(map), attribute("perm", 3, 2, 0, 1)); // (N, C, H, W)
  }

  @Override
  public Applied convolution(Value x, Layer.Convolution layer, String dWeight, String dBias) {
    String weight = layer.parameters().get(0).name();
    String bias = layer.parameters().get(1).name();
    long k = layer.output().channels();
    long c = layer.input().channels();
    long taps = (long) layer.kernel() * layer.kernel();
    Neighbourhoods n =
        new Neighbourhoods(layer.kernel(), layer.input().height(), layer.input().width());
    String w = g.node("Transpose", List.of(weight), attribute("perm", 0, 2, 3, 1));
    w = g.node("Reshape", List.of(w, g.longs(k, taps, c))); // (K, T, C)
    List<String> columns = columns(n, x, c);
    String z = products(n, w, columns, k, c); // (P, K, N)
    String column = g.node("Reshape", List.of(bias, g.longs(k, 1)));
    String y = g.node("Relu", List.of(g.node("Add", List.of(z, column))));
    int[] places = n.placesByGroup();
    UnaryOperator<String> back =
        dy -> {
          String dz = backward.relu(dy, y);
          g.nodeTo(
              List.of(dBias), "ReduceSum", List.of(dz, g.longs(0, 2)), attribute("keepdims", 0));
          weightGradient(n, dz, columns, layer, dWeight);
          return moved(inputGradient(n, dz, layer), places, x.places());
        };
    return new Applied(new Value(y, places), back);
  }

  /** For each group, what its positions meet: (P of the group, T * C, N). */
  private List<String> columns(Neighbourhoods n, Value x, long channels) {
    List<String> columns = new ArrayList<>();
    for (Neighbourhoods.Group group : n.groups()) {
      String met = gather(x.name(), n.pixels(group, x.places()), 0);
      long[] shape = {group.positions().size(), group.taps().size() * channels, batch};
      columns.add(g.node("Reshape", List.of(met, g.longs(shape))));
    }
    return columns;
  }

  /** The weights (K, T, C) times each group's columns: (P, K, N), one group after the other. */
  private String products(
      Neighbourhoods n, String weights, List<String> columns, long k, long channels) {
    List<String> parts = new ArrayList<>();
    for (int i = 0; i < columns.size(); i++) {
      Neighbourhoods.Group group = n.groups().get(i);
      long[] taps = group.taps().stream().mapToLong(t -> t).toArray();
      String some = n.isWhole(group) ? weights : gather(weights, taps, 1); // (K, T, C)
      String matrix = g.node("Reshape", List.of(some, g.longs(k, taps.length * channels)));
      parts.add(g.node("MatMul", List.of(matrix, columns.get(i))));
    }
    return concatenated(parts, 0);
  }

  /** The sum over positions and images of dZ times what was met: (K, C, kernel, kernel). */
  private void weightGradient(
      Neighbourhoods n, String dz, List<String> columns, Layer.Convolution layer, String dWeight) {
    long k = layer.output().channels();
    long c = layer.input().channels();
    long kernel = layer.kernel();
    List<String> dzs = split(n, dz);
    List<String> parts = new ArrayList<>();
    for (int i = 0; i < columns.size(); i++) {
      Neighbourhoods.Group group = n.groups().get(i);
      String each = g.fresh("product");
      g.microsoftNodeTo(
          List.of(each),
          "FusedMatMul",
          List.of(dzs.get(i), columns.get(i)),
          attribute("transB", 1)); // (P of the group, K, T * C)
      String sum = g.node("ReduceSum", List.of(each, g.longs(0)), attribute("keepdims", 0));
      String part = g.node("Reshape", List.of(sum, g.longs(k, group.taps().size(), c)));
      if (!n.isWhole(group)) {
        String zero = g.node("ConstantOfShape", List.of(g.longs(k, 1, c)));
        part = gather(concatenated(List.of(part, zero), 1), n.spread(group), 1);
      }
      parts.add(part); // (K, T, C)
    }
    String sum = parts.size() == 1 ? parts.get(0) : g.node("Sum", parts);
    String last = g.node("Reshape", List.of(sum, g.longs(k, kernel, kernel, c)));
    g.nodeTo(List.of(dWeight), "Transpose", List.of(last), attribute("perm", 0, 3, 1, 2));
  }

  /** The convolution of dZ by the weights turned by 180 degrees, one group after the other. */
  private String inputGradient(Neighbourhoods n, String dz, Layer.Convolution layer) {
    long k = layer.output().channels();
    long c = layer.input().channels();
    int taps = layer.kernel() * layer.kernel();
    String weight = layer.parameters().get(0).name();
    String w = g.node("Transpose", List.of(weight), attribute("perm", 1, 2, 3, 0));
    w = g.node("Reshape", List.of(w, g.longs(c, taps, k)));
    w = gather(w, IntStream.range(0, taps).mapToLong(t -> taps - 1 - t).toArray(), 1); // (C, T, K)
    return products(n, w, columns(n, new Value(dz, n.placesByGroup()), k), c, k); // (P, C, N)
  }

  private List<String> split(Neighbourhoods n, String x) {
    if (n.groups().size() == 1) {
      return List.of(x);
    }
    List<String> parts = n.groups().stream().map(group -> g.fresh("part")).toList();
    long[] sizes = n.groups().stream().mapToLong(group -> group.positions().size()).toArray();
    g.nodeTo(parts, "Split", List.of(x, g.longs(sizes)), attribute("axis", 0));
    return parts;
  }

  @Override
  public Applied pooling(Value x, Shape shape) {
    int h = shape.height() / 2;
    int w = shape.width() / 2;
    int area = h * w;
    int[] corners = new int[4 * area]; // by place in x: place in the four parts one after the other
    List<String> parts = new ArrayList<>();
    for (int corner = 0; corner < 4; corner++) {
      long[] from = new long[area];
      for (int p = 0; p < area; p++) {
        int row = 2 * (p / w) + corner / 2;
        int column = 2 * (p % w) + corner % 2;
        int place = x.places()[row * shape.width() + column];
        from[p] = place;
        corners[place] = corner * area + p;
      }
      parts.add(gather(x.name(), from, 0)); // (P / 4, C, N)
    }
    String y = g.node("Max", parts);
    UnaryOperator<String> back =
        dy -> {
          List<String> hits = new ArrayList<>();
          List<String> counts = new ArrayList<>();
          for (String part : parts) {
            String hit = g.node("Equal", List.of(part, y));
            hits.add(hit);
            counts.add(g.node("Cast", List.of(hit), attribute("to", GraphBuilder.FLOAT)));
          }
          String share = g.node("Div", List.of(dy, g.node("Sum", counts)));
          List<String> shares = new ArrayList<>();
          for (String hit : hits) {
            shares.add(g.node("Where", List.of(hit, share, g.scalar(0))));
          }
          long[] order = Arrays.stream(corners).asLongStream().toArray();
          return gather(concatenated(shares, 0), order, 0); // (P, C, N)
        };
    return new Applied(new Value(y, rowByRow(area)), back);
  }

  /** The rows at {@code from} brought to {@code to}. */
  private String moved(String x, int[] from, int[] to) {
    if (Arrays.equals(from, to)) {
      return x;
    }
    long[] order = new long[from.length];
    for (int p = 0; p < from.length; p++) {
      order[to[p]] = from[p];
    }
    return gather(x, order, 0);
  }

  private String gather(String x, long[] indices, int axis) {
    return g.node("Gather", List.of(x, g.longs(indices)), attribute("axis", axis));
  }

  private String concatenated(List<String> parts, int axis) {
    return parts.size() == 1 ? parts.get(0) : g.node("Concat", parts, attribute("axis", axis));
  }

  static int[] rowByRow(int area) {
    return IntStream.range(0, area).toArray();
  }

  private static int area(Shape shape) {
    return shape.height() * shape.width();
  }
}
