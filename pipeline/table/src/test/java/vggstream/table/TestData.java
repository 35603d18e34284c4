package vggstream.table;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;

/** The folder of public data that some checks use: {@code vgg.data}, or beside the repository. */
final class TestData {
  private TestData() {}

  /** A folder of it; the test is skipped if it is absent. */
  static Path folder(String name) {
    Path folder = root().resolve(name);
    if (!Files.isDirectory(folder)) {
      System.out.println("skipped: no data folder " + name + " (set -Dvgg.data)");
    }
    assumeTrue(Files.isDirectory(folder), () -> "no data folder " + name);
    return folder;
  }

  private static Path root() {
    String set = System.getProperty("vgg.data");
    if (set != null) {
      return Path.of(set);
    }
    Path at = Path.of("").toAbsolutePath();
    while (at.getParent() != null && !Files.isDirectory(at.resolve(".mvn"))) {
      at = at.getParent();
    }
    return at.resolveSibling("shared").resolve("data");
  }
}
