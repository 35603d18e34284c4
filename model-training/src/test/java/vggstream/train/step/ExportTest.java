package vggstream.train.step;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import vggstream.classify.DenseClassifier;
import vggstream.classify.Protocol;
import vggstream.image.ImageDecoder;
import vggstream.image.ImageLimits;
import vggstream.image.Rescale;
import vggstream.image.RgbImage;
import vggstream.image.Size;
import vggstream.model.DenseModel;
import vggstream.model.DenseModels;
import vggstream.model.DenseOutputs;
import vggstream.model.Device;
import vggstream.model.ModelCard;
import vggstream.model.ModelOptions;
import vggstream.model.Output;
import vggstream.tensor.PixelBatch;
import vggstream.train.network.Configuration;
import vggstream.train.network.Head;
import vggstream.train.network.InferenceGraph;
import vggstream.train.network.Network;
import vggstream.train.network.NetworkSpec;
import vggstream.train.network.ParameterSource;

/** The model file against the training graph, and against LibTorch on larger images. */
class ExportTest {
  private static final int CLASSES = 7;
  private static final int FC = 20;

  @TempDir Path folder;

  private static Network network(Configuration configuration, int crop) {
    return Network.of(new NetworkSpec(configuration, crop, 1 / 16.0, FC, CLASSES));
  }

  private static ModelCard.Task task(Head head) {
    return switch (head) {
      case CLASSIFY -> ModelCard.Task.CLASSIFY;
      case SCR -> ModelCard.Task.LOCALISE_SCR;
      case PCR -> ModelCard.Task.LOCALISE_PCR;
    };
  }

  private static ModelCard card(Network network) {
    int crop = network.spec().cropSide();
    return new ModelCard(
        "test",
        "1",
        "VGG-" + network.spec().configuration().title(),
        task(network.spec().head()),
        IntStream.range(0, CLASSES).mapToObj(k -> "class " + k).toList(),
        Samples.PREPROCESSING.mean(),
        Samples.PREPROCESSING.scale(),
        crop,
        crop,
        crop,
        NetworkSpec.STRIDE,
        FC,
        "random");
  }

  private DenseModel export(Network network, Map<String, float[]> values) throws IOException {
    Path file = folder.resolve("model.onnx");
    ParameterSource source =
        (name, first, into) -> into.put(values.get(name), (int) first, into.remaining());
    InferenceGraph.write(network, Samples.PREPROCESSING, card(network).toMetadata(), source, file);
    try (Stream<Path> files = Files.list(folder)) {
      assertEquals(List.of(file), files.toList());
    }
    return DenseModels.open(file, ModelOptions.on(new Device.Cpu()).withThreads(2));
  }

  /** Scores, or the boxes of the images' own classes. */
  private static float[] trainingScores(
      Network network, Map<String, float[]> values, PixelBatch pixels) {
    int batch = pixels.count();
    LongBuffer labels = Samples.labels(batch, CLASSES, 1);
    StepOptions options = StepOptions.cpu(2);
    Device device = options.devices().get(0);
    try (DeviceCopy copy = new DeviceCopy(device);
        GradientPass pass =
            new GradientPass(network, batch, Samples.PREPROCESSING, options, device);
        ParameterMemory parameters = new ParameterMemory(network, copy);
        ParameterMemory gradients = new ParameterMemory(network, copy)) {
      values.forEach((name, v) -> parameters.load(name, 0, FloatBuffer.wrap(v)));
      pass.bind(parameters, gradients);
      FloatBuffer boxes = network.spec().head().localises() ? Samples.boxes(batch, 1) : null;
      pass.run(new StepPart(pixels, labels, null, boxes), 1, 0, new DropoutKey(0, 0));
      return Samples.array(pass.predictions());
    }
  }

  @ParameterizedTest
  @EnumSource(Configuration.class)
  void modelFileGivesTheTrainingGraphsScores(Configuration configuration) throws IOException {
    Network network = network(configuration, 64);
    Map<String, float[]> values = Samples.parameters(network, 5);
    PixelBatch pixels = Samples.pixels(3, 64, 6);
    try (DenseModel model = export(network, values)) {
      assertEquals(card(network), model.card());
      DenseOutputs outputs =
          DenseOutputs.allocate(
              model.card(), 3, 64, 64, EnumSet.complementOf(EnumSet.of(Output.BOX_MAP)));
      model.run(pixels, outputs);
      float[] expected = trainingScores(network, values, pixels);
      Closeness.requireClose("scores", expected, Samples.array(outputs.get(Output.SCORES)), 1e-5);
      Closeness.requireClose(
          "score_map", expected, Samples.array(outputs.get(Output.SCORE_MAP)), 1e-5);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"SCR", "PCR"})
  void modelFileGivesTheTrainingGraphsBoxes(Head head) throws IOException {
    Network network = Network.of(network(Configuration.D, 64).spec().withHead(head));
    Map<String, float[]> values = Samples.parameters(network, 5);
    PixelBatch pixels = Samples.pixels(3, 64, 6);
    try (DenseModel model = export(network, values)) {
      assertEquals(card(network), model.card());
      DenseOutputs outputs =
          DenseOutputs.allocate(model.card(), 3, 64, 64, EnumSet.of(Output.BOX_MAP));
      model.run(pixels, outputs);
      float[] map = Samples.array(outputs.get(Output.BOX_MAP));
      LongBuffer labels = Samples.labels(3, CLASSES, 1);
      float[] own = new float[3 * 4];
      for (int n = 0; n < 3; n++) {
        int at = head == Head.PCR ? 4 * (CLASSES * n + (int) labels.get(n)) : 4 * n;
        System.arraycopy(map, at, own, 4 * n, 4);
      }
      Closeness.requireClose("boxes", trainingScores(network, values, pixels), own, 1e-5);
    }
  }

  @Test
  void denseNetDGivesTheFullyConnectedNetsScoresOnACrop() throws IOException {
    Network network = network(Configuration.D, 224);
    Map<String, float[]> values = Samples.parameters(network, 5);
    PixelBatch pixels = Samples.pixels(1, 224, 6);
    try (DenseModel model = export(network, values)) {
      DenseOutputs outputs =
          DenseOutputs.allocate(model.card(), 1, 224, 224, EnumSet.of(Output.SCORES));
      model.run(pixels, outputs);
      float[] expected = trainingScores(network, values, pixels);
      Closeness.requireClose("scores", expected, Samples.array(outputs.get(Output.SCORES)), 1e-4);
    }
  }

  @ParameterizedTest
  @CsvSource({"224, 255, 1, 1", "256, 320, 2, 4", "287, 288, 2, 3"})
  void mapOfALargerImageHasAPositionEvery32Pixels(int height, int width, int h, int w)
      throws IOException {
    Network network = network(Configuration.D, 224);
    try (DenseModel model = export(network, Samples.parameters(network, 5))) {
      DenseOutputs outputs =
          DenseOutputs.allocate(model.card(), 1, height, width, EnumSet.of(Output.SCORE_MAP));
      assertArrayEquals(new long[] {1, CLASSES, h, w}, outputs.shape(Output.SCORE_MAP));
      model.run(PixelBatch.allocate(1, height, width), outputs);
    }
  }

  @Test
  void posteriorsAtTwoScalesWithFlipsEqualLibTorchs() throws Exception {
    List<RgbImage> images = new ArrayList<>();
    for (int[] size : new int[][] {{300, 260}, {120, 200}}) {
      images.add(decode(drawn(size[0], size[1])));
    }
    comparePosteriors(images);
  }

  @Test
  void posteriorsOfPhotographsEqualLibTorchs() throws Exception {
    Path photos = dataFolder().resolve("photos");
    assumeTrue(Files.isDirectory(photos), "no data folder with photos: skipped");
    List<Path> files;
    try (Stream<Path> all = Files.list(photos)) {
      files = all.sorted().limit(3).toList();
    }
    List<RgbImage> images = new ArrayList<>();
    for (Path file : files) {
      images.add(decode(Files.readAllBytes(file)));
    }
    comparePosteriors(images);
  }

  private void comparePosteriors(List<RgbImage> images) throws Exception {
    Network network = network(Configuration.D, 224);
    Map<String, float[]> values = Samples.parameters(network, 5);
    List<Integer> scales = List.of(256, 320);
    try (DenseModel model = export(network, values);
        LibTorchNetwork peer = new LibTorchNetwork(network, values)) {
      List<double[]> posteriors =
          new DenseClassifier(List.of(model), new Protocol(scales, true), 4).posteriors(images);
      for (int i = 0; i < images.size(); i++) {
        double[] expected = new double[CLASSES];
        for (int q : scales) {
          addViews(images.get(i), q, peer, expected);
        }
        for (int k = 0; k < CLASSES; k++) {
          assertEquals(expected[k] / 4, posteriors.get(i)[k], 1e-4);
        }
      }
    } finally {
      images.forEach(RgbImage::close);
    }
  }

  /** Adds LibTorch's posteriors of an image and its mirror image at a scale. */
  private static void addViews(RgbImage image, int q, LibTorchNetwork peer, double[] sum) {
    Size size = Rescale.toSmallerSide(image.originalSize(), q);
    PixelBatch views = PixelBatch.allocate(2, size.height(), size.width());
    Rescale.rescale(image, size, views.slot(0));
    Rescale.mirror(views.slot(0), size, views.slot(1));
    float[] x = Samples.floats(Samples.preprocessed(views, Samples.PREPROCESSING));
    NDArray input = peer.array(x, 2, 3, size.height(), size.width());
    Shape[] shape = new Shape[1];
    float[] map = peer.scoreMap(input, shape);
    int positions = (int) (shape[0].get(2) * shape[0].get(3));
    assertTrue(positions > 1, "the map must be larger than 1 x 1: was " + shape[0]);
    for (int n = 0; n < 2; n++) {
      double[] scores = new double[CLASSES];
      double total = 0;
      for (int k = 0; k < CLASSES; k++) {
        for (int i = 0; i < positions; i++) {
          scores[k] += (double) map[(n * CLASSES + k) * positions + i] / positions;
        }
        total += Math.exp(scores[k]);
      }
      for (int k = 0; k < CLASSES; k++) {
        sum[k] += Math.exp(scores[k]) / total;
      }
    }
  }

  @Test
  void aFailedExportLeavesTheOldFile() throws IOException {
    Network network = network(Configuration.A, 32);
    Path file = Files.writeString(folder.resolve("model.onnx"), "old");
    ParameterSource broken =
        (name, first, into) -> {
          throw new UncheckedIOException(new IOException("no more parameters"));
        };
    assertThrows(
        UncheckedIOException.class,
        () ->
            InferenceGraph.write(
                network, Samples.PREPROCESSING, card(network).toMetadata(), broken, file));
    assertEquals("old", Files.readString(file));
    try (Stream<Path> files = Files.list(folder)) {
      assertEquals(List.of(file), files.toList());
    }
  }

  private static RgbImage decode(byte[] encoded) throws Exception {
    ByteBuffer direct = ByteBuffer.allocateDirect(encoded.length).put(encoded).flip();
    return new ImageDecoder(ImageLimits.DEFAULT).decode(direct);
  }

  /** A smooth picture with some noise, as PNG. */
  private static byte[] drawn(int width, int height) throws IOException {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Random random = new Random(width);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int r = (int) (127 + 100 * Math.sin(x / 17.0)) + random.nextInt(20);
        int g = (int) (127 + 100 * Math.sin(y / 11.0)) + random.nextInt(20);
        int b = (x + y) * 200 / (width + height) + random.nextInt(20);
        image.setRGB(x, y, r << 16 | g << 8 | b);
      }
    }
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    ImageIO.write(image, "png", png);
    return png.toByteArray();
  }

  /**
   * The data folder: system property {@code vgg.data}, or {@code shared/data} by the repository.
   */
  private static Path dataFolder() {
    String property = System.getProperty("vgg.data");
    if (property != null) {
      return Path.of(property);
    }
    Path root = Path.of("").toAbsolutePath();
    while (root.getParent() != null && !Files.isDirectory(root.resolve(".mvn"))) {
      root = root.getParent();
    }
    return root.resolve("../shared/data").normalize();
  }
}
