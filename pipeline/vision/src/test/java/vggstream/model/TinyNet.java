package vggstream.model;

import static vggstream.model.OnnxGraph.integer;
import static vggstream.model.OnnxGraph.ints;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * A tiny fully convolutional net in VGG's manner with random weights, as a model file and as a
 * plain computation in double precision: conv3-4, pool, conv3-5, pool, then 2x2, 1x1, 1x1
 * convolutions as fully connected layers. Crop side 8, stride 4, 5 classes, 6 features.
 */
final class TinyNet {
  static final int CLASSES = 5;
  static final int FEATURES = 6;

  /** What can be wrong with a model file. */
  enum Variant {
    VALID,
    INPUT_NAMED_X,
    FLOAT_INPUT,
    FIXED_SIDES,
    FIXED_BATCH,
    TWO_INPUTS,
    NO_FEATURES,
    EXTRA_OUTPUT,
    DOUBLE_SCORES,
    SCORES_WITH_SIDES,
    /** One box a position where the card says one for each class, or the other way round. */
    BOXES_OF_THE_OTHER_KIND
  }

  /** Values of a layer, (C, H, W). */
  record Maps(int channels, int height, int width, double[] values) {
    double at(int c, int y, int x) {
      return values[(c * height + y) * width + x];
    }
  }

  /** What the net computes for one image. */
  record Result(
      double[] scores,
      double[] scoreMap,
      double[] features,
      double[] boxMap,
      double[] classBoxMap) {
    double[] of(Output output, ModelCard.Task task) {
      return switch (output) {
        case SCORES -> scores;
        case SCORE_MAP -> scoreMap;
        case FEATURES -> features;
        case BOX_MAP -> task.perClass() ? classBoxMap : boxMap;
      };
    }
  }

  private record Conv(int in, int out, int side, int pad, float[] weights, float[] bias) {
    static Conv random(Random random, int in, int out, int side, int pad) {
      float[] weights = new float[out * in * side * side]; // (out, in, side, side)
      float[] bias = new float[out];
      for (int i = 0; i < weights.length; i++) {
        weights[i] = (float) (random.nextGaussian() * Math.sqrt(2.0 / (in * side * side)));
      }
      for (int i = 0; i < bias.length; i++) {
        bias[i] = (float) (random.nextGaussian() * 0.1);
      }
      return new Conv(in, out, side, pad, weights, bias);
    }

    /** For boxes, most of which overlap the middle half of their window. */
    Conv aroundTheMiddle() {
      float[] w = weights.clone();
      float[] b = bias.clone();
      for (int i = 0; i < w.length; i++) {
        w[i] *= 0.05f;
      }
      for (int o = 0; o < out; o++) {
        b[o] += o % 4 < 2 ? 0.5f : 0.7f; // centre; width, height
      }
      return new Conv(in, out, side, pad, w, b);
    }

    String addTo(OnnxGraph g, String x) {
      return g.node("Conv", inputs(g, x), ints("pads", pad, pad, pad, pad));
    }

    void addTo(OnnxGraph g, String x, String output) {
      g.nodeTo(output, "Conv", inputs(g, x), ints("pads", pad, pad, pad, pad));
    }

    private List<String> inputs(OnnxGraph g, String x) {
      return List.of(x, g.constant(weights, out, in, side, side), g.constant(bias, out));
    }

    Maps apply(Maps x) {
      int h = x.height() + 2 * pad - side + 1;
      int w = x.width() + 2 * pad - side + 1;
      double[] y = new double[out * h * w];
      for (int o = 0; o < out; o++) {
        for (int i = 0; i < h * w; i++) {
          double sum = bias[o];
          for (int c = 0; c < in; c++) {
            for (int k = 0; k < side * side; k++) {
              int yy = i / w + k / side - pad;
              int xx = i % w + k % side - pad;
              if (yy >= 0 && yy < x.height() && xx >= 0 && xx < x.width()) {
                sum += x.at(c, yy, xx) * weights[(o * in + c) * side * side + k];
              }
            }
          }
          y[o * h * w + i] = sum;
        }
      }
      return new Maps(out, h, w, y);
    }
  }

  private final Conv conv1;
  private final Conv conv2;
  private final Conv fc6;
  private final Conv fc7;
  private final Conv fc8;
  private final Conv box;
  private final Conv classBox;

  /** With weights of this seed. */
  TinyNet(long seed) {
    Random random = new Random(seed);
    conv1 = Conv.random(random, 3, 4, 3, 1);
    conv2 = Conv.random(random, 4, 5, 3, 1);
    fc6 = Conv.random(random, 5, 7, 2, 0);
    fc7 = Conv.random(random, 7, FEATURES, 1, 0);
    fc8 = Conv.random(random, FEATURES, CLASSES, 1, 0);
    box = Conv.random(random, FEATURES, 4, 1, 0).aroundTheMiddle();
    classBox = Conv.random(random, FEATURES, 4 * CLASSES, 1, 0).aroundTheMiddle();
  }

  static ModelCard card() {
    return card(ModelCard.Task.CLASSIFY, CLASSES, FEATURES, 8, 4);
  }

  static ModelCard card(ModelCard.Task task, int classes, int features, int crop, int stride) {
    return new ModelCard(
        "tiny",
        "1",
        "tiny",
        task,
        IntStream.range(0, classes).mapToObj(k -> "class-" + k).toList(),
        List.of(120f, 110f, 100f),
        List.of(1 / 58f, 1 / 57f, 1 / 56f),
        crop,
        2 * crop,
        crop,
        stride,
        features,
        "random");
  }

  /** Writes the net with this card. */
  Path write(Path file, ModelCard card, Variant variant) throws IOException {
    OnnxGraph g = new OnnxGraph();
    String input = variant == Variant.INPUT_NAMED_X ? "x" : GraphSignature.PIXELS;
    Object n = variant == Variant.FIXED_BATCH ? (Object) 2 : "N";
    boolean fixed = variant == Variant.FIXED_SIDES;
    g.input(
        input,
        variant == Variant.FLOAT_INPUT ? OnnxGraph.FLOAT : OnnxGraph.UINT8,
        List.of(n, fixed ? (Object) 8 : "H", fixed ? (Object) 8 : "W", 3));
    String x = g.node("Cast", List.of(input), integer("to", OnnxGraph.FLOAT));
    x = g.node("Transpose", List.of(x), ints("perm", 0, 3, 1, 2)); // (N, 3, H, W)
    x = g.node("Sub", List.of(x, g.constant(array(card.mean()), 1, 3, 1, 1)));
    if (variant == Variant.TWO_INPUTS) {
      g.input("offset", OnnxGraph.FLOAT, List.of(1));
      x = g.node("Add", List.of(x, "offset"));
    }
    x = g.node("Mul", List.of(x, g.constant(array(card.scale()), 1, 3, 1, 1)));
    for (Conv conv : List.of(conv1, conv2)) {
      x = g.node("Relu", List.of(conv.addTo(g, x)));
      x = g.node("MaxPool", List.of(x), ints("kernel_shape", 2, 2), ints("strides", 2, 2));
    } // (N, 5, H/4, W/4)
    x = g.node("Relu", List.of(fc6.addTo(g, x)));
    x = g.node("Relu", List.of(fc7.addTo(g, x))); // (N, F, h, w)
    if (card.task().classifies()) {
      addClassifier(g, x, n, variant);
    }
    if (card.task().localises()) {
      boolean other = variant == Variant.BOXES_OF_THE_OTHER_KIND;
      Conv boxes = card.task().perClass() == other ? box : classBox;
      boxes.addTo(g, x, "box_map");
      g.output("box_map", OnnxGraph.FLOAT, List.of(n, boxes.out(), "h", "w"));
    }
    g.write(file, card.toMetadata());
    return file;
  }

  private void addClassifier(OnnxGraph g, String features, Object n, Variant variant) {
    fc8.addTo(g, features, "score_map"); // (N, K, h, w)
    int keep = variant == Variant.SCORES_WITH_SIDES ? 1 : 0;
    boolean wide = variant == Variant.DOUBLE_SCORES;
    g.nodeTo(
        wide ? "narrow" : "scores",
        "ReduceMean",
        List.of("score_map"),
        ints("axes", 2, 3),
        integer("keepdims", keep));
    if (wide) {
      g.nodeTo("scores", "Cast", List.of("narrow"), integer("to", OnnxGraph.DOUBLE));
    }
    g.nodeTo(
        "features", "ReduceMean", List.of(features), ints("axes", 2, 3), integer("keepdims", 0));
    g.output(
        "scores",
        wide ? OnnxGraph.DOUBLE : OnnxGraph.FLOAT,
        keep == 1 ? List.of(n, CLASSES, 1, 1) : List.of(n, CLASSES));
    g.output("score_map", OnnxGraph.FLOAT, List.of(n, CLASSES, "h", "w"));
    if (variant != Variant.NO_FEATURES) {
      g.output("features", OnnxGraph.FLOAT, List.of(n, FEATURES));
    }
    if (variant == Variant.EXTRA_OUTPUT) {
      g.nodeTo("extra", "Identity", List.of("score_map"));
      g.output("extra", OnnxGraph.FLOAT, List.of(n, CLASSES, "h", "w"));
    }
  }

  private static float[] array(List<Float> values) {
    return new float[] {values.get(0), values.get(1), values.get(2)};
  }

  /** Computes the net in double precision for one image, uint8 (height, width, 3). */
  Result compute(ByteBuffer pixels, int height, int width) {
    ModelCard card = card();
    double[] input = new double[3 * height * width]; // (3, H, W)
    for (int i = 0; i < height * width; i++) {
      for (int c = 0; c < 3; c++) {
        int value = pixels.get(i * 3 + c) & 0xff;
        input[c * height * width + i] = (value - card.mean().get(c)) * card.scale().get(c);
      }
    }
    Maps x = new Maps(3, height, width, input);
    x = pool(relu(conv1.apply(x)));
    x = pool(relu(conv2.apply(x)));
    Maps features = relu(fc7.apply(relu(fc6.apply(x))));
    Maps scoreMap = fc8.apply(features);
    return new Result(
        mean(scoreMap),
        scoreMap.values(),
        mean(features),
        box.apply(features).values(),
        classBox.apply(features).values());
  }

  private static Maps relu(Maps x) {
    double[] y = x.values().clone();
    for (int i = 0; i < y.length; i++) {
      y[i] = Math.max(0, y[i]);
    }
    return new Maps(x.channels(), x.height(), x.width(), y);
  }

  private static Maps pool(Maps x) {
    int h = x.height() / 2;
    int w = x.width() / 2;
    List<Double> y = new ArrayList<>();
    for (int c = 0; c < x.channels(); c++) {
      for (int i = 0; i < h * w; i++) {
        int yy = i / w * 2;
        int xx = i % w * 2;
        y.add(
            Math.max(
                Math.max(x.at(c, yy, xx), x.at(c, yy, xx + 1)),
                Math.max(x.at(c, yy + 1, xx), x.at(c, yy + 1, xx + 1))));
      }
    }
    return new Maps(x.channels(), h, w, y.stream().mapToDouble(v -> v).toArray());
  }

  private static double[] mean(Maps x) {
    double[] mean = new double[x.channels()];
    int size = x.height() * x.width();
    for (int i = 0; i < x.values().length; i++) {
      mean[i / size] += x.values()[i] / size;
    }
    return mean;
  }
}
