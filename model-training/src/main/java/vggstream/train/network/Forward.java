package vggstream.train.network;

import static vggstream.train.network.GraphBuilder.attribute;

import ai.onnx.proto.OnnxMl.AttributeProto;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The layers as operators: what the training graph and the model file have in common. */
final class Forward {
  private final GraphBuilder g;

  Forward(GraphBuilder g) {
    this.g = g;
  }

  /** Pixels, uint8 (N, H, W, 3), preprocessed. */
  String pixels(String pixels, Preprocessing p) {
    return pixels(pixels, null, p);
  }

  /** The same with an RGB shift for each image, (N, 3), in units of pixel values; null: none. */
  String pixels(String pixels, @Nullable String shift, Preprocessing p) {
    String planes = g.node("Transpose", List.of(pixels), attribute("perm", 0, 3, 1, 2));
    String x = g.node("Cast", List.of(planes), attribute("to", GraphBuilder.FLOAT));
    x = g.node("Sub", List.of(x, g.floats(p.mean(), 1, 3, 1, 1)));
    if (shift != null) {
      String each = g.node("Unsqueeze", List.of(shift, g.longs(2, 3))); // (N, 3, 1, 1)
      x = g.node("Add", List.of(x, each));
    }
    return g.node("Mul", List.of(x, g.floats(p.scale(), 1, 3, 1, 1))); // (N, 3, H, W)
  }

  String convolution(String x, Layer.Convolution layer) {
    String z =
        g.node("Conv", inputs(x, layer), convolutionAttributes(layer.kernel(), layer.kernel() / 2));
    return g.node("Relu", List.of(z)); // (N, K, H, W)
  }

  /** A fully-connected layer applied densely: a convolution by its weights without padding. */
  String window(String x, Layer.FullyConnected layer, int kernel) {
    String z = g.node("Conv", inputs(x, layer), convolutionAttributes(kernel, 0));
    return layer.rectified() ? g.node("Relu", List.of(z)) : z; // (N, K, h, w)
  }

  String fullyConnected(String x, Layer.FullyConnected layer) {
    String z = g.node("Gemm", inputs(x, layer), attribute("transB", 1));
    return layer.rectified() ? g.node("Relu", List.of(z)) : z; // (N, K)
  }

  /** ONNX divides alpha by n; the layer's alpha is not divided. */
  String normalisation(String x, Layer.LocalResponseNormalisation layer) {
    return g.node(
        "LRN",
        List.of(x),
        attribute("size", layer.n()),
        attribute("bias", layer.k()),
        attribute("alpha", layer.alpha() * layer.n()),
        attribute("beta", layer.beta()));
  }

  String pooling(String x) {
    return g.node(
        "MaxPool",
        List.of(x),
        attribute("kernel_shape", 2, 2),
        attribute("strides", 2, 2)); // (N, C, H/2, W/2)
  }

  private static List<String> inputs(String x, Layer layer) {
    return List.of(x, layer.parameters().get(0).name(), layer.parameters().get(1).name());
  }

  static AttributeProto[] convolutionAttributes(int kernel, int pad) {
    return new AttributeProto[] {
      attribute("kernel_shape", kernel, kernel),
      attribute("pads", pad, pad, pad, pad),
      attribute("strides", 1, 1),
      attribute("dilations", 1, 1),
      attribute("group", 1)
    };
  }
}
