package vggstream.client;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageFilesTest {
  @TempDir private Path temp;
  private Path root;

  @BeforeEach
  void makeFolders() throws IOException {
    root = Files.createDirectory(temp.resolve("feed"));
    for (String name : List.of("b.jpg", "a.jpg", "north/2.png", "north/1.png", "north/x/9.txt")) {
      Path file = root.resolve(name);
      Files.createDirectories(file.getParent());
      Files.write(file, new byte[] {1});
    }
  }

  private static List<String> idsAndSources(ImageFiles files, Path path) throws IOException {
    try (Stream<ImageFile> stream = files.under(path)) {
      return stream.map(f -> f.eventId() + " " + f.source()).toList();
    }
  }

  @Test
  void aFolderGivesRelativePathsInOrderAndFoldersAsSources() throws IOException {
    assertEquals(
        List.of(
            "a.jpg feed",
            "b.jpg feed",
            "north/1.png north",
            "north/2.png north",
            "north/x/9.txt x"),
        idsAndSources(ImageFiles.ALL, root));
  }

  @Test
  void aFileGivesItsName() throws IOException {
    assertEquals(
        List.of("1.png north"), idsAndSources(ImageFiles.ALL, root.resolve("north/1.png")));
  }

  @Test
  void prefixAndSourceAreTakenAndFoldersWithinLeftOut() throws IOException {
    assertEquals(
        List.of("day1/a.jpg cam", "day1/b.jpg cam"),
        idsAndSources(new ImageFiles("day1/", "cam", false), root));
  }

  @Test
  void linksAreFollowedButNotInCircles() throws IOException {
    Path other = Files.createDirectory(temp.resolve("other"));
    Files.write(other.resolve("z.jpg"), new byte[] {1});
    Files.createSymbolicLink(root.resolve("link"), other);
    Files.createSymbolicLink(root.resolve("dangling.jpg"), temp.resolve("nothing"));
    assertEquals(
        List.of("a.jpg feed", "b.jpg feed", "dangling.jpg feed", "link/z.jpg link"),
        idsAndSources(ImageFiles.ALL, root).subList(0, 4));
    Files.createSymbolicLink(root.resolve("north/up"), root);
    var e = assertThrows(UncheckedIOException.class, () -> idsAndSources(ImageFiles.ALL, root));
    assertEquals(
        root.toRealPath().resolve("north/up")
            + ": a link must not lead to a folder that it lies in",
        requireNonNull(e.getCause()).getMessage());
  }

  @Test
  void aPathWithNothingIsRefused() {
    assertThrows(NoSuchFileException.class, () -> ImageFiles.ALL.under(root.resolve("c.jpg")));
  }
}
