package vggstream.local.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import vggstream.job.config.JobOptions;
import vggstream.local.TurnedJpeg;
import vggstream.local.run.Pictures.Annotate;
import vggstream.local.run.Pictures.Drawn;
import vggstream.local.run.Pictures.Kinds;
import vggstream.local.scene.Frame;
import vggstream.local.scene.SceneDataSet;
import vggstream.model.ModelFiles;

class PicturesTest {
  private static final String BOX =
      "{\"classIndex\":1,\"label\":\"green\",\"score\":0.9,"
          + "\"xMin\":8,\"yMin\":16,\"xMax\":40,\"yMax\":44}";

  @TempDir private Path directory;
  private Path images;
  private Path out;
  private Path predictions;
  private final byte[] jpeg =
      new SceneDataSet(1, 64, 48).image(SceneDataSet.Split.TEST, 0).toJpeg();

  @BeforeEach
  void folders() throws IOException {
    images = Files.createDirectories(directory.resolve("images/sub folder")).getParent();
    out = Files.createDirectory(directory.resolve("out"));
    predictions = out.resolve("predictions.jsonl");
  }

  private static String prediction(String eventId, int width, int height, String boxes) {
    return ("{\"eventId\":\"%s\",\"image\":{\"width\":%d,\"height\":%d},\"predictions\":["
            + "{\"rank\":1,\"classIndex\":1,\"label\":\"green\",\"probability\":0.8},"
            + "{\"rank\":2,\"classIndex\":0,\"label\":\"red\",\"probability\":0.2}],\"boxes\":[%s]}\n")
        .formatted(eventId, width, height, boxes);
  }

  private Drawn draw(Annotate annotate, boolean heatmap) throws Exception {
    JobOptions options =
        JobOptions.of(
            Map.of(
                "bootstrap-servers",
                "127.0.0.1:1",
                "model",
                ModelFiles.colour(directory.resolve("colour.onnx")).toString(),
                "scales",
                "8,16"));
    return new Pictures(images, out, new Kinds(annotate, heatmap), options.classifier())
        .draw(predictions, 2);
  }

  private Set<String> written() throws IOException {
    try (Stream<Path> files = Files.walk(out)) {
      Set<String> paths = new TreeSet<>();
      files
          .filter(f -> Files.isRegularFile(f) && !f.equals(predictions))
          .forEach(f -> paths.add(out.relativize(f).toString().replace('\\', '/')));
      return paths;
    }
  }

  @Test
  void eachImageHasAPictureOfItsOwnInItsSubFolder() throws Exception {
    Files.write(images.resolve("sub folder/a.jpg"), jpeg);
    Files.write(images.resolve("a.jpg"), jpeg);
    Files.write(images.resolve("a.jpg.jpg"), jpeg);
    ImageIO.write(
        new BufferedImage(64, 48, BufferedImage.TYPE_INT_RGB),
        "png",
        images.resolve("a.png").toFile());
    StringBuilder lines = new StringBuilder();
    for (String id : new String[] {"sub folder/a.jpg", "a.jpg", "a.jpg.jpg", "a.png"}) {
      lines.append(prediction(id, 64, 48, BOX));
    }
    Files.writeString(predictions, lines);

    Drawn drawn = draw(Annotate.BOXES, true);

    assertEquals(4, drawn.annotated(), drawn.toString());
    assertEquals(4, drawn.heatmaps());
    assertEquals(
        Set.of(
            "annotated/sub folder/a.jpg.jpg",
            "annotated/a.jpg.jpg",
            "annotated/a.jpg.jpg.jpg",
            "annotated/a.png.png",
            "heatmap/sub folder/a.jpg.jpg",
            "heatmap/a.jpg.jpg",
            "heatmap/a.jpg.jpg.jpg",
            "heatmap/a.png.png"),
        written());
    BufferedImage picture = ImageIO.read(out.resolve("annotated/a.png.png").toFile());
    assertEquals(4 * 64, picture.getWidth(), "48 pixels a side are enlarged to 192");
    assertEquals(4 * 48, picture.getHeight());
    assertEquals(0xff000000, picture.getRGB(4 * 60, 4 * 2), "outside the box");
    assertTrue(picture.getRGB(4 * 8 + 1, 4 * 30) != 0xff000000, "the outline");
    BufferedImage heat = ImageIO.read(out.resolve("heatmap/a.png.png").toFile());
    assertTrue(heat.getRGB(4 * 60, 4 * 40) != 0xff000000);
  }

  @Test
  void imageThatIsStoredTurnedIsDrawnUpright() throws Exception {
    Files.write(images.resolve("turned.jpg"), TurnedJpeg.withOrientation(jpeg, 6));
    Files.writeString(predictions, prediction("turned.jpg", 48, 64, BOX));

    draw(Annotate.BOXES, true);

    for (String kind : new String[] {"annotated", "heatmap"}) {
      BufferedImage picture = ImageIO.read(out.resolve(kind).resolve("turned.jpg.jpg").toFile());
      assertEquals(4 * 48, picture.getWidth());
      assertEquals(4 * 64, picture.getHeight());
    }
  }

  @Test
  void imagesWithoutBoxesAreAnnotatedOnlyOnRequest() throws Exception {
    Files.write(images.resolve("a.jpg"), jpeg);
    Files.writeString(predictions, prediction("a.jpg", 64, 48, ""));
    assertEquals(new Drawn(0, 0, 0, List.of()), draw(Annotate.BOXES, false));
    assertEquals(new Drawn(0, 0, 0, List.of()), draw(Annotate.NONE, false));
    assertEquals(Set.of(), written());
    assertEquals(1, draw(Annotate.ALL, false).annotated());
    assertEquals(Set.of("annotated/a.jpg.jpg"), written());
  }

  @Test
  void imageThatIsGoneIsCountedWithItsReasonAndTheOthersAreDrawn() throws Exception {
    Files.write(images.resolve("a.jpg"), jpeg);
    Files.writeString(
        predictions, prediction("gone.jpg", 64, 48, BOX) + prediction("a.jpg", 64, 48, BOX));

    Drawn drawn = draw(Annotate.BOXES, false);

    assertEquals(1, drawn.annotated());
    assertEquals(1, drawn.failed());
    assertTrue(drawn.reasons().get(0).startsWith("gone.jpg: "), drawn.toString());
    assertEquals(Set.of("annotated/a.jpg.jpg"), written());
  }

  @Test
  void oneFileAsImagesIsFound() throws Exception {
    images = Files.write(images.resolve("a.jpg"), jpeg);
    Files.writeString(predictions, prediction("a.jpg", 64, 48, BOX));
    assertEquals(1, draw(Annotate.BOXES, false).annotated());
  }

  @Test
  void picturesMustNotLieAmongTheImages() {
    assertThrows(
        IllegalArgumentException.class, () -> Pictures.requireApart(images, images.resolve("o")));
    assertThrows(
        IllegalArgumentException.class,
        () -> Pictures.requireApart(out.resolve("annotated/sub"), out));
    Pictures.requireApart(images, out);
    Pictures.requireApart(images, directory);
  }

  @Test
  void largeJpegIsDrawnSmallerWithItsBoxAtItsPlace() throws Exception {
    BufferedImage large = new BufferedImage(4400, 4400, BufferedImage.TYPE_INT_RGB);
    Files.write(images.resolve("large.jpg"), Frame.toJpeg(large));
    String box = BOX.replace("8,", "1000,").replace("40,", "3000,").replace("44", "3000");
    Files.writeString(
        predictions,
        prediction("large.jpg", 4400, 4400, box.replace("\"yMin\":16", "\"yMin\":2000")));

    draw(Annotate.BOXES, false);

    BufferedImage picture = ImageIO.read(out.resolve("annotated/large.jpg.jpg").toFile());
    assertEquals(2200, picture.getWidth());
    assertTrue((picture.getRGB(510, 1250) & 0xff00) > 0x8000, "left edge");
    assertTrue((picture.getRGB(480, 1250) & 0xff00) < 0x2000, "left of it");
  }
}
