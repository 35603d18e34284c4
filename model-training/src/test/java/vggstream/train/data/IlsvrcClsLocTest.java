package vggstream.train.data;

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

class IlsvrcClsLocTest {
  private static final List<String> LABELS =
      List.of("n01443537 goldfish, Carassius auratus", "n01882714 koala, koala bear");

  @TempDir private Path root;

  @BeforeEach
  void makeSet() throws IOException {
    write("LOC_synset_mapping.txt", String.join("\n", LABELS) + "\n");
    for (String image : List.of("n01443537/n01443537_2", "n01443537/n01443537_10")) {
      write("Data/CLS-LOC/train/" + image + ".JPEG", "x");
    }
    write("Data/CLS-LOC/train/n01882714/n01882714_1.JPEG", "x");
    write("Data/CLS-LOC/val/ILSVRC2012_val_00000001.JPEG", "x");
    write("Data/CLS-LOC/val/ILSVRC2012_val_00000002.JPEG", "x");
    write("Data/CLS-LOC/test/ILSVRC2012_test_00000001.JPEG", "x");
    annotate("ILSVRC2012_val_00000001", "n01882714");
    annotate("ILSVRC2012_val_00000002", "n01443537");
  }

  private void write(String name, String text) throws IOException {
    Files.createDirectories(root.resolve(name).getParent());
    Files.writeString(root.resolve(name), text);
  }

  private void annotate(String stem, String wnid) throws IOException {
    write(
        "Annotations/CLS-LOC/val/" + stem + ".xml",
        """
        <annotation>
          <folder>val</folder>
          <filename>%s</filename>
          <source><database>ILSVRC_2012</database></source>
          <object>
            <name>%s</name>
          </object>
        </annotation>
        """
            .formatted(stem, wnid));
  }

  private static String message(DataSet data, String split) {
    return String.valueOf(assertThrows(DataException.class, () -> data.split(split)).getMessage());
  }

  @Test
  void labelsAreTheLinesOfTheMappingAndClassesStandInItsOrder() throws IOException {
    DataSet data = DataSets.open(root);
    assertEquals(Layout.ILSVRC, data.layout());
    assertEquals(LABELS, data.labels());
    assertEquals(List.of("train", "val"), data.splits());
    assertEquals(
        List.of(
            new Sample("n01443537/n01443537_10.JPEG", 0),
            new Sample("n01443537/n01443537_2.JPEG", 0),
            new Sample("n01882714/n01882714_1.JPEG", 1)),
        data.split("train").samples());
    ImageSet val = data.split("val");
    assertEquals(
        List.of(
            new Sample("ILSVRC2012_val_00000001.JPEG", 1),
            new Sample("ILSVRC2012_val_00000002.JPEG", 0)),
        val.samples());
    assertTrue(Files.isRegularFile(val.file(val.samples().get(0))));
    assertEquals(2, data.trainAndValidation(0.5, 1).validation().size());
  }

  @Test
  void theFolderAboveIlsvrcIsReadToo() throws IOException {
    Path above = Files.createDirectories(root.resolve("kaggle"));
    Path base = Files.createDirectories(above.resolve("ILSVRC"));
    Files.move(root.resolve("Data"), base.resolve("Data"));
    Files.move(root.resolve("Annotations"), base.resolve("Annotations"));
    Files.move(root.resolve("LOC_synset_mapping.txt"), above.resolve("LOC_synset_mapping.txt"));
    assertEquals(2, DataSets.open(above).split("val").size());
    assertEquals(3, DataSets.open(base).split("train").size());
  }

  @Test
  void theListsSayWhichImagesBelongToASplit() throws IOException {
    write("ImageSets/CLS-LOC/train_cls.txt", "n01443537/n01443537_2 1\nn01882714/n01882714_1 2\n");
    write("ImageSets/CLS-LOC/val.txt", "ILSVRC2012_val_00000002 1\n");
    DataSet data = DataSets.open(root);
    assertEquals(2, data.split("train").size());
    assertEquals(1, data.split("val").size());
    write("ImageSets/CLS-LOC/train_cls.txt", "n01443537/n01443537_2 1\nn01443537/n01443537_3 2\n");
    write("ImageSets/CLS-LOC/val.txt", "ILSVRC2012_val_00000009 1\n");
    String missing = message(data, "train");
    assertTrue(
        missing.contains("train_cls.txt: 1 are not there: [n01443537/n01443537_3]"), missing);
    assertTrue(message(data, "val").contains("[ILSVRC2012_val_00000009]"));
  }

  @Test
  void theSolutionGoesBeforeTheAnnotations() throws IOException {
    write(
        "LOC_val_solution.csv",
        """
        ImageId,PredictionString
        ILSVRC2012_val_00000002,n01882714 1 2 3 4 n01882714 5 6 7 8\s
        ILSVRC2012_val_00000001,n01443537 1 2 3 4\s
        """);
    assertEquals(
        List.of(0, 1),
        DataSets.open(root).split("val").samples().stream().map(Sample::classIndex).toList());
    write("LOC_val_solution.csv", "ImageId,PredictionString\nILSVRC2012_val_00000002,n9 1 2 3 4\n");
    String unknown = message(DataSets.open(root), "val");
    assertTrue(unknown.contains("LOC_val_solution.csv: line 2:"), unknown);
    assertTrue(unknown.endsWith("names n9"), unknown);
    write(
        "LOC_val_solution.csv",
        "ImageId,PredictionString\nILSVRC2012_val_00000002,n01882714 1 2 3 4\n");
    String missing = message(DataSets.open(root), "val");
    assertTrue(missing.endsWith("1 are missing: [ILSVRC2012_val_00000001]"), missing);
  }

  @Test
  void aMissingOrWrongMappingIsReported() throws IOException {
    write("LOC_synset_mapping.txt", LABELS.get(0) + "\n\nkoala\n");
    DataException e = assertThrows(DataException.class, () -> DataSets.open(root));
    assertTrue(e.getMessage().contains("LOC_synset_mapping.txt: line 3:"), e.getMessage());
    write("LOC_synset_mapping.txt", LABELS.get(0) + "\n" + LABELS.get(0));
    e = assertThrows(DataException.class, () -> DataSets.open(root));
    assertTrue(e.getMessage().contains("line 2: must name each class once"), e.getMessage());
    Files.delete(root.resolve("LOC_synset_mapping.txt"));
    e = assertThrows(DataException.class, () -> DataSets.open(root));
    assertTrue(e.getMessage().contains("LOC_synset_mapping.txt: must name"), e.getMessage());
  }

  @Test
  void anImageWithoutAnnotationIsReported() throws IOException {
    Files.delete(root.resolve("Annotations/CLS-LOC/val/ILSVRC2012_val_00000002.xml"));
    String message = message(DataSets.open(root), "val");
    assertTrue(message.endsWith("1 are missing: [ILSVRC2012_val_00000002]"), message);
    assertTrue(message.contains("Annotations"), message);
  }

  @Test
  void anAnnotationOfAnotherClassIsReportedWithItsLine() throws IOException {
    annotate("ILSVRC2012_val_00000002", "n99999999");
    String message = message(DataSets.open(root), "val");
    assertTrue(message.contains("ILSVRC2012_val_00000002.xml: line 6:"), message);
    assertTrue(message.endsWith("names n99999999"), message);
  }

  @Test
  void anAnnotationThatIsNoXmlOrHasNoObjectIsReported() throws IOException {
    String file = "Annotations/CLS-LOC/val/ILSVRC2012_val_00000001.xml";
    write(file, "<annotation>\n<object>\n</annotation>");
    String message = message(DataSets.open(root), "val");
    assertTrue(message.contains("00000001.xml: line 3: must be an annotation"), message);
    write(file, "<annotation><object/></annotation>");
    message = message(DataSets.open(root), "val");
    assertTrue(message.contains("must name the class of an object"), message);
  }

  @Test
  void aTrainingFolderThatIsNoClassIsReported() throws IOException {
    write("Data/CLS-LOC/train/n00000000/1.JPEG", "x");
    String message = message(DataSets.open(root), "train");
    assertTrue(message.contains("n00000000: must be a class of LOC_synset_mapping.txt"), message);
  }

  @Test
  void theTestImagesHaveNoLabels() throws IOException {
    String message = message(DataSets.open(root), "test");
    assertTrue(message.contains("must be one of [train, val]"), message);
    assertTrue(message.contains("have no labels"), message);
  }

  @Test
  void anEmptyClassKeepsItsIndex() throws IOException {
    Files.delete(root.resolve("Data/CLS-LOC/train/n01443537/n01443537_2.JPEG"));
    Files.delete(root.resolve("Data/CLS-LOC/train/n01443537/n01443537_10.JPEG"));
    assertEquals(
        List.of(new Sample("n01882714/n01882714_1.JPEG", 1)),
        DataSets.open(root).split("train").samples());
  }
}
