package vggstream.job.config;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;

/**
 * Values that need not stand on a command line or in a manifest: {@code @file:PATH} is what the
 * file holds without the line's end, {@code @env:NAME} what the environment variable holds. The
 * client reads the same words.
 */
final class Secret {
  private static final String FILE = "@file:";
  private static final String ENV = "@env:";
  private static final int LARGEST = 1 << 20;

  private Secret() {}

  /**
   * The value that a text stands for; texts of other beginnings stand for themselves.
   *
   * @throws IllegalArgumentException if it cannot be had; the message names file or variable
   */
  static String resolve(String text, Map<String, String> environment) {
    if (text.startsWith(FILE)) {
      return read(text.substring(FILE.length()));
    }
    if (text.startsWith(ENV)) {
      String name = text.substring(ENV.length());
      String value = environment.get(name);
      if (value == null || value.isEmpty()) {
        throw new IllegalArgumentException(
            "the environment variable " + name + " must be set: is not");
      }
      return value;
    }
    return text;
  }

  private static String read(String name) {
    try {
      Path file = Path.of(name);
      long size = Files.size(file);
      if (size > LARGEST) {
        throw new IllegalArgumentException(
            "the file %s must have at most %d bytes: has %d".formatted(name, LARGEST, size));
      }
      String value = Files.readString(file, StandardCharsets.UTF_8).stripTrailing();
      if (value.isEmpty()) {
        throw new IllegalArgumentException("the file " + name + " must hold a value: is empty");
      }
      return value;
    } catch (NoSuchFileException | InvalidPathException e) {
      throw new IllegalArgumentException("there must be a file " + name + ": there is none", e);
    } catch (IOException e) {
      throw new IllegalArgumentException("the file " + name + " cannot be read: " + e, e);
    }
  }
}
