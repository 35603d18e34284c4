package vggstream.table.sql;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** The statements of a file in {@code sql/}. */
final class SqlFile {
  private SqlFile() {}

  /** The folder. */
  static Path folder() {
    return Path.of("..", "..", "sql");
  }

  /** Statements in their order, without comments. */
  static List<String> statements(String name) throws IOException {
    String sql =
        Files.readAllLines(folder().resolve(name)).stream()
            .filter(line -> !line.stripLeading().startsWith("--"))
            .collect(Collectors.joining("\n"));
    return Arrays.stream(sql.split(";\\s*(\\n|$)"))
        .map(String::strip)
        .filter(statement -> !statement.isEmpty())
        .toList();
  }
}
