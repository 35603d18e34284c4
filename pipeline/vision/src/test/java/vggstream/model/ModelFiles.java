package vggstream.model;

import static vggstream.model.OnnxGraph.integer;
import static vggstream.model.OnnxGraph.ints;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Model files for tests of any module. */
public final class ModelFiles {
  private ModelFiles() {}

  /**
   * A network whose answer is the image's colour: classes {@code red}, {@code green}, {@code blue};
   * crop side 8, stride 4. A window's class scores are the means of its 8 x 8 red, green and blue
   * values, less 128, over 64; so a uniformly red image (255, 0, 0) has scores (1.984375, -2, -2)
   * at every scale, and the most probable class is the strongest colour. Features are the scores.
   */
  public static Path colour(Path file) throws IOException {
    return colour(file, "colour", "1", List.of("red", "green", "blue"));
  }

  /** As {@link #colour(Path)} with another name, version and three labels. */
  public static Path colour(Path file, String name, String version, List<String> labels)
      throws IOException {
    return colour(file, colourCard(name, version, labels).toMetadata());
  }

  /** The card of {@link #colour(Path, String, String, List)}. */
  public static ModelCard colourCard(String name, String version, List<String> labels) {
    return new ModelCard(
        name,
        version,
        "colour",
        ModelCard.Task.CLASSIFY,
        labels,
        List.of(128f, 128f, 128f),
        List.of(1 / 64f, 1 / 64f, 1 / 64f),
        8,
        8,
        8,
        4,
        3,
        "none: computes the mean colour");
  }

  /** {@link #colour(Path)}'s graph with any metadata. */
  public static Path colour(Path file, Map<String, String> metadata) throws IOException {
    OnnxGraph g = new OnnxGraph();
    addColour(g, pooled(g));
    g.write(file, metadata);
    return file;
  }

  /**
   * {@link #colour(Path)}, but the runtime fails on every run in which any value of any pixel is at
   * least {@code from}: it looks such values up in a table that ends before them.
   */
  public static Path colourThatFails(Path file, int from) throws IOException {
    OnnxGraph g = new OnnxGraph();
    String pooled = pooled(g);
    String x = g.node("Cast", List.of(GraphSignature.PIXELS), integer("to", OnnxGraph.FLOAT));
    x = g.node("ReduceMax", List.of(x), integer("keepdims", 0));
    x = g.node("Add", List.of(x, g.constant(new float[] {256 - from})));
    x = g.node("Cast", List.of(x), integer("to", OnnxGraph.INT64));
    addColour(g, pooled, g.node("Gather", List.of(g.constant(new float[256], 256), x)));
    g.write(file, colourCard("colour", "1", List.of("red", "green", "blue")).toMetadata());
    return file;
  }

  /** {@link #colour(Path)}, but the runtime fails on images that are lower than {@code height}. */
  public static Path colourThatFailsBelow(Path file, int height) throws IOException {
    OnnxGraph g = new OnnxGraph();
    String pooled = pooled(g);
    String x = g.node("Shape", List.of(GraphSignature.PIXELS)); // (4)
    x = g.node("Cast", List.of(x), integer("to", OnnxGraph.FLOAT));
    x = g.node("Mul", List.of(x, g.constant(new float[] {0, -1, 0, 0}, 4)));
    x = g.node("ReduceSum", List.of(x), integer("keepdims", 0));
    x = g.node("Add", List.of(x, g.constant(new float[] {256 + height - 1})));
    x = g.node("Cast", List.of(x), integer("to", OnnxGraph.INT64));
    addColour(g, pooled, g.node("Gather", List.of(g.constant(new float[256], 256), x)));
    g.write(file, colourCard("colour", "1", List.of("red", "green", "blue")).toMetadata());
    return file;
  }

  /**
   * {@link #colour(Path)}, but a run of more than {@code images} images, or of images that are
   * higher than {@code height}, takes terabytes of memory.
   */
  public static Path colourThatNeedsMemory(Path file, int images, int height) throws IOException {
    float none = 1e9f;
    float terabyte = 0x1p38f;
    OnnxGraph g = new OnnxGraph();
    String pooled = pooled(g);
    String x = g.node("Shape", List.of(GraphSignature.PIXELS)); // (4)
    x = g.node("Cast", List.of(x), integer("to", OnnxGraph.FLOAT));
    x = g.node("Sub", List.of(x, g.constant(new float[] {images, height, none, none}, 4)));
    x = g.node("ReduceMax", List.of(g.node("Relu", List.of(x))), integer("keepdims", 1)); // (1)
    x = g.node("Mul", List.of(x, g.constant(new float[] {terabyte}, 1)));
    x = g.node("Add", List.of(x, g.constant(new float[] {1}, 1)));
    x = g.node("Cast", List.of(x), integer("to", OnnxGraph.INT64));
    x = g.node("ConstantOfShape", List.of(x));
    addColour(g, pooled, g.node("ReduceSum", List.of(x), integer("keepdims", 0)));
    g.write(file, colourCard("colour", "1", List.of("red", "green", "blue")).toMetadata());
    return file;
  }

  /**
   * A localiser of {@link #colour(Path)}'s classes, crop side and stride whose every window says
   * the same box, for all classes (SCR).
   *
   * @param box centre x, centre y, width, height, as fractions of the window's side
   */
  public static Path box(Path file, float... box) throws IOException {
    OnnxGraph g = new OnnxGraph();
    addBox(g, pooled(g), box);
    g.write(file, card("box", ModelCard.Task.LOCALISE_SCR).toMetadata());
    return file;
  }

  /** {@link #colour(Path)} and {@link #box} in one file. */
  public static Path colourAndBox(Path file, float... box) throws IOException {
    OnnxGraph g = new OnnxGraph();
    String pooled = pooled(g);
    addColour(g, pooled);
    addBox(g, pooled, box);
    g.write(file, card("joined", ModelCard.Task.CLASSIFY_LOCALISE_SCR).toMetadata());
    return file;
  }

  /**
   * Next to no network: one 1x1 convolution of each pixel to 8 channels, and their means over
   * windows of 224 x 224 pixels, 32 apart, as scores and features. Weights are fixed.
   */
  public static Path oneConvolution(Path file) throws IOException {
    int classes = 8;
    OnnxGraph g = new OnnxGraph();
    g.input(GraphSignature.PIXELS, OnnxGraph.UINT8, List.of("N", "H", "W", 3));
    String x = g.node("Cast", List.of(GraphSignature.PIXELS), integer("to", OnnxGraph.FLOAT));
    x = g.node("Transpose", List.of(x), ints("perm", 0, 3, 1, 2)); // (N, 3, H, W)
    float[] weights = new float[classes * 3]; // (8, 3, 1, 1)
    for (int i = 0; i < weights.length; i++) {
      weights[i] = ((i * 7) % 11 - 5) / 128f;
    }
    x = g.node("Conv", List.of(x, g.constant(weights, classes, 3, 1, 1))); // (N, 8, H, W)
    g.nodeTo(
        "score_map",
        "AveragePool",
        List.of(x),
        ints("kernel_shape", 224, 224),
        ints("strides", 32, 32)); // (N, 8, h, w)
    g.nodeTo(
        "scores", "ReduceMean", List.of("score_map"), ints("axes", 2, 3), integer("keepdims", 0));
    g.nodeTo("features", "Identity", List.of("scores"));
    g.output("score_map", OnnxGraph.FLOAT, List.of("N", classes, "h", "w"));
    g.output("scores", OnnxGraph.FLOAT, List.of("N", classes));
    g.output("features", OnnxGraph.FLOAT, List.of("N", classes));
    ModelCard card =
        new ModelCard(
            "one-convolution",
            "1",
            "one 1x1 convolution",
            ModelCard.Task.CLASSIFY,
            IntStream.range(0, classes).mapToObj(k -> "class-" + k).toList(),
            List.of(0f, 0f, 0f),
            List.of(1f, 1f, 1f),
            224,
            224,
            224,
            32,
            classes,
            "none: for benchmarks of what is not the network");
    g.write(file, card.toMetadata());
    return file;
  }

  private static ModelCard card(String name, ModelCard.Task task) {
    Map<String, String> metadata =
        colourCard(name, "1", List.of("red", "green", "blue")).toMetadata();
    metadata.put("vggstream.task", task.metadataName());
    return ModelCard.fromMetadata(metadata);
  }

  /** Mean colours of 4 x 4 pixels, less 128, over 64: (N, 3, H/4, W/4). */
  private static String pooled(OnnxGraph g) {
    g.input(GraphSignature.PIXELS, OnnxGraph.UINT8, List.of("N", "H", "W", 3));
    String x = g.node("Cast", List.of(GraphSignature.PIXELS), integer("to", OnnxGraph.FLOAT));
    x = g.node("Transpose", List.of(x), ints("perm", 0, 3, 1, 2)); // (N, 3, H, W)
    x = g.node("Sub", List.of(x, g.constant(new float[] {128, 128, 128}, 1, 3, 1, 1)));
    float s = 1 / 64f;
    x = g.node("Mul", List.of(x, g.constant(new float[] {s, s, s}, 1, 3, 1, 1)));
    return g.node("AveragePool", List.of(x), ints("kernel_shape", 4, 4), ints("strides", 4, 4));
  }

  private static void addColour(OnnxGraph g, String pooled) {
    addColour(g, pooled, g.constant(new float[1]));
  }

  /** Adds the outputs, and a number to the scores. */
  private static void addColour(OnnxGraph g, String pooled, String number) {
    float[] mean = new float[3 * 3 * 2 * 2]; // (3, 3, 2, 2)
    for (int c = 0; c < 3; c++) {
      for (int i = 0; i < 4; i++) {
        mean[(c * 3 + c) * 4 + i] = 0.25f;
      }
    }
    g.nodeTo("score_map", "Conv", List.of(pooled, g.constant(mean, 3, 3, 2, 2))); // (N, 3, h, w)
    String scores =
        g.node("ReduceMean", List.of("score_map"), ints("axes", 2, 3), integer("keepdims", 0));
    g.nodeTo("scores", "Add", List.of(scores, number));
    g.nodeTo("features", "Identity", List.of("scores"));
    g.output("score_map", OnnxGraph.FLOAT, List.of("N", 3, "h", "w"));
    g.output("scores", OnnxGraph.FLOAT, List.of("N", 3));
    g.output("features", OnnxGraph.FLOAT, List.of("N", 3));
  }

  private static void addBox(OnnxGraph g, String pooled, float... box) {
    String weights = g.constant(new float[4 * 3 * 2 * 2], 4, 3, 2, 2); // zeros
    g.nodeTo("box_map", "Conv", List.of(pooled, weights, g.constant(box, 4))); // (N, 4, h, w)
    g.output("box_map", OnnxGraph.FLOAT, List.of("N", 4, "h", "w"));
  }
}
