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

class TinyImageNetTest {
  @TempDir private Path root;
  private final AnnotationProblems problems = new AnnotationProblems();

  @BeforeEach
  void makeSet() throws IOException {
    write("wnids.txt", "n02\nn01\n");
    write("words.txt", "n01\tgoldfish\nn02\tkoala, bear\nn03\tother\n");
    image("train/n01/images/n01_0.JPEG");
    image("train/n01/images/n01_1.JPEG");
    image("train/n02/images/n02_0.JPEG");
    image("val/images/val_0.JPEG");
    image("val/images/val_1.JPEG");
    write("train/n01/n01_boxes.txt", "n01_0.JPEG\t0\t10\t63\t58\nn01_1.JPEG\t5\t5\t9\t9\n");
    write("train/n02/n02_boxes.txt", "n02_0.JPEG\t1\t2\t3\t4\n");
    write(
        "val/val_annotations.txt",
        "val_0.JPEG\tn01\t0\t32\t44\t62\nval_1.JPEG\tn02\t52\t55\t57\t59\n");
  }

  private void write(String name, String text) throws IOException {
    Files.createDirectories(root.resolve(name).getParent());
    Files.writeString(root.resolve(name), text);
  }

  private void image(String name) throws IOException {
    TestImages.plain(root.resolve(name), new Size(64, 64), 1, 2, 3);
  }

  private ObjectBoxes boxes(String split) throws IOException {
    return requireNonNull(DataSets.open(root).withBoxes(problems).split(split).boxes());
  }

  @Test
  void classesStandInTheOrderOfTheirList() throws IOException {
    DataSet data = DataSets.open(root);
    assertEquals(Layout.TINY_IMAGENET, data.layout());
    assertEquals(List.of("n02 koala, bear", "n01 goldfish"), data.labels());
    assertEquals(List.of("train", "val"), data.splits());
    assertEquals(
        List.of(
            new Sample("n02/images/n02_0.JPEG", 0),
            new Sample("n01/images/n01_0.JPEG", 1),
            new Sample("n01/images/n01_1.JPEG", 1)),
        data.split("train").samples());
    assertEquals(
        List.of(new Sample("images/val_0.JPEG", 1), new Sample("images/val_1.JPEG", 0)),
        data.split("val").samples());
    ImageSet val = data.split("val");
    assertTrue(Files.isRegularFile(val.file(val.samples().get(0))));
  }

  @Test
  void boxesAreReadFromTheLists() throws IOException {
    ObjectBoxes train = boxes("train");
    assertEquals(List.of(new Box(1, 2, 4, 5)), train.of(0));
    assertEquals(List.of(new Box(0, 10, 64, 59)), train.of(1));
    assertEquals(new Size(64, 64), train.size(1), "that of the image");
    assertEquals(List.of(new Box(0, 32, 45, 63)), boxes("val").of(0));
    assertEquals(List.of(), problems.lines());
  }

  @Test
  void brokenListsAreCounted() throws IOException {
    write(
        "train/n01/n01_boxes.txt",
        "n01_0.JPEG\t0\t10\t63\nn01_1.JPEG\tx\t5\t9\t9\n\nn01_1.JPEG\t5\t5\t9\t9\n");
    Files.delete(root.resolve("train/n02/n02_boxes.txt"));
    assertEquals(1, boxes("train").images());
    assertEquals(1, problems.count(Reason.BROKEN_LINE));
    assertEquals(1, problems.count(Reason.INCOMPLETE));
    assertEquals(2, problems.count(Reason.NO_ANNOTATION));
    String lines = String.join("\n", problems.lines());
    assertTrue(lines.contains("n01_boxes.txt: line 1: n01_0.JPEG"), lines);
  }

  @Test
  void imagesOfValWithoutClassAreReported() throws IOException {
    write("val/val_annotations.txt", "val_0.JPEG\tn01\t0\t32\t44\t62\n");
    DataException e = assertThrows(DataException.class, () -> DataSets.open(root).split("val"));
    assertTrue(e.getMessage().endsWith("1 are missing: [val_1.JPEG]"), e.getMessage());
    write("val/val_annotations.txt", "val_0.JPEG\tn09\t0\t32\t44\t62\n");
    e = assertThrows(DataException.class, () -> DataSets.open(root).split("val"));
    assertTrue(e.getMessage().contains("line 1: must name a class"), e.getMessage());
  }
}
