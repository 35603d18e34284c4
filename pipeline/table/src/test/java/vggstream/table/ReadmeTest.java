package vggstream.table;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import vggstream.job.config.InferenceOptions;
import vggstream.job.config.JobOption;

/** README.md says what the code does; where they differ, the test prints it. */
class ReadmeTest {

  private static void requireInReadme(String text) throws Exception {
    String readme = Files.readString(Path.of("README.md"));
    assertTrue(readme.contains(text), () -> "README.md must hold this:\n" + text + "\nEND");
  }

  private static String defaultOf(JobOption<?> option) {
    if (option.isRequired()) {
      return "required";
    }
    String text =
        option.key().equals(ModelSettings.TIMEOUT)
            ? ModelSettings.DEFAULT_TIMEOUT
            : option.defaultText();
    return text == null ? "" : "`" + text + "`";
  }

  @Test
  void tableOfOptionsIsUpToDate() throws Exception {
    String rows =
        InferenceOptions.options().stream()
            .map(
                o ->
                    "| `%s` | %s | %s | %s |"
                        .formatted(
                            InferenceOptions.word(o, ModelSettings.PATH),
                            o.typeName(),
                            defaultOf(o),
                            o.description()))
            .collect(Collectors.joining("\n"));
    requireInReadme("| Option | Value | Default | What |\n|---|---|---|---|\n" + rows + "\n");
  }

  @Test
  void typesOfColumnsAreUpToDate() throws Exception {
    for (OutputColumn column : OutputColumn.values()) {
      String type = column.type().asSummaryString().replace("`", "");
      requireInReadme("`" + type + "`");
      requireInReadme("`" + column.columnName() + "`");
    }
  }
}
