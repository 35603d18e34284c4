package vggstream.train.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageFolderTest {
  @TempDir private Path root;

  private void touch(String... names) throws IOException {
    for (String name : names) {
      Files.createDirectories(root.resolve(name).getParent());
      Files.writeString(root.resolve(name), "x");
    }
  }

  @Test
  void classesAndImagesStandInByteOrderOfTheirNames() throws IOException {
    // in UTF-16, which String.compareTo goes by, the last two would change places
    touch("a/2.png", "a/10.png", "Z/1.png", "_/1.png", "\uFF21/1.png", "\uD83D\uDE00/1.png");
    ImageSet images = ImageFolder.read(root);
    assertEquals(List.of("Z", "_", "a", "\uFF21", "\uD83D\uDE00"), images.labels());
    assertEquals(
        List.of("Z/1.png", "_/1.png", "a/10.png", "a/2.png", "\uFF21/1.png", "\uD83D\uDE00/1.png"),
        images.samples().stream().map(Sample::path).toList());
    assertEquals(
        List.of(0, 1, 2, 2, 3, 4), images.samples().stream().map(Sample::classIndex).toList());
  }

  @Test
  void anEmptyClassKeepsItsIndex() throws IOException {
    touch("a/1.png", "c/1.png");
    Files.createDirectories(root.resolve("b"));
    ImageSet images = ImageFolder.read(root);
    assertEquals(List.of("a", "b", "c"), images.labels());
    assertEquals(List.of(0, 2), images.samples().stream().map(Sample::classIndex).toList());
  }

  @Test
  void namesThatBeginWithADotAreLeftOut() throws IOException {
    touch(".git/1.png", "a/.DS_Store", "a/1.png", "README");
    ImageSet images = ImageFolder.read(root);
    assertEquals(List.of("a"), images.labels());
    assertEquals(1, images.size());
  }

  @Test
  void anotherPartOfASetUsesTheLabelsOfTheFirst() throws IOException {
    touch("b/1.png");
    ImageSet images = ImageFolder.read(root, List.of("a", "b"));
    assertEquals(List.of(new Sample("b/1.png", 1)), images.samples());
    DataException e =
        assertThrows(DataException.class, () -> ImageFolder.read(root, List.of("a", "c")));
    assertTrue(e.getMessage().contains("found [b]"), e.getMessage());
  }

  @Test
  void aFolderWithoutImagesIsRefused() throws IOException {
    assertThrows(DataException.class, () -> ImageFolder.read(root));
    assertThrows(NoSuchFileException.class, () -> ImageFolder.read(root.resolve("none")));
    touch("a/1.png");
    assertThrows(DataException.class, () -> ImageFolder.read(root.resolve("a/1.png")));
  }

  @Test
  void theFingerprintTellsSetsApart() throws IOException {
    touch("a/1.png", "b/1.png");
    String before = ImageFolder.read(root).fingerprint();
    assertEquals(before, ImageFolder.read(root).fingerprint());
    touch("b/2.png");
    assertNotEquals(before, ImageFolder.read(root).fingerprint());
  }
}
