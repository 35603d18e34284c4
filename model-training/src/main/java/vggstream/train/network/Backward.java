package vggstream.train.network;

import static vggstream.train.network.GraphBuilder.attribute;

import ai.onnx.proto.OnnxMl.AttributeProto;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;

/**
 * The gradient of each layer as operators. Names: dY is the gradient of the loss by a layer's
 * output, dX by its input, dZ by what goes into its ReLU.
 */
final class Backward {
  private final GraphBuilder g;
  private final int batch;
  private final GradientStyle style;

  Backward(GraphBuilder g, int batch, GradientStyle style) {
    this.g = g;
    this.batch = batch;
    this.style = style;
  }

  /** The gradient of the mean loss by the scores, times a weight: (softmax - one-hot) / N. */
  String loss(String logProbabilities, String labels, String weight, int classes) {
    return switch (style) {
      case TRAINING_OPERATORS, IMAGE_MAJOR, POSITION_MAJOR, WINOGRAD -> {
        String d = g.fresh("dScores");
        g.microsoftNodeTo(
            List.of(d),
            "SoftmaxCrossEntropyLossGrad",
            List.of(weight, logProbabilities, labels),
            attribute("reduction", "mean"));
        yield d; // (N, K)
      }
      case STANDARD_OPERATORS -> {
        String p = g.node("Exp", List.of(logProbabilities));
        String column = g.node("Unsqueeze", List.of(labels, g.longs(1))); // (N, 1)
        String indices = g.longs(LongStream.range(0, classes).toArray()); // (K)
        String hit = g.node("Equal", List.of(column, indices)); // (N, K)
        String oneHot = g.node("Cast", List.of(hit), attribute("to", GraphBuilder.FLOAT));
        String d = g.node("Sub", List.of(p, oneHot));
        d = g.node("Mul", List.of(d, g.scalar(1f / batch)));
        yield g.node("Mul", List.of(d, weight)); // (N, K)
      }
    };
  }

  /** dZ of a ReLU from its output y. */
  String relu(String dy, String y) {
    return switch (style) {
      case TRAINING_OPERATORS, IMAGE_MAJOR, POSITION_MAJOR, WINOGRAD -> {
        String dz = g.fresh("dZ");
        g.microsoftNodeTo(List.of(dz), "ReluGrad", List.of(dy, y));
        yield dz;
      }
      case STANDARD_OPERATORS -> g.node("Mul", List.of(dy, g.node("Sign", List.of(y))));
    };
  }

  /** The gradients of a fully-connected layer's parameters, to outputs of their names. */
  void fullyConnectedParameters(String dz, String x, String dWeight, String dBias) {
    g.nodeTo(List.of(dWeight), "Gemm", List.of(dz, x), attribute("transA", 1)); // (K, F)
    g.nodeTo(List.of(dBias), "ReduceSum", List.of(dz, g.longs(0)), attribute("keepdims", 0)); // (K)
  }

  /** dX of a fully-connected layer. */
  String fullyConnectedInput(String dz, String weight) {
    return g.node("Gemm", List.of(dz, weight)); // (N, F)
  }

  /**
   * The gradients of the parameters of a fully-connected layer applied densely, to outputs of their
   * names.
   */
  void windowParameters(
      String dz, String x, String weight, int kernel, String dWeight, String dBias) {
    g.microsoftNodeTo(
        List.of("", dWeight, dBias),
        "ConvGrad",
        List.of(dz, x, weight),
        Forward.convolutionAttributes(kernel, 0)); // (K, C, kernel, kernel), (K)
  }

  /**
   * dX of a fully-connected layer applied densely: the full convolution, which needs no turned copy
   * of what are most of the network's weights.
   */
  String windowInput(String dz, String weight, int kernel) {
    return g.node(
        "ConvTranspose",
        List.of(dz, weight),
        Forward.convolutionAttributes(kernel, 0)); // (N, C, H, W)
  }

  /** The gradient of a map, (N, K, h, w), by that of its spatial mean, (N, K). */
  String spatialMean(String dy, String map, String mean) {
    String values = g.node("Cast", List.of(g.node("Size", List.of(map))), toFloat());
    String means = g.node("Cast", List.of(g.node("Size", List.of(mean))), toFloat());
    String positions = g.node("Div", List.of(values, means)); // h * w
    String each = g.node("Div", List.of(dy, positions));
    each = g.node("Unsqueeze", List.of(each, g.longs(2, 3))); // (N, K, 1, 1)
    return g.node("Expand", List.of(each, g.node("Shape", List.of(map)))); // (N, K, h, w)
  }

  private static AttributeProto toFloat() {
    return attribute("to", GraphBuilder.FLOAT);
  }

  /** The gradients of a convolution's parameters, to outputs of their names. */
  void convolutionParameters(
      String dz, String x, String weight, Layer.Convolution layer, String dWeight, String dBias) {
    switch (style) {
      case TRAINING_OPERATORS, IMAGE_MAJOR, POSITION_MAJOR, WINOGRAD ->
          g.microsoftNodeTo(
              List.of("", dWeight, dBias),
              "ConvGrad",
              List.of(dz, x, weight),
              Forward.convolutionAttributes(layer.kernel(), layer.kernel() / 2));
      case STANDARD_OPERATORS -> shiftedProducts(dz, x, layer, dWeight, dBias);
    }
  }

  /** dW(k, c, u, v) as the product of dZ and of x shifted by (u, v), one product for each shift. */
  private void shiftedProducts(
      String dz, String x, Layer.Convolution layer, String dWeight, String dBias) {
    int kernel = layer.kernel();
    int pad = kernel / 2;
    long k = layer.output().channels();
    long c = layer.input().channels();
    long h = layer.input().height();
    long w = layer.input().width();
    long positions = batch * h * w; // L
    String rows = g.node("Transpose", List.of(dz), attribute("perm", 1, 0, 2, 3));
    rows = g.node("Reshape", List.of(rows, g.longs(k, positions))); // (K, L)
    String planes = g.node("Transpose", List.of(x), attribute("perm", 1, 0, 2, 3));
    if (pad > 0) {
      String padded = g.longs(0, 0, pad, pad, 0, 0, pad, pad);
      planes = g.node("Pad", List.of(planes, padded)); // (C, N, H+2p, W+2p)
    }
    List<String> parts = new ArrayList<>();
    for (int u = 0; u < kernel; u++) {
      for (int v = 0; v < kernel; v++) {
        String shifted =
            g.node(
                "Slice",
                List.of(planes, g.longs(u, v), g.longs(u + h, v + w), g.longs(2, 3))); // (C,N,H,W)
        String columns = g.node("Reshape", List.of(shifted, g.longs(c, positions))); // (C, L)
        String part = g.node("Gemm", List.of(rows, columns), attribute("transB", 1)); // (K, C)
        parts.add(g.node("Reshape", List.of(part, g.longs(k, c, 1))));
      }
    }
    String all = g.node("Concat", parts, attribute("axis", 2)); // (K, C, kernel^2)
    g.nodeTo(List.of(dWeight), "Reshape", List.of(all, g.longs(k, c, kernel, kernel)));
    g.nodeTo(List.of(dBias), "ReduceSum", List.of(rows, g.longs(1)), attribute("keepdims", 0));
  }

  /**
   * dX of a convolution of stride 1: the convolution of dZ by the weights turned by 180 degrees.
   */
  String convolutionInput(String dz, String weight, Layer.Convolution layer) {
    String w = g.node("Transpose", List.of(weight), attribute("perm", 1, 0, 2, 3)); // (C, K, ., .)
    if (layer.kernel() > 1) {
      w = turned(w, layer);
    }
    return g.node(
        "Conv",
        List.of(dz, w),
        Forward.convolutionAttributes(layer.kernel(), layer.kernel() / 2)); // (N, C, H, W)
  }

  /**
   * Weights (C, K, ., .) turned by 180 degrees: a product with the permutation of the positions,
   * which is exact and takes a fraction of the time of a Slice of negative steps.
   */
  private String turned(String w, Layer.Convolution layer) {
    int area = layer.kernel() * layer.kernel();
    List<Float> permutation = new ArrayList<>();
    for (int from = 0; from < area; from++) {
      for (int to = 0; to < area; to++) {
        permutation.add(from + to == area - 1 ? 1f : 0f);
      }
    }
    long c = layer.input().channels();
    long k = layer.output().channels();
    String rows = g.node("Reshape", List.of(w, g.longs(c * k, area)));
    String turned = g.node("MatMul", List.of(rows, g.floats(permutation, area, area)));
    return g.node("Reshape", List.of(turned, g.longs(c, k, layer.kernel(), layer.kernel())));
  }

  /**
   * dX of a 2 x 2 max-pooling: dY goes to the window's maximum, in equal shares where several
   * pixels hold it, so that each window's dX sums to its dY.
   */
  String pooling(String dy, String x, String y) {
    String hit = g.node("Equal", List.of(x, twice(y)));
    String mask = g.node("Cast", List.of(hit), attribute("to", GraphBuilder.FLOAT)); // (N,C,H,W)
    String share =
        g.node(
            "AveragePool",
            List.of(mask),
            attribute("kernel_shape", 2, 2),
            attribute("strides", 2, 2)); // (N, C, H/2, W/2): number of maxima / 4
    String each = g.node("Div", List.of(dy, g.node("Mul", List.of(share, g.scalar(4)))));
    return g.node("Mul", List.of(mask, twice(each))); // (N, C, H, W)
  }

  /** Each pixel as 2 x 2 equal ones. */
  private String twice(String x) {
    return g.node(
        "Resize",
        List.of(x, "", g.floats(List.of(1f, 1f, 2f, 2f), 4)),
        attribute("mode", "nearest"),
        attribute("coordinate_transformation_mode", "asymmetric"),
        attribute("nearest_mode", "floor"));
  }

  /**
   * dX of local response normalisation. With s_i = k + alpha * sum_j x_j^2 over the n channels
   * around i and y = x * s^-beta: dX_i = dY_i * s_i^-beta - 2 * alpha * beta * x_i * sum_j (dY_j *
   * y_j / s_j).
   */
  String normalisation(String dy, String x, String y, Layer.LocalResponseNormalisation layer) {
    String squares = channelSum(g.node("Mul", List.of(x, x)), layer);
    String s =
        g.node(
            "Add",
            List.of(g.node("Mul", List.of(squares, g.scalar(layer.alpha()))), g.scalar(layer.k())));
    String direct = g.node("Mul", List.of(dy, g.node("Pow", List.of(s, g.scalar(-layer.beta())))));
    String t = g.node("Div", List.of(g.node("Mul", List.of(dy, y)), s));
    String across = g.node("Mul", List.of(x, channelSum(t, layer)));
    across = g.node("Mul", List.of(across, g.scalar(2 * layer.alpha() * layer.beta())));
    return g.node("Sub", List.of(direct, across)); // (N, C, H, W)
  }

  /** The sum over the n channels around each: a padded average over (C, H*W) as an image. */
  private String channelSum(String x, Layer.LocalResponseNormalisation layer) {
    String image = g.node("Reshape", List.of(x, g.longs(0, 1, layer.input().channels(), -1)));
    int side = layer.n() / 2;
    AttributeProto[] window = {
      attribute("kernel_shape", layer.n(), 1),
      attribute("pads", side, 0, side, 0),
      attribute("count_include_pad", 1)
    };
    String mean = g.node("AveragePool", List.of(image), window);
    String sum = g.node("Mul", List.of(mean, g.scalar(layer.n())));
    return g.node("Reshape", List.of(sum, g.node("Shape", List.of(x)))); // (N, C, H, W)
  }

  /** x as images of a shape. */
  String reshape(String x, Shape shape) {
    return g.node(
        "Reshape",
        List.of(x, g.longs(batch, shape.channels(), shape.height(), shape.width()))); // (N,C,H,W)
  }
}
