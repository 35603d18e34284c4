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

class VocDevkitTest {
  @TempDir private Path root;
  private final AnnotationProblems problems = new AnnotationProblems();

  @BeforeEach
  void makeSet() throws IOException {
    write("ImageSets/Main/train.txt", "2008_000002\n2008_000003\n");
    write("ImageSets/Main/val.txt", "2008_000007\n");
    write("ImageSets/Main/dog_train.txt", "2008_000002 -1\n2008_000003  1\n");
    write("ImageSets/Main/cat_val.txt", "2008_000007  1\n");
    annotated("2008_000002", object("cat", 1, 1, 60, 40) + object("dog", 5, 5, 9, 9));
    annotated("2008_000003", object("dog", 11, 21, 30, 30));
    annotated("2008_000007", object("cat", 1, 1, 20, 20));
  }

  private void write(String name, String text) throws IOException {
    Files.createDirectories(root.resolve(name).getParent());
    Files.writeString(root.resolve(name), text);
  }

  private void annotated(String stem, String objects) throws IOException {
    TestImages.plain(root.resolve("JPEGImages/" + stem + ".jpg"), new Size(60, 40), 1, 2, 3);
    write(
        "Annotations/" + stem + ".xml",
        "<annotation><filename>%s.jpg</filename><size><width>60</width><height>40</height></size>%s</annotation>"
            .formatted(stem, objects));
  }

  private static String object(String name, int x0, int y0, int x1, int y1) {
    return ("<object><name>%s</name><bndbox><xmax>%d</xmax><xmin>%d</xmin><ymax>%d</ymax>"
            + "<ymin>%d</ymin></bndbox></object>")
        .formatted(name, x1, x0, y1, y0);
  }

  @Test
  void anImageIsOfItsFirstObjectsClassAndPixelsCountFromOne() throws IOException {
    DataSet data = DataSets.open(root);
    assertEquals(Layout.PASCAL_VOC, data.layout());
    assertEquals(List.of("cat", "dog"), data.labels());
    assertEquals(List.of("train", "val"), data.splits());
    ImageSet train = data.withBoxes(problems).split("train");
    assertEquals(
        List.of(new Sample("2008_000002.jpg", 0), new Sample("2008_000003.jpg", 1)),
        train.samples());
    ObjectBoxes boxes = requireNonNull(train.boxes());
    assertEquals(List.of(new Box(0, 0, 60, 40)), boxes.of(0));
    assertEquals(List.of(new Box(10, 20, 30, 30)), boxes.of(1));
    assertEquals(1, problems.count(Reason.OTHER_CLASS));
    assertEquals(0, problems.imagesLeftOut());
  }

  @Test
  void imagesWithoutReadableAnnotationAreLeftOutWhereBoxesAreAskedFor() throws IOException {
    write("Annotations/2008_000002.xml", "<annotation>");
    assertEquals(1, DataSets.open(root).withBoxes(problems).split("train").size());
    assertEquals(1, problems.imagesLeftOut());
    DataException e = assertThrows(DataException.class, () -> DataSets.open(root).split("train"));
    assertTrue(e.getMessage().contains("2008_000002.xml: line 1"), e.getMessage());
    Files.delete(root.resolve("JPEGImages/2008_000007.jpg"));
    e = assertThrows(DataException.class, () -> DataSets.open(root).split("val"));
    assertTrue(e.getMessage().endsWith("1 are not there: [2008_000007]"), e.getMessage());
  }
}
