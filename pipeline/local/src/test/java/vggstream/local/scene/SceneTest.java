package vggstream.local.scene;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.BasicStroke;
import java.awt.Rectangle;
import java.awt.Shape;
import java.awt.geom.Area;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import vggstream.localise.Box;

class SceneTest {

  @Test
  void sameSeedDrawsTheSameFrame() {
    byte[] first = new CameraFeed("a", 7, 160, 120, 5).frame(3).toJpeg();
    assertArrayEquals(first, new CameraFeed("b", 7, 160, 120, 5).frame(3).toJpeg());
    assertTrue(!Arrays.equals(first, new CameraFeed("a", 8, 160, 120, 5).frame(3).toJpeg()));
  }

  @Test
  void feedShowsEachClassOnceBeforeOneComesAgain() {
    CameraFeed feed = new CameraFeed("a", 1, 64, 48, 2);
    Set<Thing> seen = EnumSet.noneOf(Thing.class);
    for (int i = 0; i < 2 * Thing.values().length; i += 2) {
      assertEquals(feed.frame(i).thing(), feed.frame(i + 1).thing());
      assertTrue(seen.add(feed.frame(i).thing()), "twice: " + feed.frame(i).thing());
    }
    assertEquals(feed.frame(0).thing(), feed.frame(2 * Thing.values().length).thing());
  }

  @Test
  void thingMovesFromFrameToFrame() {
    CameraFeed feed = new CameraFeed("a", 1, 160, 120, 10);
    assertNotEquals(feed.frame(0).box(), feed.frame(1).box());
  }

  @Test
  void boxLiesInTheFrameAndIsNoSmallerThanAThing() {
    SceneDataSet set = new SceneDataSet(3, 160, 120);
    for (int i = 0; i < 64; i++) {
      Frame frame = set.image(SceneDataSet.Split.TRAIN, i);
      Box box = frame.box();
      assertTrue(box.xMax() <= 160 && box.yMax() <= 120, () -> "outside: " + box);
      double smaller = Math.min(box.width(), box.height());
      assertTrue(smaller >= 0.25 * 120, () -> "too small: " + box);
    }
  }

  @ParameterizedTest
  @EnumSource(Thing.class)
  void boxIsTheTightOneOfWhatIsDrawn(Thing thing) {
    for (int i = 0; i < 20; i++) {
      Area shape = new Area(thing.at(45 + 4 * i, 60, 35, 0.7 * i)); // the last are cut off
      shape.intersect(new Area(new Rectangle(130, 120)));
      Rectangle2D bounds = shape.getBounds2D();
      Box box = Scene.box(shape, null, 130, 120);
      // thin tips, which cover no half of a pixel, are not part of it
      assertEquals(bounds.getMinX(), box.xMin(), 3, thing + " left");
      assertEquals(bounds.getMinY(), box.yMin(), 3, thing + " top");
      assertEquals(bounds.getMaxX(), box.xMax(), 3, thing + " right");
      assertEquals(bounds.getMaxY(), box.yMax(), 3, thing + " bottom");
    }
  }

  @Test
  void boxOfASquareIsExactAndHoldsItsOutline() {
    Shape square = new Rectangle2D.Double(20, 30, 40, 50);
    assertEquals(new Box(20, 30, 60, 80), Scene.box(square, null, 130, 120));
    assertEquals(new Box(18, 28, 62, 82), Scene.box(square, new BasicStroke(4), 130, 120));
    assertEquals(new Box(20, 30, 50, 60), Scene.box(square, null, 50, 60));
  }

  @Test
  void annotationNamesFirstAndLastPixelsOfTheThing() {
    BufferedImage image = new BufferedImage(64, 48, BufferedImage.TYPE_INT_RGB);
    String xml =
        SceneDataSet.annotation(new Frame(image, Thing.RING, new Box(0, 3, 21, 48)), "000007");
    assertTrue(xml.contains("<filename>000007.jpg</filename>"), xml);
    assertTrue(xml.contains("<width>64</width><height>48</height>"), xml);
    assertTrue(xml.contains("<name>ring</name>"), xml);
    assertTrue(xml.contains("<xmin>0</xmin><ymin>3</ymin><xmax>20</xmax><ymax>47</ymax>"), xml);
  }

  @Test
  void labelsAreInByteOrderAsFoldersAre() {
    String[] labels = Stream.of(Thing.values()).map(Thing::label).toArray(String[]::new);
    String[] sorted = labels.clone();
    Arrays.sort(sorted);
    assertArrayEquals(sorted, labels);
  }

  @Test
  void dataSetIsAFolderForEachClassAndSplitsDiffer(@TempDir Path directory) throws Exception {
    SceneDataSet set = new SceneDataSet(1, 64, 48);
    set.write(SceneDataSet.Split.TRAIN, 16, directory);
    set.write(SceneDataSet.Split.TEST, 8, directory);
    for (Thing thing : Thing.values()) {
      try (Stream<Path> files = Files.list(directory.resolve("train").resolve(thing.label()))) {
        assertEquals(2, files.count());
      }
    }
    assertTrue(Files.exists(directory.resolve("Annotations/train/crescent/000008.xml")));
    byte[] train = Files.readAllBytes(directory.resolve("train/crescent/000000.jpg"));
    byte[] test = Files.readAllBytes(directory.resolve("test/crescent/000000.jpg"));
    assertTrue(!Arrays.equals(train, test));
    BufferedImage image = ImageIO.read(new ByteArrayInputStream(train));
    assertEquals(64, image.getWidth());
    assertEquals(48, image.getHeight());
    assertThrows(
        FileAlreadyExistsException.class, () -> set.write(SceneDataSet.Split.TRAIN, 16, directory));
  }
}
