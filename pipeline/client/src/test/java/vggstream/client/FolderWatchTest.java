package vggstream.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A folder that is watched, by a clock of the test's own. */
class FolderWatchTest {
  @TempDir private Path temp;
  private Path folder;
  private long now;
  private FolderWatch watch;

  @BeforeEach
  void makeFolder() throws Exception {
    folder = Files.createDirectory(temp.resolve("in")).toRealPath();
    watch = new FolderWatch(Duration.ofSeconds(2), () -> now);
  }

  private List<String> lookAfter(long millis) throws IOException {
    now += TimeUnit.MILLISECONDS.toNanos(millis);
    try (var files = ImageFiles.ALL.under(folder)) {
      return watch.look(files).stream().map(ImageFile::eventId).toList();
    }
  }

  @Test
  void aFileIsGivenOnceItHasNotChangedForAWhile() throws Exception {
    Path file = Files.write(folder.resolve("a.jpg"), new byte[10]);
    assertEquals(List.of(), lookAfter(0));
    assertEquals(List.of(), lookAfter(1999));
    Files.write(file, new byte[10], StandardOpenOption.APPEND); // it grows
    assertEquals(List.of(), lookAfter(1));
    assertEquals(List.of(), lookAfter(1999));
    Files.setLastModifiedTime(file, FileTime.fromMillis(1)); // written anew, as long as before
    assertEquals(List.of(), lookAfter(1));
    assertEquals(List.of(), lookAfter(1999));
    assertEquals(List.of("a.jpg"), lookAfter(1));
    assertEquals(List.of(), lookAfter(5000));
    Files.write(file, new byte[10], StandardOpenOption.APPEND);
    assertEquals(List.of(), lookAfter(5000));
    assertEquals(List.of(), lookAfter(5000));
  }

  @Test
  void filesOfAllFoldersAreGivenInOrder() throws Exception {
    Files.createDirectory(folder.resolve("b"));
    Files.write(folder.resolve("b/2.jpg"), new byte[1]);
    Files.write(folder.resolve("a.jpg"), new byte[1]);
    assertEquals(List.of(), lookAfter(0));
    Files.write(folder.resolve("b/1.jpg"), new byte[1]);
    assertEquals(List.of("a.jpg", "b/2.jpg"), lookAfter(2000));
    assertEquals(List.of("b/1.jpg"), lookAfter(2000));
  }

  @Test
  void aFileThatIsToBeRenamedIsGivenByItsLastName() throws Exception {
    for (String name : List.of(".a.jpg", "b.jpg.tmp", "c.part")) {
      Files.write(folder.resolve(name), new byte[1]);
    }
    Files.createSymbolicLink(folder.resolve("broken.jpg"), temp.resolve("none"));
    assertEquals(List.of(), lookAfter(0));
    assertEquals(List.of(), lookAfter(5000));
    Files.move(folder.resolve(".a.jpg"), folder.resolve("a.jpg"));
    assertEquals(List.of(), lookAfter(0));
    assertEquals(List.of("a.jpg"), lookAfter(2000));
  }

  @Test
  void aFileThatWentAndCameIsGivenAgain() throws Exception {
    Path file = Files.write(folder.resolve("a.jpg"), new byte[10]);
    lookAfter(0);
    assertEquals(List.of("a.jpg"), lookAfter(2000));
    Files.delete(file);
    assertEquals(List.of(), lookAfter(0));
    Files.write(file, new byte[10]);
    lookAfter(0);
    assertEquals(List.of("a.jpg"), lookAfter(2000));
  }

  @Test
  void aLookThatFailsForgetsNothing() throws Exception {
    Path file = Files.write(folder.resolve("a.jpg"), new byte[10]);
    lookAfter(0);
    assertEquals(List.of("a.jpg"), lookAfter(2000));
    Stream<ImageFile> failing =
        Stream.of(new ImageFile(file, "a.jpg", "s"))
            .peek(
                f -> {
                  throw new UncheckedIOException(new IOException("the mount is gone"));
                });
    assertThrows(UncheckedIOException.class, () -> watch.look(failing));
    assertEquals(List.of(), lookAfter(2000));
  }
}
