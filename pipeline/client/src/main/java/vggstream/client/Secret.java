package vggstream.client;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Values that need not stand on a command line, where every user of the machine sees them: {@code
 * @file:PATH} is what the file holds without the line's end, {@code @env:NAME} what the environment
 * variable holds.
 */
final class Secret {
  private static final String FILE = "@file:";
  private static final String ENV = "@env:";
  private static final int LARGEST = 1 << 20;

  private Secret() {}

  /**
   * The value that a text stands for; texts of other beginnings stand for themselves.
   *
   * @throws ClientException if it cannot be had; the message names file or variable
   */
  static String resolve(String text, Map<String, String> environment) throws ClientException {
    if (text.startsWith(FILE)) {
      return read(text.substring(FILE.length()));
    }
    if (text.startsWith(ENV)) {
      String name = text.substring(ENV.length());
      String value = environment.get(name);
      if (value == null || value.isEmpty()) {
        throw new ClientException("the environment variable " + name + " must be set: is not");
      }
      return value;
    }
    return text;
  }

  private static String read(String name) throws ClientException {
    try {
      Path file = Path.of(name);
      long size = Files.size(file);
      if (size > LARGEST) {
        throw new ClientException(
            "the file %s must have at most %d bytes: has %d".formatted(name, LARGEST, size));
      }
      String value = Files.readString(file, StandardCharsets.UTF_8).stripTrailing();
      if (value.isEmpty()) {
        throw new ClientException("the file " + name + " must hold a value: is empty");
      }
      return value;
    } catch (InvalidPathException e) {
      throw new ClientException("the file " + name + " cannot be read: no such file", e);
    } catch (IOException e) {
      throw new ClientException(
          "the file " + name + " cannot be read: " + ClientException.reason(e), e);
    }
  }

  /** Whether a property of Kafka's holds a secret, going by its name. */
  static boolean isNameOfSecret(String property) {
    String name = property.toLowerCase(Locale.ROOT);
    return Stream.of("password", "secret", "jaas", "token", "credential", ".key", "user.info")
        .anyMatch(name::contains);
  }
}
