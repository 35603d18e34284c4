package vggstream.train.evaluate;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import vggstream.classify.RankedClass;
import vggstream.image.RgbImage;
import vggstream.image.Size;
import vggstream.localise.Box;
import vggstream.localise.LocatedClass;
import vggstream.train.data.AnnotationProblems;
import vggstream.train.data.DataSets;
import vggstream.train.data.ImageSet;
import vggstream.train.data.TestImages;
import vggstream.train.data.UnreadableImages;

/** Images of 60x40, whose true boxes are 20 wide and 40 high; the fake reads red. */
class LocalisationEvaluatorTest {
  private static final Box HIT = new Box(0, 0, 20, 40);
  private static final Box HALF = new Box(0, 0, 40, 40); // IoU of exactly 0.5 with it
  private static final Box MISS = new Box(40, 0, 60, 40);

  @TempDir private Path root;

  private void image(int classIndex, String name, int red, String... boxes) throws Exception {
    image(classIndex, name, red, new Size(60, 40), boxes);
  }

  private void image(int classIndex, String name, int red, Size size, String... boxes)
      throws Exception {
    TestImages.plain(root.resolve("val/c" + classIndex + "/" + name + ".png"), size, red, 0, 0);
    StringBuilder xml = new StringBuilder("<a><size><width>60</width><height>40</height></size>");
    for (String box : boxes) {
      String[] e = box.split(",");
      xml.append("<object><name>c" + classIndex + "</name><bndbox>")
          .append("<xmin>" + e[0] + "</xmin><ymin>" + e[1] + "</ymin>")
          .append("<xmax>" + e[2] + "</xmax><ymax>" + e[3] + "</ymax></bndbox></object>");
    }
    Path file = root.resolve("Annotations/val/c" + classIndex + "/" + name + ".xml");
    Files.createDirectories(file.getParent());
    Files.writeString(file, xml + "</a>");
  }

  private ImageSet images() throws Exception {
    return DataSets.open(root).withBoxes(new AnnotationProblems()).split("val");
  }

  private static LocalisationEvaluator evaluator(BoxPredictor predictor, Box mean) {
    return new LocalisationEvaluator(
        predictor, new ClassificationEvaluator.Options(2, 2, 40, 5), mean);
  }

  private static int red(RgbImage image) {
    ByteBuffer pixels = image.pixels();
    return Byte.toUnsignedInt(pixels.get(0));
  }

  /** Red 1: hit; 2: IoU of 0.5; 3: miss; 4: no box. */
  private static List<LocatedPrediction> byRed(List<RgbImage> images, List<Integer> truths) {
    List<LocatedPrediction> said = new ArrayList<>();
    for (RgbImage image : images) {
      Box box =
          switch (red(image)) {
            case 1 -> HIT;
            case 2 -> HALF;
            case 3 -> MISS;
            default -> null;
          };
      said.add(new LocatedPrediction(box, null, List.of(), List.of()));
    }
    return said;
  }

  @Test
  void aBoxOfAnIouOfExactlyOneHalfIsWrong() throws Exception {
    String truth = "0,0,19,39";
    image(0, "a", 1, truth);
    image(0, "b", 2, truth);
    image(0, "c", 3, truth);
    image(0, "d", 4, truth);
    ImageSet images = images();
    LocalisationResult result =
        evaluator(LocalisationEvaluatorTest::byRed, new Box(0, 0, 0.5, 1))
            .evaluate(images, new UnreadableImages(images, 0), image -> {});
    assertEquals(4, result.images());
    assertEquals(0.75, result.ofTruth().error());
    assertEquals(1.5 / 4, result.ofTruth().meanIou(), 1e-9);
    assertNull(result.classes());
    assertNull(result.ofBestWindow());
    assertEquals(1, result.baselines().wholeImage().error());
    assertEquals(1 / 3.0, result.baselines().wholeImage().meanIou(), 1e-9);
    Overlap mean = requireNonNull(result.baselines().meanBox());
    assertEquals(0, mean.error());
    assertEquals(2 / 3.0, mean.meanIou(), 1e-9);
  }

  @Test
  void anyTrueBoxOfTheClassCounts() throws Exception {
    image(0, "a", 1, "30,0,39,39", "0,0,19,39");
    image(0, "b", 3, "30,0,39,39", "0,0,19,39");
    ImageSet images = images();
    LocalisationResult result =
        evaluator(LocalisationEvaluatorTest::byRed, null)
            .evaluate(images, new UnreadableImages(images, 0), image -> {});
    assertEquals(0.5, result.ofTruth().error());
    assertNull(result.baselines().meanBox());
  }

  /** Class k at rank (k + red) of six, with a hit for even classes. */
  private static List<LocatedPrediction> ranked(List<RgbImage> images, List<Integer> truths) {
    List<LocatedPrediction> said = new ArrayList<>();
    for (RgbImage image : images) {
      int red = red(image);
      List<RankedClass> top =
          IntStream.range(0, 5)
              .mapToObj(r -> new RankedClass(r + 1, (r + red) % 6, "c", 0.1f))
              .toList();
      List<LocatedClass> boxes =
          top.stream()
              .map(c -> new LocatedClass(c.classIndex(), c.classIndex() % 2 == 0 ? HIT : MISS, 1))
              .toList();
      said.add(new LocatedPrediction(HIT, MISS, top, boxes));
    }
    return said;
  }

  @Test
  void oneOfFivePairsMustHaveTheRightClassAndItsBox() throws Exception {
    String truth = "0,0,19,39";
    image(0, "a", 0, truth); // first, hit
    image(1, "b", 1, truth); // first, miss
    image(2, "c", 1, truth); // second, hit
    image(3, "d", 4, truth); // sixth
    image(4, "e", 5, truth); // sixth: 5 0 1 2 3
    image(5, "f", 5, truth); // first, miss
    ImageSet images = images();
    List<LocatedImage> seen = new ArrayList<>();
    LocalisationResult result =
        evaluator(LocalisationEvaluatorTest::ranked, null)
            .evaluate(images, new UnreadableImages(images, 0), seen::add);
    LocalisationResult.ClassErrors errors = requireNonNull(result.classes());
    assertEquals(3 / 6.0, errors.top1Classification(), 1e-9);
    assertEquals(2 / 6.0, errors.top5Classification(), 1e-9);
    assertEquals(5 / 6.0, errors.top1Localisation(), 1e-9);
    assertEquals(4 / 6.0, errors.top5Localisation(), 1e-9);
    assertEquals(0, result.ofTruth().error());
    assertEquals(1, requireNonNull(result.ofBestWindow()).error());
    assertEquals(6, seen.size());
    assertEquals(List.of(HIT), seen.get(0).truths());
  }

  @Test
  void imagesOfAnotherShapeThanTheirAnnotationAreCounted() throws Exception {
    image(0, "a", 1, "0,0,19,39");
    image(0, "b", 1, new Size(40, 60), "0,0,19,39");
    image(0, "c", 1, new Size(120, 80), "0,0,19,39"); // a rescaled copy: the box is 40 x 80
    ImageSet images = images();
    UnreadableImages unreadable = new UnreadableImages(images, 0.5);
    LocalisationResult result =
        evaluator(LocalisationEvaluatorTest::byRed, null).evaluate(images, unreadable, image -> {});
    assertEquals(2, result.images());
    assertEquals(1, result.unreadable());
    assertEquals(0.5, result.ofTruth().error());
    assertEquals(List.of("c0/b.png"), List.copyOf(unreadable.reasons().keySet()));
  }

  @Test
  void imagesWithoutBoxesAreRefused() throws Exception {
    image(0, "a", 1, "0,0,19,39");
    ImageSet images = DataSets.open(root).split("val");
    LocalisationEvaluator evaluator = evaluator(LocalisationEvaluatorTest::byRed, null);
    UnreadableImages unreadable = new UnreadableImages(images, 0);
    assertThrows(
        IllegalArgumentException.class, () -> evaluator.evaluate(images, unreadable, image -> {}));
  }
}
