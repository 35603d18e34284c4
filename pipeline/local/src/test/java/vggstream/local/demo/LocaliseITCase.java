package vggstream.local.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import vggstream.local.TurnedJpeg;
import vggstream.local.run.FolderRun;
import vggstream.local.run.Pictures;
import vggstream.local.scene.Frame;
import vggstream.local.scene.SceneDataSet;
import vggstream.local.scene.SceneDataSet.Split;
import vggstream.localise.Box;

/** A folder through broker and job with the demo's two networks. */
@Timeout(180)
class LocaliseITCase {
  private static final int SCENES = 24;

  @TempDir private Path directory;

  @Test
  void everyPredictionHasBoxesWithinItsImageAndIsDrawn() throws Exception {
    Path images = directory.resolve("images");
    SceneDataSet set = new SceneDataSet(9, 160, 120);
    for (int i = 0; i < SCENES; i++) {
      Path file = images.resolve("scenes/%02d.jpg".formatted(i));
      Files.createDirectories(file.getParent());
      Files.write(file, set.image(Split.TEST, i).toJpeg());
    }
    BufferedImage upright = set.image(Split.VAL, 3).image();
    Files.createDirectory(images.resolve("turned"));
    for (int orientation = 1; orientation <= 8; orientation++) {
      Files.write(
          images.resolve("turned/%d.jpg".formatted(orientation)),
          TurnedJpeg.of(upright, orientation));
    }
    Path out = directory.resolve("out");
    FolderRun run =
        new FolderRun(
            new FolderRun.Settings(
                images,
                out,
                Map.of(
                    "model",
                    Demo.extract(Demo.MODEL, directory.resolve("model.onnx")).toString(),
                    "localiser",
                    Demo.extract(Demo.LOCALISER, directory.resolve("boxes.onnx")).toString(),
                    "scales",
                    "32",
                    "device",
                    "cpu"),
                2,
                0,
                Duration.ofSeconds(120),
                Files.createDirectory(directory.resolve("tmp")),
                new Pictures.Kinds(Pictures.Annotate.BOXES, true)),
            new Silent());

    run.run();
    Pictures.Drawn drawn = run.draw();

    Map<String, JsonNode> predictions = read(out.resolve("predictions.jsonl"));
    assertEquals(SCENES + 8, predictions.size());
    predictions.values().forEach(LocaliseITCase::assertBoxesWithinTheImage);
    int located = 0;
    for (int i = 0; i < SCENES; i++) {
      Frame truth = set.image(Split.TEST, i);
      JsonNode prediction = predictions.get("scenes/%02d.jpg".formatted(i));
      boolean right = prediction.at("/predictions/0/label").asText().equals(truth.thing().label());
      located += right && box(prediction).iou(truth.box()) > 0.5 ? 1 : 0;
    }
    assertTrue(located >= 0.8 * SCENES, located + " of " + SCENES);
    Box expected = box(predictions.get("turned/1.jpg"));
    for (int orientation = 2; orientation <= 8; orientation++) {
      JsonNode prediction = predictions.get("turned/%d.jpg".formatted(orientation));
      assertEquals(160, prediction.at("/image/width").asInt());
      Box actual = box(prediction);
      assertEquals(expected.xMin(), actual.xMin(), 1, "orientation " + orientation);
      assertEquals(expected.yMin(), actual.yMin(), 1, "orientation " + orientation);
      assertEquals(expected.xMax(), actual.xMax(), 1, "orientation " + orientation);
      assertEquals(expected.yMax(), actual.yMax(), 1, "orientation " + orientation);
    }
    assertEquals(SCENES + 8, drawn.annotated(), drawn.toString());
    assertEquals(SCENES + 8, drawn.heatmaps(), drawn.toString());
    BufferedImage turned = ImageIO.read(out.resolve("annotated/turned/6.jpg.jpg").toFile());
    assertEquals(2 * 160, turned.getWidth(), "enlarged, as its smaller side is 120 pixels");
  }

  /** The box of the most probable class. */
  private static Box box(JsonNode prediction) {
    int best = prediction.at("/predictions/0/classIndex").asInt();
    for (JsonNode box : prediction.get("boxes")) {
      if (box.get("classIndex").asInt() == best) {
        return new Box(
            box.get("xMin").asDouble(),
            box.get("yMin").asDouble(),
            box.get("xMax").asDouble(),
            box.get("yMax").asDouble());
      }
    }
    throw new AssertionError("no box of the most probable class: " + prediction);
  }

  private static void assertBoxesWithinTheImage(JsonNode prediction) {
    int width = prediction.at("/image/width").asInt();
    int height = prediction.at("/image/height").asInt();
    JsonNode boxes = prediction.get("boxes");
    assertTrue(boxes.size() >= 1 && boxes.size() <= 5, prediction.toString());
    for (JsonNode box : boxes) {
      assertTrue(
          box.get("xMin").asDouble() >= 0
              && box.get("yMin").asDouble() >= 0
              && box.get("xMax").asDouble() <= width
              && box.get("yMax").asDouble() <= height
              && box.get("xMin").asDouble() < box.get("xMax").asDouble()
              && box.get("yMin").asDouble() < box.get("yMax").asDouble(),
          box.toString());
      double score = box.get("score").asDouble();
      assertTrue(score >= 0 && score <= 1, box.toString());
    }
  }

  private static Map<String, JsonNode> read(Path file) throws IOException {
    ObjectMapper mapper = new ObjectMapper();
    Map<String, JsonNode> records = new TreeMap<>();
    for (String line : Files.readAllLines(file)) {
      JsonNode record = mapper.readTree(line);
      records.put(record.get("eventId").asText(), record);
    }
    return records;
  }

  private static final class Silent implements FolderRun.Progress {
    @Override
    public void started(URI ui, int files) {}

    @Override
    public void answered(int images) {}
  }
}
