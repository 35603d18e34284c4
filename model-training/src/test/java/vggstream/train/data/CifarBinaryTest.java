package vggstream.train.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import vggstream.image.ImageLimits;
import vggstream.image.RgbImage;
import vggstream.image.Size;

class CifarBinaryTest {
  private static final int PLANE = 32 * 32;

  @TempDir private Path root;

  /** A record whose red is x, whose green is y and whose blue is the value given. */
  private static byte[] record(int blue, int... labels) throws IOException {
    ByteArrayOutputStream record = new ByteArrayOutputStream();
    for (int label : labels) {
      record.write(label);
    }
    for (int i = 0; i < PLANE; i++) {
      record.write(i % 32);
    }
    for (int i = 0; i < PLANE; i++) {
      record.write(i / 32);
    }
    for (int i = 0; i < PLANE; i++) {
      record.write(blue);
    }
    return record.toByteArray();
  }

  private void write(String name, byte[]... records) throws IOException {
    Path file = root.resolve(name);
    Files.createDirectories(file.getParent());
    Files.write(file, new byte[0]);
    for (byte[] record : records) {
      Files.write(file, record, StandardOpenOption.APPEND);
    }
  }

  private void cifar10() throws IOException {
    Files.writeString(root.resolve("batches.meta.txt"), "plane\ncar\nbird\n\n");
    write("data_batch_1.bin", record(7, 1), record(8, 0), record(9, 2));
    write("data_batch_2.bin", record(200, 2));
    write("test_batch.bin", record(11, 2), record(12, 1));
  }

  private static void assertPixels(ImageSet images, int sample, int blue) throws Exception {
    Sample read = images.samples().get(sample);
    try (RgbImage image = new ImageFiles(ImageLimits.DEFAULT).read(images, read, 32)) {
      assertEquals(new Size(32, 32), image.size());
      ByteBuffer pixels = image.pixels();
      for (int i = 0; i < PLANE; i++) {
        assertEquals(i % 32, pixels.get(3 * i));
        assertEquals(i / 32, pixels.get(3 * i + 1));
        assertEquals(blue, pixels.get(3 * i + 2) & 0xff);
      }
    }
  }

  @Test
  void recordsAreReadAtTheirPlaces() throws Exception {
    cifar10();
    DataSet data = DataSets.open(root);
    assertEquals(Layout.CIFAR_10, data.layout());
    assertEquals(List.of("plane", "car", "bird"), data.labels());
    assertEquals(List.of("train", "test"), data.splits());
    ImageSet train = data.split("train");
    assertEquals(
        List.of(
            new Sample("data_batch_1.bin#0", 1),
            new Sample("data_batch_1.bin#1", 0),
            new Sample("data_batch_1.bin#2", 2),
            new Sample("data_batch_2.bin#0", 2)),
        train.samples());
    assertPixels(train, 0, 7);
    assertPixels(train, 2, 9);
    assertPixels(train, 3, 200);
    assertPixels(data.split("test"), 1, 12);
  }

  @Test
  void theFineLabelsOfCifar100Count() throws Exception {
    Files.writeString(root.resolve("fine_label_names.txt"), "apple\nbaby\n");
    write("train.bin", record(3, 19, 1), record(4, 0, 0));
    write("test.bin", record(5, 7, 1));
    DataSet data = DataSets.open(root);
    assertEquals(Layout.CIFAR_100, data.layout());
    ImageSet train = data.split("train");
    assertEquals(
        List.of(new Sample("train.bin#0", 1), new Sample("train.bin#1", 0)), train.samples());
    assertPixels(train, 1, 4);
    assertEquals(List.of(new Sample("test.bin#0", 1)), data.split("test").samples());
  }

  @Test
  void theFolderOfTheDistributedArchiveIsFound() throws Exception {
    cifar10();
    Path parent = Files.createDirectories(root.resolve("sub"));
    Path folder = Files.createDirectories(parent.resolve("cifar-10-batches-bin"));
    for (String file : List.of("batches.meta.txt", "data_batch_1.bin")) {
      Files.move(root.resolve(file), folder.resolve(file));
    }
    DataSet data = DataSets.open(parent);
    assertEquals(List.of("train"), data.splits());
    assertPixels(data.split("train"), 2, 9);
  }

  @Test
  void validationIsHeldOutOfTheTrainingRecords() throws Exception {
    Files.writeString(root.resolve("batches.meta.txt"), "plane\ncar\n");
    byte[][] records = new byte[20][];
    for (int i = 0; i < records.length; i++) {
      records[i] = record(i, i % 2);
    }
    write("data_batch_1.bin", records);
    write("test_batch.bin", record(50, 1));
    HoldOut images = DataSets.open(root).trainAndValidation(0.2, 1);
    assertEquals(16, images.train().size());
    assertEquals(4, images.validation().size());
    assertTrue(images.validation().samples().stream().allMatch(s -> s.path().startsWith("data_")));
    int blue = record(images.validation().samples().get(0));
    assertPixels(images.validation(), 0, blue);
  }

  private static int record(Sample sample) {
    return Integer.parseInt(sample.path().substring(sample.path().indexOf('#') + 1));
  }

  @Test
  void aLabelOutOfRangeIsRefusedWithItsPlace() throws IOException {
    cifar10();
    write("data_batch_2.bin", record(1, 0), record(1, 3));
    DataSet data = DataSets.open(root);
    DataException e = assertThrows(DataException.class, () -> data.split("train"));
    assertTrue(
        e.getMessage()
            .endsWith(
                "data_batch_2.bin: label must be within 0..2: was 3 in record 1, at byte 3073"),
        e.getMessage());
  }

  @Test
  void aLengthThatIsNoMultipleOfTheRecordsIsRefused() throws IOException {
    cifar10();
    write("test_batch.bin", record(1, 0), new byte[] {1});
    DataSet data = DataSets.open(root);
    DataException e = assertThrows(DataException.class, () -> data.split("test"));
    assertTrue(e.getMessage().contains("multiple of the 3073 bytes"), e.getMessage());
    assertTrue(e.getMessage().endsWith("was 3074"), e.getMessage());
    write("test_batch.bin");
    assertThrows(DataException.class, () -> data.split("test"));
  }

  @Test
  void aMissingFileOfNamesIsReported() throws IOException {
    write("data_batch_1.bin", record(7, 1));
    DataException e = assertThrows(DataException.class, () -> DataSets.open(root));
    assertTrue(e.getMessage().contains("batches.meta.txt"), e.getMessage());
    Files.writeString(root.resolve("batches.meta.txt"), "\n");
    assertThrows(DataException.class, () -> DataSets.open(root));
  }

  @Test
  void theFingerprintTellsLabelsAndRecordsApart() throws IOException {
    cifar10();
    String before = DataSets.open(root).split("train").fingerprint();
    assertEquals(before, DataSets.open(root).split("train").fingerprint());
    write("data_batch_2.bin", record(200, 1));
    String relabelled = DataSets.open(root).split("train").fingerprint();
    write("data_batch_2.bin", record(200, 1), record(201, 1));
    String longer = DataSets.open(root).split("train").fingerprint();
    assertEquals(3, List.of(before, relabelled, longer).stream().distinct().count());
  }
}
