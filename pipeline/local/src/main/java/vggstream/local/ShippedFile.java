package vggstream.local;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Files that the jar carries. */
public final class ShippedFile {
  private ShippedFile() {}

  /**
   * Copies one out of the jar.
   *
   * @param resource its full name, such as {@code /vggstream/local/demo/scenes.onnx}
   * @param file that does not exist yet
   * @return the file
   * @throws UncheckedIOException if it cannot be written
   */
  public static Path copy(String resource, Path file) {
    try (InputStream in = ShippedFile.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException("the jar lacks " + resource);
      }
      Files.copy(in, file);
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + file, e);
    }
  }
}
