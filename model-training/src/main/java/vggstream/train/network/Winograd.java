package vggstream.train.network;

import static vggstream.train.network.GraphBuilder.attribute;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/**
 * Convolution by Winograd's minimal filtering F(2 x 2, 3 x 3) (Lavin and Gray 2015, arXiv
 * 1509.09308): 16 products for 2 x 2 outputs instead of 36, forward and for both gradients. Maps
 * are laid out by position, image, channel: (P, N, C). Winograd's transforms are linear in the
 * positions, so each is a product of a small constant matrix and the whole map, along the columns
 * and then along the rows; what lies between them is 16 matrix products over channels.
 *
 * <p>For an input tile d of 4 x 4, filters w and an output tile y of 2 x 2, all by channel: V = B'
 * d B, U = G w G', M = U V summed over input channels, y = A' M A. The gradients: dM = A dy A', dU
 * = dM V summed over tiles, dw = G' dU G; dx is the convolution of dy by the turned filters, whose
 * U is the same with its first and last, rows and columns, exchanged.
 */
final class Winograd implements MapLayout {
  /** Side of a tile of outputs. */
  private static final int TILE = 2;

  private static final int FILTER_SIDE = 3;

  /** Side of a tile of inputs, and of the transformed. */
  private static final int POINTS = 4;

  /** Most rows of tiles that one transform takes at a time: its cost grows with their square. */
  private static final int SEGMENT = 14;

  private static final int FEWEST_CHANNELS = 32;
  private static final int LARGEST_SIDE = 64;

  /** Values of a convolution's input at the points, which are kept for the way back: 256 MiB. */
  private static final long MOST_POINTS = 1L << 26;

  private static final float[][] INPUT = {
    {1, 0, -1, 0}, {0, 1, 1, 0}, {0, -1, 1, 0}, {0, 1, 0, -1}
  }; // B'
  private static final float[][] OUTPUT = {{1, 1, 1, 0}, {0, 1, -1, -1}}; // A'
  private static final float[][] FILTER = {
    {1, 0, 0}, {.5f, .5f, .5f}, {.5f, -.5f, .5f}, {0, 0, 1}
  }; // G

  private static final int[] AS_IS = {0, 1, 2, 3};

  /** The points of turned filters: G turns a filter's end into its beginning. */
  private static final int[] TURNED = {3, 1, 2, 0};

  private final GraphBuilder g;
  private final Backward backward;
  private final int batch;

  Winograd(GraphBuilder g, Backward backward, int batch) {
    this.g = g;
    this.backward = backward;
    this.batch = batch;
  }

  /** Whether this layout is the faster one from a convolution on, if not forced. */
  static boolean pays(Layer.Convolution layer, int batch) {
    Shape x = layer.input();
    long most = Math.max(x.elements(), layer.output().elements()); // the next one's input
    return x.channels() >= FEWEST_CHANNELS
        && Math.max(x.height(), x.width()) <= LARGEST_SIDE
        && 4 * most * batch <= MOST_POINTS; // 16 points a tile of 4 pixels
  }

  /** Whether a convolution can be computed so. */
  static boolean isPossible(Layer.Convolution layer) {
    return layer.kernel() <= FILTER_SIDE
        && layer.input().height() % TILE == 0
        && layer.input().width() % TILE == 0;
  }

  @Override
  public String byPosition(String x, Shape shape) {
    String turned = g.node("Transpose", List.of(x), attribute("perm", 2, 3, 0, 1));
    return rows(turned, shape); // (P, N * C)
  }

  @Override
  public String byImage(String x, Shape shape) {
    String map =
        g.node(
            "Reshape", List.of(x, g.longs(shape.height(), shape.width(), batch, shape.channels())));
    return g.node("Transpose", List.of(map), attribute("perm", 2, 3, 0, 1)); // (N, C, H, W)
  }

  @Override
  public String leave(Value x, Shape shape) {
    return byImage(isParted(x, shape) ? partedColumns(x.name(), shape, false) : x.name(), shape);
  }

  private String rows(String x, Shape shape) {
    return g.node("Reshape", List.of(x, g.longs(area(shape), values(shape))));
  }

  /** Values of all images at a position. */
  private long values(Shape shape) {
    return (long) batch * shape.channels();
  }

  private static int area(Shape shape) {
    return shape.height() * shape.width();
  }

  /** Whether each row's even columns lie before its odd ones, not the columns as they come. */
  private static boolean isParted(Value x, Shape shape) {
    if (Arrays.equals(x.places(), PositionMajor.rowByRow(area(shape)))) {
      return false;
    }
    if (Arrays.equals(x.places(), parted(shape))) {
      return true;
    }
    throw new IllegalStateException("maps must lie row by row, columns as they come or parted");
  }

  private static int[] parted(Shape shape) {
    int w = shape.width();
    return IntStream.range(0, area(shape)).map(p -> p / w * w + column(p % w, w, true)).toArray();
  }

  private static int column(int column, int width, boolean parted) {
    return parted ? column % TILE * (width / TILE) + column / TILE : column;
  }

  @Override
  public Applied convolution(Value x, Layer.Convolution layer, String dWeight, String dBias) {
    return layer.kernel() == 1
        ? product(x, layer, dWeight, dBias)
        : new Filtering(layer, isParted(x, layer.input())).apply(x, dWeight, dBias);
  }

  /** A 1 x 1 convolution: one matrix product, wherever the positions lie. */
  private Applied product(Value x, Layer.Convolution layer, String dWeight, String dBias) {
    long k = layer.output().channels();
    long c = layer.input().channels();
    long rows = (long) area(layer.input()) * batch;
    String matrix = g.node("Reshape", List.of(x.name(), g.longs(rows, c)));
    String weight = g.node("Reshape", List.of(layer.parameters().get(0).name(), g.longs(k, c)));
    String z = g.node("Gemm", List.of(matrix, weight), attribute("transB", 1)); // (P * N, K)
    String y = rectified(z, layer);
    UnaryOperator<String> back =
        dy -> {
          String dz = g.node("Reshape", List.of(backward.relu(dy, y), g.longs(rows, k)));
          biasGradient(dz, dBias);
          String dw = g.node("Gemm", List.of(dz, matrix), attribute("transA", 1)); // (K, C)
          g.nodeTo(List.of(dWeight), "Reshape", List.of(dw, g.longs(k, c, 1, 1)));
          return rows(g.node("Gemm", List.of(dz, weight)), layer.input()); // (P, N * C)
        };
    return new Applied(new Value(y, x.places()), back);
  }

  /** ReLU of z, of K values last, and the biases: (P, N * K). */
  private String rectified(String z, Layer.Convolution layer) {
    String each =
        g.node(
            "Reshape",
            List.of(z, g.longs((long) area(layer.output()) * batch, layer.output().channels())));
    String sum = g.node("Add", List.of(each, layer.parameters().get(1).name()));
    return rows(g.node("Relu", List.of(sum)), layer.output());
  }

  private void biasGradient(String dz, String dBias) {
    g.nodeTo(List.of(dBias), "ReduceSum", List.of(dz, g.longs(0)), attribute("keepdims", 0));
  }

  /** The transforms of one 3 x 3 convolution. */
  private final class Filtering {
    private final Layer.Convolution layer;
    private final boolean parted; // the input
    private final int height;
    private final int width;
    private final int tiles; // in a row of tiles
    private final int segments; // of the rows of tiles
    private final int tileRows; // in a segment
    private final long k;
    private final long c;

    Filtering(Layer.Convolution layer, boolean parted) {
      this.layer = layer;
      this.parted = parted;
      this.height = layer.input().height();
      this.width = layer.input().width();
      this.tiles = width / TILE;
      int all = height / TILE;
      this.segments =
          IntStream.rangeClosed(1, all)
              .filter(s -> all % s == 0 && all / s <= SEGMENT)
              .findFirst()
              .orElse(all);
      this.tileRows = all / segments;
      this.k = layer.output().channels();
      this.c = layer.input().channels();
    }

    Applied apply(Value x, String dWeight, String dBias) {
      String v = points(x.name(), c, parted, AS_IS); // (S, 16, P / 4 * N, C)
      String filters =
          g.node("Reshape", List.of(layer.parameters().get(0).name(), g.longs(k * c, 9)));
      String u = g.node("Gemm", List.of(filterMatrix(), filters), attribute("transB", 1));
      u = g.node("Reshape", List.of(u, g.longs(16, k, c)));
      String m = fused(v, u, "transB"); // (S, 16, P / 4 * N, K)
      String y = rectified(map(m, k, AS_IS), layer); // (P, N * K), parted
      String transformed = u;
      UnaryOperator<String> back =
          dy -> {
            String dz = backward.relu(dy, y);
            long rows = (long) height * width * batch;
            biasGradient(g.node("Reshape", List.of(dz, g.longs(rows, k))), dBias);
            weightGradient(dz, v, dWeight);
            String turned = points(dz, k, true, TURNED); // (S, 16, P / 4 * N, K)
            String dm = g.node("MatMul", List.of(turned, transformed)); // (S, 16, P / 4 * N, C)
            String dx = map(dm, c, TURNED);
            return parted ? dx : partedColumns(dx, layer.input(), false);
          };
      return new Applied(new Value(y, parted(layer.output())), back);
    }

    /** dW = G' dU G with dU = dM' V, dM = A dZ A'. */
    private void weightGradient(String dz, String v, String dWeight) {
      String segmented =
          g.node("Reshape", List.of(dz, g.longs(segments, 4L * tileRows, tiles * batch * k)));
      String dm = g.node("MatMul", List.of(spread(), segmented));
      dm = g.node("Reshape", List.of(dm, g.longs(segments, 16, tileRows * tiles * batch, k)));
      String du = fused(dm, v, "transA"); // (S, 16, K, C)
      if (segments > 1) {
        du = g.node("ReduceSum", List.of(du, g.longs(0)), attribute("keepdims", 0));
      }
      du = g.node("Reshape", List.of(du, g.longs(16, k * c)));
      String dw = g.node("Gemm", List.of(du, filterMatrix()), attribute("transA", 1)); // (K * C, 9)
      g.nodeTo(List.of(dWeight), "Reshape", List.of(dw, g.longs(k, c, 3, 3)));
    }

    /** V: the tiles of a map at the 16 points, (S, 16, P / 4 * N, channels). */
    private String points(String x, long channels, boolean columnsParted, int[] order) {
      long values = batch * channels;
      String map = g.node("Reshape", List.of(x, g.longs(height, width, values)));
      int seen = 2 * tileRows + 2; // rows
      if (segments > 1) {
        map = g.node("Gather", List.of(map, g.longs(rowsSeen(seen))), attribute("axis", 0));
      } else {
        seen = height;
      }
      map = g.node("Reshape", List.of(map, g.longs(segments, 1, seen, width, values)));
      String wide = g.node("MatMul", List.of(columnMatrix(columnsParted, order), map));
      wide = // (S, 4, rows, W / 2 * N * channels)
          g.node("Reshape", List.of(wide, g.longs(segments, POINTS, seen, tiles * values)));
      String all = g.node("MatMul", List.of(rowMatrix(seen, order), wide));
      return g.node(
          "Reshape",
          List.of(all, g.longs(segments, 16, (long) tileRows * tiles * batch, channels)));
    }

    /**
     * The rows that each segment's tiles see; those outside of the map are any, and not counted.
     */
    private long[] rowsSeen(int seen) {
      return IntStream.range(0, segments * seen)
          .mapToLong(
              i -> Math.min(height - 1, Math.max(0, i / seen * TILE * tileRows - 1 + i % seen)))
          .toArray();
    }

    /** B' along the columns, (1, 4, 1, W / 2, W): the points of each tile from the row's pixels. */
    private String columnMatrix(boolean columnsParted, int[] order) {
      float[] m = new float[POINTS * tiles * width];
      for (int p = 0; p < POINTS; p++) {
        for (int t = 0; t < tiles; t++) {
          for (int i = 0; i < POINTS; i++) {
            int column = TILE * t - 1 + i;
            if (column >= 0 && column < width) {
              m[(p * tiles + t) * width + column(column, width, columnsParted)] =
                  INPUT[order[p]][i];
            }
          }
        }
      }
      return constant(m, 1, POINTS, 1, tiles, width);
    }

    /** B' along the rows: (S, 1, 4 * tile rows, rows seen). */
    private String rowMatrix(int seen, int[] order) {
      float[] m = new float[segments * POINTS * tileRows * seen];
      for (int s = 0; s < segments; s++) {
        for (int p = 0; p < POINTS; p++) {
          for (int t = 0; t < tileRows; t++) {
            for (int i = 0; i < POINTS; i++) {
              int row = TILE * (s * tileRows + t) - 1 + i;
              int place = segments > 1 ? TILE * t + i : row;
              if (row >= 0 && row < height) {
                m[((s * POINTS + p) * tileRows + t) * seen + place] = INPUT[order[p]][i];
              }
            }
          }
        }
      }
      return constant(m, segments, 1, (long) POINTS * tileRows, seen);
    }

    /** A' M A: the map of what there is at the 16 points, (P, N * channels), columns parted. */
    private String map(String points, long channels, int[] order) {
      long values = tiles * batch * channels;
      String m = g.node("Reshape", List.of(points, g.longs(segments, 16L * tileRows, values)));
      float[] a = new float[4 * tileRows * 16 * tileRows];
      forEachOutput(
          (i, j, p, q, t) -> // row i, column j of the tile from the points p, q
          a[((2 * t + i) * 2 + j) * 16 * tileRows + (q * POINTS + p) * tileRows + t] =
                  OUTPUT[i][order[p]] * OUTPUT[j][order[q]]);
      String y = g.node("MatMul", List.of(constant(a, 4L * tileRows, 16L * tileRows), m));
      return g.node("Reshape", List.of(y, g.longs((long) height * width, batch * channels)));
    }

    /** A along rows and columns: (16 * tile rows, 4 * tile rows). */
    private String spread() {
      float[] a = new float[16 * tileRows * 4 * tileRows];
      forEachOutput(
          (i, j, p, q, t) ->
              a[((q * POINTS + p) * tileRows + t) * 4 * tileRows + (2 * t + i) * 2 + j] =
                  OUTPUT[i][p] * OUTPUT[j][q]);
      return constant(a, 16L * tileRows, 4L * tileRows);
    }

    private void forEachOutput(Entry entry) {
      for (int t = 0; t < tileRows; t++) {
        for (int i = 0; i < TILE; i++) {
          for (int j = 0; j < TILE; j++) {
            for (int p = 0; p < POINTS; p++) {
              for (int q = 0; q < POINTS; q++) {
                entry.set(i, j, p, q, t);
              }
            }
          }
        }
      }
    }
  }

  private interface Entry {
    void set(int row, int column, int rowPoint, int columnPoint, int tileRow);
  }

  /** G along rows and columns: (16, 9). */
  private String filterMatrix() {
    float[] m = new float[16 * 9];
    for (int q = 0; q < POINTS; q++) {
      for (int p = 0; p < POINTS; p++) {
        for (int row = 0; row < 3; row++) {
          for (int column = 0; column < 3; column++) {
            m[(q * POINTS + p) * 9 + row * 3 + column] = FILTER[p][row] * FILTER[q][column];
          }
        }
      }
    }
    return constant(m, 16, 9);
  }

  private String fused(String a, String b, String transposed) {
    String product = g.fresh("product");
    g.microsoftNodeTo(List.of(product), "FusedMatMul", List.of(a, b), attribute(transposed, 1));
    return product;
  }

  private String constant(float[] values, long... shape) {
    List<Float> list = new ArrayList<>(values.length);
    for (float value : values) {
      list.add(value);
    }
    return g.floats(list, shape);
  }

  /** A map's columns parted into even and odd ones, or, the other way, together again. */
  private String partedColumns(String x, Shape shape, boolean apart) {
    long half = shape.width() / TILE;
    long[] from = apart ? new long[] {half, TILE} : new long[] {TILE, half};
    String map =
        g.node("Reshape", List.of(x, g.longs(shape.height(), from[0], from[1], values(shape))));
    return rows(g.node("Transpose", List.of(map), attribute("perm", 0, 2, 1, 3)), shape);
  }

  @Override
  public Applied pooling(Value x, Shape shape) {
    boolean parted = isParted(x, shape);
    Shape half = new Shape(shape.channels(), shape.height() / 2, shape.width() / 2);
    long row = half.width() * values(shape);
    String columns = parted ? x.name() : partedColumns(x.name(), shape, true);
    String windows = g.node("Reshape", List.of(columns, g.longs(half.height(), 4, row)));
    String y =
        g.node(
            "ReduceMax",
            List.of(windows),
            attribute("axes", new long[] {1}),
            attribute("keepdims", 1)); // (H / 2, 1, W / 2 * N * C)
    UnaryOperator<String> back =
        dy -> {
          String hit = g.node("Equal", List.of(windows, y));
          String mask = g.node("Cast", List.of(hit), attribute("to", GraphBuilder.FLOAT));
          String count = g.node("ReduceSum", List.of(mask, g.longs(1)), attribute("keepdims", 1));
          String each = g.node("Reshape", List.of(dy, g.longs(half.height(), 1, row)));
          String share = g.node("Div", List.of(each, count));
          String dx = rows(g.node("Mul", List.of(mask, share)), shape);
          return parted ? dx : partedColumns(dx, shape, false);
        };
    return new Applied(new Value(rows(y, half), PositionMajor.rowByRow(area(half))), back);
  }
}
