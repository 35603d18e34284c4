package vggstream.local.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import vggstream.classify.Protocol;
import vggstream.classify.RankedClass;
import vggstream.classify.RescaleLimit;
import vggstream.classify.TopK;
import vggstream.image.ImageDecoder;
import vggstream.image.ImageLimits;
import vggstream.image.ImageRejectedException;
import vggstream.image.RgbImage;
import vggstream.local.TurnedJpeg;
import vggstream.local.scene.CameraFeed;
import vggstream.local.scene.Frame;
import vggstream.local.scene.SceneDataSet;
import vggstream.localise.Box;
import vggstream.localise.DenseLocaliser;
import vggstream.localise.Localisation;
import vggstream.localise.LocatedClass;
import vggstream.model.DenseModel;
import vggstream.model.DenseModels;
import vggstream.model.Device;
import vggstream.model.ModelOptions;

/** The demo's networks on its frames, without the stream. */
class ShippedNetworksTest {
  @TempDir private static Path directory;
  private static DenseModel classifier;
  private static DenseModel boxes;
  private static DenseLocaliser localiser;

  @BeforeAll
  static void open() throws IOException {
    ModelOptions options = ModelOptions.on(Device.parse("cpu")).withThreads(1);
    classifier = DenseModels.open(Demo.extract(Demo.MODEL, directory.resolve("c")), options);
    boxes = DenseModels.open(Demo.extract(Demo.LOCALISER, directory.resolve("b")), options);
    localiser =
        new DenseLocaliser(
            List.of(classifier),
            List.of(boxes),
            new Protocol(Demo.SCALES, true),
            2,
            RescaleLimit.DEFAULT);
  }

  @AfterAll
  static void close() {
    boxes.close();
    classifier.close();
  }

  private static List<LocatedClass> located(byte[] jpeg) throws ImageRejectedException {
    try (RgbImage image = new ImageDecoder(ImageLimits.DEFAULT).decode(ByteBuffer.wrap(jpeg))) {
      Localisation found = localiser.localise(List.of(image)).get(0);
      List<RankedClass> ranked = TopK.of(found.posterior(), classifier.card().labels(), 5);
      return found.boxes(ranked);
    }
  }

  @Test
  void atLeastNineFramesOfTenHaveTheRightClassAndBox() throws Exception {
    List<String> labels = classifier.card().labels();
    int located = 0;
    int frames = 0;
    for (CameraFeed camera : Demo.cameras()) {
      for (int i = 0; i < Demo.FRAMES; i++) {
        Frame frame = camera.frame(i);
        LocatedClass best = located(frame.toJpeg()).get(0);
        frames++;
        if (labels.get(best.classIndex()).equals(frame.thing().label())
            && best.box().iou(frame.box()) > 0.5) {
          located++;
        }
      }
    }
    assertTrue(located >= 0.9 * frames, located + " of " + frames);
  }

  @Test
  void turnedCopiesOfAnImageHaveTheSameBoxesWithinAPixel() throws Exception {
    for (int number = 0; number < 8; number++) {
      Frame frame = new SceneDataSet(5, 320, 240).image(SceneDataSet.Split.TEST, number);
      // what all copies are made of has been a JPEG already, as a photograph has
      BufferedImage upright = ImageIO.read(new ByteArrayInputStream(frame.toJpeg()));
      List<List<LocatedClass>> answers = new ArrayList<>();
      for (int orientation = 1; orientation <= 8; orientation++) {
        answers.add(located(TurnedJpeg.of(upright, orientation)));
      }
      LocatedClass first = answers.get(0).get(0);
      for (List<LocatedClass> answer : answers) {
        assertEquals(first.classIndex(), answer.get(0).classIndex());
        assertWithinAPixel(first.box(), answer.get(0).box());
      }
    }
  }

  private static void assertWithinAPixel(Box expected, Box actual) {
    assertEquals(expected.xMin(), actual.xMin(), 1);
    assertEquals(expected.yMin(), actual.yMin(), 1);
    assertEquals(expected.xMax(), actual.xMax(), 1);
    assertEquals(expected.yMax(), actual.yMax(), 1);
  }
}
