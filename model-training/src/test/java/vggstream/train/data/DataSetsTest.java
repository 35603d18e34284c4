package vggstream.train.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import vggstream.image.ImageEncoder;
import vggstream.image.Size;

class DataSetsTest {
  @TempDir private Path root;

  private void touch(String... names) throws IOException {
    for (String name : names) {
      Files.createDirectories(root.resolve(name).getParent());
      Files.writeString(root.resolve(name), "x");
    }
  }

  @Test
  void splitsAreTheFoldersThatAreThere() throws IOException {
    touch("train/a/1", "train/b/1", "test/b/2", "other/c/1");
    DataSet data = DataSets.open(root);
    assertEquals(Layout.FOLDERS, data.layout());
    assertEquals(List.of("a", "b"), data.labels());
    assertEquals(List.of("train", "test"), data.splits());
    assertEquals(List.of(new Sample("b/2", 1)), data.split("test").samples());
    DataException e = assertThrows(DataException.class, () -> data.split("val"));
    assertTrue(e.getMessage().contains("must be one of [train, test]: was val"), e.getMessage());
  }

  @Test
  void classFoldersAloneAreOneSplit() throws IOException {
    touch("a/1", "b/1", "b/2", "b/3");
    DataSet data = DataSets.open(root);
    assertEquals(Layout.CLASS_FOLDERS, data.layout());
    assertEquals(List.of("all"), data.splits());
    assertEquals(4, data.split("all").size());
    HoldOut images = data.trainAndValidation(0.4, 1);
    assertEquals(3, images.train().size());
    assertEquals(1, images.validation().size());
  }

  @Test
  void aClassMayBeCalledTrain() throws IOException {
    touch("train/1", "bus/1");
    DataSet data = DataSets.open(root);
    assertEquals(Layout.CLASS_FOLDERS, data.layout());
    assertEquals(List.of("bus", "train"), data.labels());
  }

  @Test
  void whatIsNoDataSetIsRefused() throws IOException {
    assertThrows(NoSuchFileException.class, () -> DataSets.open(root.resolve("none")));
    touch("a.jpg");
    assertThrows(DataException.class, () -> DataSets.open(root.resolve("a.jpg")));
    DataException e = assertThrows(DataException.class, () -> DataSets.open(root));
    assertTrue(e.getMessage().contains("holds no folder"), e.getMessage());
    Files.createDirectories(root.resolve("train"));
    DataSet empty = DataSets.open(root);
    assertThrows(DataException.class, () -> empty.trainAndValidation(0.1, 1));
    touch("test/a/1");
    DataSet testOnly = DataSets.open(root);
    assertThrows(DataException.class, () -> testOnly.trainAndValidation(0.1, 1));
  }

  @Test
  void aModelsLabelsChooseTheIndices() throws IOException {
    touch("b/1", "c/1");
    DataSet data = DataSets.open(root);
    ImageSet images = data.split("all", List.of("c", "a", "b"));
    assertEquals(List.of(new Sample("b/1", 2), new Sample("c/1", 0)), images.samples());
    DataException e = assertThrows(DataException.class, () -> data.split("all", List.of("a", "b")));
    assertTrue(e.getMessage().contains("found [c]"), e.getMessage());
  }

  @Test
  void aWordNetIdAloneNamesItsClass() throws IOException {
    touch("n01443537/1", "n01882714/1");
    ImageSet images =
        DataSets.open(root).split("all", List.of("n01882714 koala", "n01443537 goldfish, x"));
    assertEquals(List.of(1, 0), images.samples().stream().map(Sample::classIndex).toList());
    ImageSet back = images.withLabels(List.of("n01443537", "n01882714"));
    assertEquals(List.of(0, 1), back.samples().stream().map(Sample::classIndex).toList());
    assertThrows(DataException.class, () -> images.withLabels(List.of("goldfish", "koala")));
  }

  @Test
  void theFingerprintTellsFilesOfOtherSizesApart() throws IOException {
    touch("a/1", "b/1");
    String before = DataSets.open(root).split("all").fingerprint();
    assertEquals(before, DataSets.open(root).split("all").fingerprint());
    Files.writeString(root.resolve("b/1"), "longer");
    assertNotEquals(before, DataSets.open(root).split("all").fingerprint());
  }

  @Test
  void brokenImagesAreCountedWithTheirReasonsAndTheRestIsUsed() throws Exception {
    TestImages.folder(root.resolve("train"), 2, 10, 40);
    Files.createDirectories(root.resolve("train/empty"));
    byte[] jpeg = jpeg();
    Files.write(root.resolve("train/c0/truncated.jpg"), Arrays.copyOf(jpeg, jpeg.length / 2));
    Files.writeString(root.resolve("train/c1/text.jpg"), "this is a text");
    Files.write(root.resolve("train/c1/whole.jpg"), jpeg);
    HoldOut images = DataSets.open(root).trainAndValidation(0.1, 1);
    assertEquals(List.of("c0", "c1", "empty"), images.train().labels());
    ImageSet all = DataSets.open(root).split("train");
    assertEquals(23, all.size());
    UnreadableImages unreadable = new UnreadableImages(all, 0.1);
    try (BatchLoader loader =
        new BatchLoader(
            all,
            new Augmentation(32, 32, 32, true),
            unreadable,
            new BatchLoader.Options(23, 1, 2, 1),
            0)) {
      assertEquals(23, loader.next().groups().get(0).pixels().count());
    }
    assertEquals(2, unreadable.count());
    assertEquals(Set.of("c0/truncated.jpg", "c1/text.jpg"), unreadable.reasons().keySet());
    assertTrue(
        String.valueOf(unreadable.reasons().get("c1/text.jpg")).contains("must be JPEG"),
        unreadable.reasons().toString());
    assertTrue(
        String.valueOf(unreadable.reasons().get("c0/truncated.jpg")).contains("ends"),
        unreadable.reasons().toString());
  }

  private static byte[] jpeg() {
    java.nio.ByteBuffer rgb = java.nio.ByteBuffer.allocate(64 * 64 * 3);
    java.util.Random random = new java.util.Random(1);
    while (rgb.hasRemaining()) {
      rgb.put((byte) random.nextInt());
    }
    return ImageEncoder.jpeg(rgb.flip(), new Size(64, 64), 90);
  }
}
