package vggstream.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;
import vggstream.model.DenseModel;
import vggstream.model.DenseModels;
import vggstream.model.DenseOutputs;
import vggstream.model.Device;
import vggstream.model.ModelCard;
import vggstream.model.ModelOptions;
import vggstream.model.Output;
import vggstream.tensor.PixelBatch;
import vggstream.train.data.TestImages;
import vggstream.train.network.Configuration;
import vggstream.train.network.Head;
import vggstream.train.network.InferenceGraph;
import vggstream.train.network.Initialisation;
import vggstream.train.network.ModelFile;
import vggstream.train.network.Network;
import vggstream.train.network.NetworkSpec;
import vggstream.train.network.ParameterSource;
import vggstream.train.network.Preprocessing;

class ExportPrecisionTest {
  /** Of scores and boxes, relative to the largest: 11 bits a value, some tens of layers. */
  private static final double TOLERANCE = 0.01;

  private static final Preprocessing PREPROCESSING =
      Preprocessing.of(List.of(120f, 120f, 120f), 1 / 58f);

  @TempDir private Path root;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private Path full;
  private Path half;

  @BeforeEach
  void name() {
    full = root.resolve("full.onnx");
    half = root.resolve("half.onnx");
  }

  private int execute(Object... args) {
    CommandLine line = VggTrain.commandLine();
    line.setOut(new PrintWriter(out, true));
    line.setErr(new PrintWriter(err, true));
    return line.execute(Arrays.stream(args).map(String::valueOf).toArray(String[]::new));
  }

  private static void write(Path file, Configuration configuration, Head head, ParameterSource from)
      throws IOException {
    Network network = network(configuration, head);
    ModelCard card =
        new ModelCard(
            "net",
            "7",
            "VGG-" + configuration.title(),
            switch (head) {
              case CLASSIFY -> ModelCard.Task.CLASSIFY;
              case SCR -> ModelCard.Task.LOCALISE_SCR;
              case PCR -> ModelCard.Task.LOCALISE_PCR;
            },
            List.of("c0", "c1"),
            PREPROCESSING.mean(),
            PREPROCESSING.scale(),
            36,
            36,
            32,
            NetworkSpec.STRIDE,
            6,
            "random");
    InferenceGraph.write(network, PREPROCESSING, card.toMetadata(), from, file);
  }

  private static Network network(Configuration configuration, Head head) {
    return Network.of(new NetworkSpec(configuration, 32, 0.1, 6, 2).withHead(head));
  }

  private static ParameterSource he(Configuration configuration, Head head) {
    return Initialisation.parse("he").source(network(configuration, head), 3);
  }

  /** He's weights, those of one layer multiplied. */
  private static ParameterSource loud(String layer, float factor) {
    ParameterSource he = he(Configuration.A, Head.CLASSIFY);
    return (name, first, into) -> {
      FloatBuffer view = into.duplicate();
      he.read(name, first, into);
      for (int i = view.position(); name.equals(layer + ".weight") && i < view.limit(); i++) {
        view.put(i, factor * view.get(i));
      }
    };
  }

  private static float[] run(Path file, PixelBatch pixels, Output output) {
    try (DenseModel model =
        DenseModels.open(file, ModelOptions.on(new Device.Cpu()).withThreads(1))) {
      DenseOutputs outputs =
          DenseOutputs.allocate(
              model.card(), pixels.count(), pixels.height(), pixels.width(), EnumSet.of(output));
      model.run(pixels, outputs);
      float[] values = new float[outputs.get(output).capacity()];
      outputs.get(output).get(0, values);
      return values;
    }
  }

  private static PixelBatch noise() {
    PixelBatch pixels = PixelBatch.allocate(3, 40, 70);
    byte[] image = new byte[40 * 70 * 3];
    Random random = new Random(5);
    for (int n = 0; n < 3; n++) {
      random.nextBytes(image);
      pixels.slot(n).put(image);
    }
    return pixels;
  }

  private void requireClose(Output output) {
    float[] expected = run(full, noise(), output);
    float[] found = run(half, noise(), output);
    double largest = 0;
    for (float value : expected) {
      largest = Math.max(largest, Math.abs(value));
    }
    for (int i = 0; i < expected.length; i++) {
      assertEquals(expected[i], found[i], TOLERANCE * largest, output.graphName());
    }
    assertFalse(Arrays.equals(expected, found), "rounded weights must give other values");
  }

  private static Map<String, String> metadata(Path file) throws IOException {
    try (ModelFile opened = ModelFile.open(file)) {
      return opened.metadata();
    }
  }

  @ParameterizedTest
  @CsvSource({"A, CLASSIFY", "A-LRN, CLASSIFY", "C, CLASSIFY", "B, SCR", "A, PCR"})
  void anFp16FileGivesTheSameWithinATolerance(String title, Head head) throws Exception {
    Configuration configuration = Configuration.parse(title);
    write(full, configuration, head, he(configuration, head));
    assertEquals(
        0, execute("export", "--model", full, "--precision", "fp16", "--out", half), err::toString);
    assertTrue(out.toString().contains("largest output of a layer: "), out.toString());
    assertTrue(out.toString().contains("over 10 images; fp16 holds 65504"), out.toString());
    if (head.localises()) {
      requireClose(Output.BOX_MAP);
    } else {
      requireClose(Output.SCORES);
      requireClose(Output.SCORE_MAP);
      requireClose(Output.FEATURES);
    }
    try (Stream<Path> files = Files.list(root)) {
      assertEquals(List.of(full, half), files.sorted().toList());
    }
  }

  @Test
  void theCardSaysThePrecision() throws Exception {
    write(full, Configuration.A, Head.CLASSIFY, he(Configuration.A, Head.CLASSIFY));
    assertEquals(
        0, execute("export", "--model", full, "--precision", "fp16", "--out", half), err::toString);
    Map<String, String> metadata = metadata(half);
    assertEquals("fp16", metadata.get("vggstream.precision"));
    ModelCard card = ModelCard.fromMetadata(metadata);
    assertEquals("7-fp16", card.version());
    assertEquals("random; rounded to fp16", card.weightsSource());
    assertEquals(ModelCard.fromMetadata(metadata(full)).labels(), card.labels());
    assertNotEquals(sha256(full), sha256(half));
    Path again = root.resolve("again.onnx");
    assertEquals(0, execute("export", "--model", half, "--precision", "fp16", "--out", again));
    assertEquals("7-fp16", ModelCard.fromMetadata(metadata(again)).version());
    Path same = root.resolve("same.onnx");
    assertEquals(0, execute("export", "--model", full, "--out", same));
    assertEquals(sha256(full), sha256(same), "fp32 is written as before, bit for bit");
  }

  private static String sha256(Path file) throws Exception {
    try (SavedModel model = SavedModel.open(file)) {
      return model.identity().sha256();
    }
  }

  @Test
  void accuracyAndSpeedStandBesideThoseOfFp32() throws Exception {
    write(full, Configuration.A, Head.CLASSIFY, he(Configuration.A, Head.CLASSIFY));
    Path data = TestImages.folder(root.resolve("data/test"), 2, 5, 40);
    assertEquals(
        0,
        execute(
            "export",
            "--model",
            full,
            "--precision",
            "fp16",
            "--data",
            data,
            "--batch",
            4,
            "--out",
            half),
        err::toString);
    List<String> lines = out.toString().lines().toList();
    assertTrue(
        lines.get(0).startsWith("precision  file MB  top-1 error  top-5 error"), lines::toString);
    String number = "\\d+\\.\\d+";
    assertTrue(
        lines.get(1).matches("fp32 +" + number + " +" + number + " % +0.00 % +- +" + number),
        lines::toString);
    assertTrue(
        lines
            .get(2)
            .matches("fp16 +" + number + " +" + number + " % +0.00 % +[0-9.e-]+ +" + number),
        lines::toString);
    assertTrue(lines.get(3).startsWith("10 images, 0 unreadable; dense, Q 36"), lines::toString);
    assertTrue(lines.get(4).contains("over 20 images"), lines::toString);
    double difference = Double.parseDouble(lines.get(2).split(" +")[6]);
    assertTrue(difference > 0 && difference < TOLERANCE, lines::toString);
    try (Stream<Path> files = Files.list(root)) {
      assertEquals(List.of("data", "full.onnx", "half.onnx"), names(files));
    }
  }

  private static List<String> names(Stream<Path> files) {
    return files.map(file -> file.getFileName().toString()).sorted().toList();
  }

  @Test
  void aNetworkThatFp16DoesNotHoldIsRefusedWithTensorOrLayerAndValue() throws Exception {
    Files.writeString(half, "old");
    write(full, Configuration.A, Head.CLASSIFY, loud("conv2_1", 1e6f));
    assertEquals(1, execute("export", "--model", full, "--precision", "fp16", "--out", half));
    assertTrue(
        err.toString().matches("(?s).*within -65504.0..65504.0 .* of conv2_1.weight was .*"),
        err.toString());
    write(full, Configuration.A, Head.CLASSIFY, loud("conv2_1", 6e4f)); // weights fit, sums do not
    assertEquals(1, execute("export", "--model", full, "--precision", "fp16", "--out", half));
    assertTrue(
        err.toString().matches("(?s).*at most 32752 to be computed in fp16.*: conv\\d_\\d gave .*"),
        err.toString());
    assertEquals("old", Files.readString(half));
    try (Stream<Path> files = Files.list(root)) {
      assertEquals(List.of("full.onnx", "half.onnx"), names(files));
    }
  }

  @Test
  void wrongUsageIsRefusedWithTheChoices() throws Exception {
    write(full, Configuration.A, Head.SCR, he(Configuration.A, Head.SCR));
    assertEquals(2, execute("export", "--model", full, "--precision", "half", "--out", half));
    assertTrue(
        err.toString().contains("--precision must be one of [fp32, fp16]: was half"),
        err.toString());
    assertEquals(2, execute("export", "--model", full, "--data", root, "--out", half));
    assertTrue(err.toString().contains("--precision was fp32"), err.toString());
    Path data = TestImages.folder(root.resolve("data/test"), 2, 1, 40);
    assertEquals(
        1,
        execute("export", "--model", full, "--precision", "fp16", "--data", data, "--out", half));
    assertTrue(err.toString().contains("--data compares networks that classify"), err.toString());
    assertFalse(Files.exists(half));
  }
}
