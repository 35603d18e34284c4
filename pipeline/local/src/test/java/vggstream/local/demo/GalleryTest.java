package vggstream.local.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import vggstream.local.scene.CameraFeed;
import vggstream.local.scene.Frame;
import vggstream.schema.ImageInfo;
import vggstream.schema.Model;
import vggstream.schema.Origin;
import vggstream.schema.Prediction;
import vggstream.schema.RankedLabel;
import vggstream.schema.TestProtocol;
import vggstream.schema.Timings;

class GalleryTest {
  private static Sighting sighting(String camera, int number, boolean right) {
    Frame frame = new CameraFeed(camera, 1, 96, 64, 4).frame(number);
    Instant sent = Instant.ofEpochMilli(1_000_000 + number);
    Prediction prediction =
        Prediction.newBuilder()
            .setEventId(camera + "/" + number)
            .setSource(camera)
            .setCapturedAt(sent)
            .setPredictedAt(sent.plusMillis(15))
            .setModel(new Model("scenes", "1", "0".repeat(64), "PRIMARY"))
            .setImage(new ImageInfo(96, 64, "JPEG"))
            .setProtocol(new TestProtocol(List.of(72), true, "NONE"))
            .setPredictions(
                List.of(
                    new RankedLabel(1, 0, right ? frame.thing().label() : "</script>", 0.75f),
                    new RankedLabel(2, 1, "other", 0.25f)))
            .setBoxes(List.of())
            .setTimings(new Timings(1L, 2L, 3L, 2))
            .setOrigin(new Origin("image-events", 0, (long) number))
            .setAttributes(Map.of())
            .build();
    return new Sighting(camera, number, frame.thing(), frame.box(), frame.toJpeg(), prediction);
  }

  @Test
  void pageHoldsEveryFrameAndNoTextOfALabelEndsItsScript(@TempDir Path directory) throws Exception {
    Path index =
        Gallery.write(
            List.of(sighting("a", 0, true), sighting("a", 1, false), sighting("b", 0, true)),
            directory);
    String page = Files.readString(index);
    assertEquals(3, page.split("data:image/jpeg;base64,", -1).length - 1);
    assertEquals(1, page.split("</script>", -1).length - 1);
    assertFalse(page.contains("/*DATA*/"));
    BufferedImage image = ImageIO.read(directory.resolve("a/0001.jpg").toFile());
    assertEquals(96, image.getWidth());
  }

  @Test
  void framesOfAnEarlierDemoAreDeleted(@TempDir Path directory) throws Exception {
    Gallery.write(List.of(sighting("a", 0, true), sighting("a", 1, true)), directory);
    Gallery.write(List.of(sighting("a", 0, true)), directory);
    assertFalse(Files.exists(directory.resolve("a/0001.jpg")));
    assertTrue(Files.exists(directory.resolve("a/0000.jpg")));
  }

  @Test
  void plainTableIsLinesWithoutControlCharacters() {
    StringWriter out = new StringWriter();
    LiveTable table = new LiveTable(new PrintWriter(out), false, List.of("a", "b"));
    table.add(sighting("a", 0, true));
    table.draw(false);
    table.add(sighting("a", 1, false));
    table.draw(false); // within a second: nothing
    table.draw(true);
    table.draw(true); // nothing new: nothing
    String text = out.toString();
    assertTrue(text.contains("75.0 %"), text);
    assertTrue(text.contains("nothing yet"), text);
    assertTrue(text.contains("1/2"), text);
    assertEquals(-1, text.indexOf('\u001b'));
    assertEquals(5, text.lines().count(), text);
  }

  @Test
  void tableOnATerminalIsDrawnOverItself() {
    StringWriter out = new StringWriter();
    LiveTable table = new LiveTable(new PrintWriter(out), true, List.of("a", "b"));
    table.draw(false);
    table.draw(false);
    assertTrue(out.toString().contains("\u001b[2A"), out.toString());
  }
}
