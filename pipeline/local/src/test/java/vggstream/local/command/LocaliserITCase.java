package vggstream.local.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import vggstream.image.ImageEncoder;
import vggstream.image.Size;
import vggstream.model.ModelFiles;

/** Boxes through the whole stream: real broker, real cluster, real networks. */
@Timeout(180)
class LocaliserITCase {
  private static final int IMAGES = 24;

  /** Sticks out of its window to the right and below. */
  private static final float[] BOX = {0.75f, 0.75f, 1f, 0.75f};

  @TempDir private Path directory;
  private Path images;

  @BeforeEach
  void writeImages() throws IOException {
    images = Files.createDirectory(directory.resolve("images"));
    Random random = new Random(1);
    for (int i = 0; i < IMAGES; i++) {
      Size size = new Size(20 + random.nextInt(60), 20 + random.nextInt(60));
      byte[] rgb = new byte[Math.toIntExact(size.pixels() * 3)]; // (H, W, 3)
      random.nextBytes(rgb);
      Files.write(images.resolve(i + ".png"), ImageEncoder.png(ByteBuffer.wrap(rgb), size));
    }
  }

  @Test
  void everyPredictionHasBoxesWithinItsImage() throws Exception {
    Path classifier = ModelFiles.colour(directory.resolve("colour.onnx"));
    Path localiser = ModelFiles.box(directory.resolve("box.onnx"), BOX);
    List<JsonNode> apart =
        predictions("apart", "--model", classifier.toString(), "--localiser", localiser.toString());
    assertEquals(IMAGES, apart.size());
    for (JsonNode prediction : apart) {
      assertBoxes(prediction);
      assertEquals("box 1", prediction.at("/attributes/vgg.localiser").asText());
      assertEquals(64, prediction.at("/attributes/vgg.localiser.sha256").asText().length());
    }

    Path joined = ModelFiles.colourAndBox(directory.resolve("joined.onnx"), BOX);
    List<JsonNode> together = predictions("together", "--model", joined.toString());
    assertEquals(
        apart.stream().map(p -> p.get("eventId") + " " + p.get("boxes")).sorted().toList(),
        together.stream().map(p -> p.get("eventId") + " " + p.get("boxes")).sorted().toList());
    assertEquals("{}", together.get(0).get("attributes").toString());
  }

  private static void assertBoxes(JsonNode prediction) {
    double width = prediction.at("/image/width").asDouble();
    double height = prediction.at("/image/height").asDouble();
    JsonNode boxes = prediction.get("boxes");
    assertEquals(3, boxes.size());
    for (int r = 0; r < 3; r++) {
      JsonNode box = boxes.get(r);
      assertEquals(prediction.at("/predictions/" + r + "/classIndex"), box.get("classIndex"));
      assertEquals(prediction.at("/predictions/" + r + "/label"), box.get("label"));
      double score = box.get("score").asDouble();
      assertTrue(score > 0 && score <= 1, prediction::toString);
      assertSide(box, "x", width);
      assertSide(box, "y", height);
    }
  }

  private static void assertSide(JsonNode box, String axis, double side) {
    double min = box.get(axis + "Min").asDouble();
    double max = box.get(axis + "Max").asDouble();
    assertTrue(min >= 0 && min < max && max <= side, box::toString);
    double minNormalised = box.get(axis + "MinNormalised").asDouble();
    double maxNormalised = box.get(axis + "MaxNormalised").asDouble();
    assertEquals(min / side, minNormalised, 1e-6);
    assertEquals(max / side, maxNormalised, 1e-6);
    assertTrue(minNormalised >= 0 && maxNormalised <= 1, box::toString);
  }

  @Test
  void localiserThatDoesNotFitFailsWithEveryReason() throws Exception {
    Path classifier =
        ModelFiles.colour(
            directory.resolve("other.onnx"), "other", "1", List.of("red", "blue", "green"));
    StringWriter err = new StringWriter();
    int exitCode =
        run(
            err,
            "out",
            "--model",
            classifier.toString(),
            "--localiser",
            ModelFiles.colour(directory.resolve("colour.onnx")).toString());
    assertEquals(1, exitCode);
    assertTrue(
        err.toString().contains("a localiser must be of a task with boxes: colour is of CLASSIFY"),
        err::toString);
    assertTrue(err.toString().contains("class 1 is blue in other, green in colour"), err::toString);
    assertFalse(Files.exists(directory.resolve("out/predictions.jsonl")));
  }

  private int run(StringWriter err, String out, String... args) {
    CommandLine line = VggLocal.commandLine();
    line.setOut(new PrintWriter(new StringWriter()));
    line.setErr(new PrintWriter(err));
    List<String> all = new ArrayList<>(List.of("run", "--images", images.toString()));
    all.addAll(List.of("--scales", "8,16", "--out", directory.resolve(out).toString()));
    Stream.of(args).forEach(all::add);
    return line.execute(all.toArray(String[]::new));
  }

  private List<JsonNode> predictions(String out, String... args) throws IOException {
    StringWriter err = new StringWriter();
    assertEquals(0, run(err, out, args), err::toString);
    ObjectMapper mapper = new ObjectMapper();
    List<JsonNode> predictions = new ArrayList<>();
    for (String line : Files.readAllLines(directory.resolve(out).resolve("predictions.jsonl"))) {
      predictions.add(mapper.readTree(line));
    }
    return predictions;
  }
}
