package vggstream.train.data;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import vggstream.image.Size;
import vggstream.localise.Box;
import vggstream.train.data.AnnotationProblems.Reason;

/** Annotations as they are found in the wild, in ILSVRC's layout. */
class BoxReaderTest {
  private static final String FISH = "n01443537";
  private static final String KOALA = "n01882714";

  @TempDir private Path root;
  private final AnnotationProblems problems = new AnnotationProblems();

  @BeforeEach
  void makeSet() throws IOException {
    write("LOC_synset_mapping.txt", FISH + " goldfish\n" + KOALA + " koala\n");
    Files.createDirectories(root.resolve("Annotations/CLS-LOC"));
  }

  private void write(String name, String text) throws IOException {
    Files.createDirectories(root.resolve(name).getParent());
    Files.writeString(root.resolve(name), text);
  }

  private Path image(String name) throws IOException {
    Path file = root.resolve("Data/CLS-LOC/" + name + ".JPEG");
    TestImages.plain(file, new Size(60, 40), 1, 2, 3);
    return file;
  }

  /** An image of 60x40 with an annotation. */
  private void annotated(String name, String size, String... objects) throws IOException {
    image(name);
    annotation(name, size, objects);
  }

  private void annotation(String name, String size, String... objects) throws IOException {
    write(
        "Annotations/CLS-LOC/" + name + ".xml",
        "<annotation><filename>%s</filename>%s%s</annotation>"
            .formatted(name.substring(name.lastIndexOf('/') + 1), size, String.join("", objects)));
  }

  private static String size(int width, int height) {
    return "<size><width>%d</width><height>%d</height><depth>3</depth></size>"
        .formatted(width, height);
  }

  private static String object(String name, Object x0, Object y0, Object x1, Object y1) {
    return ("<object><name>%s</name><bndbox><xmin>%s</xmin><ymin>%s</ymin><xmax>%s</xmax>"
            + "<ymax>%s</ymax></bndbox></object>")
        .formatted(name, x0, y0, x1, y1);
  }

  private ImageSet read(String split) throws IOException {
    return DataSets.open(root).withBoxes(problems).split(split);
  }

  private static ObjectBoxes boxes(ImageSet images) {
    return requireNonNull(images.boxes());
  }

  @Test
  void theLastPixelIsPartOfTheBox() throws IOException {
    annotated("train/" + FISH + "/a", size(60, 40), object(FISH, 0, 5, 29, 39));
    ImageSet images = read("train");
    assertEquals(List.of(new Box(0, 5, 30, 40)), boxes(images).of(0));
    assertEquals(new Size(60, 40), boxes(images).size(0));
    assertEquals(List.of(), problems.lines());
  }

  @Test
  void severalObjectsOfTheClassAreKeptAndThoseOfOthersCounted() throws IOException {
    annotated(
        "train/" + FISH + "/a",
        size(60, 40),
        object(FISH, 0, 0, 9, 9),
        object("n09999999", 1, 1, 5, 5),
        object(FISH, 20, 20, 29, 39));
    annotated("train/" + FISH + "/b", size(60, 40), object(KOALA, 0, 0, 9, 9));
    ImageSet images = read("train");
    assertEquals(1, images.size());
    assertEquals(List.of(new Box(0, 0, 10, 10), new Box(20, 20, 30, 40)), boxes(images).of(0));
    assertEquals(2, problems.count(Reason.OTHER_CLASS));
    assertEquals(1, problems.count(Reason.NO_OBJECT));
    assertEquals(1, problems.imagesLeftOut());
  }

  @Test
  void aSizeOfZeroIsReplacedByTheImages() throws IOException {
    annotated("train/" + FISH + "/a", size(0, 0), object(FISH, 0, 0, 59, 99));
    annotated("train/" + FISH + "/b", "", object(FISH, 0, 0, 59, 9));
    ImageSet images = read("train");
    assertEquals(new Size(60, 40), boxes(images).size(0));
    assertEquals(List.of(new Box(0, 0, 60, 40)), boxes(images).of(0));
    assertEquals(List.of(new Box(0, 0, 60, 10)), boxes(images).of(1));
    assertEquals(2, problems.count(Reason.SIZE_UNKNOWN));
    assertEquals(1, problems.count(Reason.PARTLY_OUTSIDE));
  }

  @Test
  void anImageWithoutAnySizeIsLeftOut() throws IOException {
    annotated("train/" + FISH + "/a", size(60, 40), object(FISH, 0, 0, 9, 9));
    write("Data/CLS-LOC/train/" + FISH + "/b.JPEG", "no image");
    annotation("train/" + FISH + "/b", size(0, 0), object(FISH, 0, 0, 9, 9));
    assertEquals(1, read("train").size());
    assertEquals(1, problems.count(Reason.NO_SIZE));
    assertTrue(problems.lines().get(0).contains("b.JPEG: image must be"), problems.toString());
  }

  @Test
  void degenerateBoxesAreNotTrainedOnButJudgedBy() throws IOException {
    String[] objects = {object(FISH, 7, 0, 7, 39), object(FISH, 0, 1, 9, 9)};
    annotated("train/" + FISH + "/a", size(60, 40), objects);
    annotated("val/v", size(60, 40), objects);
    assertEquals(List.of(new Box(0, 1, 10, 10)), boxes(read("train")).of(0));
    assertEquals(1, problems.count(Reason.DEGENERATE));
    assertEquals(List.of(new Box(7, 0, 8, 40), new Box(0, 1, 10, 10)), boxes(read("val")).of(0));
    assertEquals(1, problems.count(Reason.ONE_PIXEL));
  }

  @Test
  void edgesOfInvertedBoxesAreExchanged() throws IOException {
    annotated("train/" + FISH + "/a", size(60, 40), object(FISH, 29, 39, 0, 5));
    assertEquals(List.of(new Box(0, 5, 30, 40)), boxes(read("train")).of(0));
    assertEquals(1, problems.count(Reason.INVERTED));
  }

  @Test
  void boxesOutsideAreCutOrLeftOut() throws IOException {
    annotated(
        "train/" + FISH + "/a",
        size(60, 40),
        object(FISH, -5, 10, 70, 19),
        object(FISH, 0, 50, 20, 60),
        object(FISH, -9, 0, -3, 5));
    annotated("train/" + FISH + "/b", size(60, 40), object(FISH, 80, 0, 90, 9));
    ImageSet images = read("train");
    assertEquals(1, images.size());
    assertEquals(List.of(new Box(0, 10, 60, 20)), boxes(images).of(0));
    assertEquals(1, problems.count(Reason.PARTLY_OUTSIDE));
    assertEquals(3, problems.count(Reason.OUTSIDE));
    assertEquals(1, problems.count(Reason.NO_BOX));
  }

  @Test
  void incompleteBoxesAreCounted() throws IOException {
    annotated(
        "train/" + FISH + "/a",
        size(60, 40),
        "<object><name>" + FISH + "</name></object>",
        object(FISH, 0, "x", 9, 9),
        object(FISH, 0, "NaN", 9, 9),
        object(FISH, 0, 0, " 9.5 ", 9));
    ImageSet images = read("train");
    assertEquals(List.of(new Box(0, 0, 10.5, 10)), boxes(images).of(0));
    assertEquals(3, problems.count(Reason.INCOMPLETE));
  }

  @Test
  void aSplitThatCountsPixelsFromOneIsSeenToDoSo() throws IOException {
    annotated("train/" + FISH + "/a", size(60, 40), object(FISH, 1, 1, 60, 40));
    annotated("train/" + FISH + "/b", size(60, 40), object(FISH, 11, 21, 30, 30));
    ImageSet images = read("train");
    assertEquals(List.of(new Box(0, 0, 60, 40)), boxes(images).of(0));
    assertEquals(List.of(new Box(10, 20, 30, 30)), boxes(images).of(1));
    assertEquals(List.of(), problems.lines());
    annotated("train/" + FISH + "/c", size(60, 40), object(FISH, 0, 0, 59, 39));
    images = read("train");
    assertEquals(List.of(new Box(1, 1, 60, 40)), boxes(images).of(0), "from 0, one too far");
    assertEquals(List.of(new Box(11, 21, 31, 31)), boxes(images).of(1));
    assertEquals(1, problems.count(Reason.PARTLY_OUTSIDE));
  }

  @Test
  void partsOfAnObjectAreNoObjects() throws IOException {
    String part =
        "<part><name>head</name><bndbox><xmin>1</xmin><ymin>1</ymin><xmax>2</xmax><ymax>2</ymax>"
            + "</bndbox></part>";
    annotated(
        "train/" + FISH + "/a",
        size(60, 40),
        "<object>" + part + object(FISH, 0, 0, 9, 9).substring("<object>".length()));
    assertEquals(List.of(new Box(0, 0, 10, 10)), boxes(read("train")).of(0));
    assertEquals(List.of(), problems.lines());
  }

  @Test
  void missingAndBrokenFilesAreCountedWithPathAndReason() throws IOException {
    annotated("train/" + FISH + "/a", size(60, 40), object(FISH, 0, 0, 9, 9));
    image("train/" + FISH + "/b");
    image("train/" + FISH + "/c");
    write("Annotations/CLS-LOC/train/" + FISH + "/c.xml", "<annotation>\n<object>\n</annotation>");
    image("train/" + FISH + "/d");
    write("Annotations/CLS-LOC/train/" + FISH + "/d.xml", "");
    image("train/" + FISH + "/e");
    Files.write(
        root.resolve("Annotations/CLS-LOC/train/" + FISH + "/e.xml"),
        new byte[] {(byte) 0xff, 0, (byte) 0xd8, 1});
    assertEquals(1, read("train").size());
    assertEquals(1, problems.count(Reason.NO_ANNOTATION));
    assertEquals(3, problems.count(Reason.NOT_READABLE));
    String lines = String.join("\n", problems.lines());
    assertTrue(lines.contains("images left out: 1: no annotation: "), lines);
    assertTrue(lines.contains("b.xml"), lines);
    assertTrue(lines.contains("c.xml: line 3: must be an annotation in XML"), lines);
  }

  @Test
  void externalEntitiesAreNotRead() throws IOException {
    write("secret", "77");
    image("train/" + FISH + "/a");
    annotated("train/" + FISH + "/b", size(60, 40), object(FISH, 0, 0, 9, 9));
    String secret = root.resolve("secret").toUri().toString();
    write(
        "Annotations/CLS-LOC/train/" + FISH + "/a.xml",
        "<!DOCTYPE annotation [<!ENTITY s SYSTEM \"%s\">]><annotation>%s%s</annotation>"
            .formatted(secret, size(60, 40), object(FISH, 0, 0, "&s;", 9)));
    ImageSet images = read("train");
    assertEquals(1, images.size(), "the entity has no value");
    assertEquals(1, problems.imagesLeftOut());
  }

  @Test
  void namesOfOtherImagesAreNoted() throws IOException {
    image("train/" + FISH + "/a");
    write(
        "Annotations/CLS-LOC/train/" + FISH + "/a.xml",
        "<annotation><filename>%s</filename>"
            + size(60, 40)
            + object(FISH, 0, 0, 9, 9)
            + "</annotation>");
    assertEquals(1, read("train").size());
    assertEquals(1, problems.count(Reason.OTHER_FILE_NAME));
  }

  @Test
  void imagesOfValWithoutReadableAnnotationAreLeftOutAndCounted() throws IOException {
    annotated("val/a", size(60, 40), object(KOALA, 0, 0, 9, 9));
    annotated("val/b", size(60, 40), object("n00000000", 0, 0, 9, 9));
    image("val/c");
    image("val/d");
    write("Annotations/CLS-LOC/val/d.xml", "<annotation>");
    ImageSet images = read("val");
    assertEquals(List.of(new Sample("a.JPEG", 1)), images.samples());
    assertEquals(1, problems.count(Reason.NO_CLASS));
    assertEquals(1, problems.count(Reason.NO_ANNOTATION));
    assertEquals(1, problems.count(Reason.NOT_READABLE));
    assertEquals(3, problems.imagesLeftOut());
    assertThrows(DataException.class, () -> DataSets.open(root).split("val"));
  }

  @Test
  void aSplitWithoutAnyBoxIsRefusedWithTheReasons() throws IOException {
    image("train/" + FISH + "/a");
    DataException e = assertThrows(DataException.class, () -> read("train"));
    assertTrue(e.getMessage().contains("none of 1 has a usable one"), e.getMessage());
    assertTrue(e.getMessage().contains("no annotation"), e.getMessage());
  }

  @Test
  void boxesStayWithTheirImages() throws IOException {
    for (int i = 0; i < 8; i++) {
      annotated("train/" + FISH + "/" + i, size(60, 40), object(FISH, 0, 0, i + 1, 9));
      annotated("train/" + KOALA + "/" + i, size(60, 40), object(KOALA, 0, 0, i + 21, 9));
    }
    HoldOut held = DataSets.open(root).withBoxes(problems).trainAndValidation(0.25, 3);
    for (ImageSet part : List.of(held.train(), held.validation())) {
      for (int i = 0; i < part.size(); i++) {
        Sample s = part.samples().get(i);
        int number = s.path().charAt(s.path().indexOf('/') + 1) - '0';
        assertEquals(number + 2 + 20 * s.classIndex(), boxes(part).of(i).get(0).xMax());
      }
    }
    assertEquals(12, held.train().size());
    ImageSet other = held.train().withLabels(List.of(KOALA, FISH));
    assertEquals(held.train().boxes(), other.boxes());
  }

  @Test
  void boxesOfRescaledCopiesAreRescaled() throws IOException {
    annotated("train/" + FISH + "/a", size(600, 400), object(FISH, 100, 100, 199, 299));
    ObjectBoxes boxes = boxes(read("train"));
    assertEquals(List.of(new Box(10, 10, 20, 30)), boxes.of(0, new Size(60, 40)));
    assertThrows(DataException.class, () -> boxes.of(0, new Size(40, 60)));
  }

  @Test
  void theMeanBoxIsRelativeToTheImages() throws IOException {
    annotated("train/" + FISH + "/a", size(60, 40), object(FISH, 0, 0, 29, 39));
    annotated("train/" + FISH + "/b", size(100, 100), object(FISH, 50, 0, 99, 99));
    Box mean = boxes(read("train")).meanRelative();
    assertEquals(new Box(0.25, 0, 0.75, 1), mean);
  }

  @Test
  void classFoldersHaveTheirAnnotationsBesideThem() throws IOException {
    Files.delete(root.resolve("LOC_synset_mapping.txt"));
    Files.delete(root.resolve("Annotations/CLS-LOC"));
    TestImages.plain(root.resolve("train/koala/a.png"), new Size(60, 40), 1, 2, 3);
    write(
        "Annotations/train/koala/a.xml",
        "<annotation>" + size(60, 40) + object("koala", 0, 0, 9, 9) + "</annotation>");
    assertEquals(List.of(new Box(0, 0, 10, 10)), boxes(read("train")).of(0));
    Path none = Files.createDirectories(root.resolve("other/train/x")).resolve("../..");
    assertThrows(DataException.class, () -> DataSets.open(none).withBoxes(problems));
  }
}
