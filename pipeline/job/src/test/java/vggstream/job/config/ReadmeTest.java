package vggstream.job.config;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import vggstream.job.codec.DeadLetterReason;
import vggstream.job.metric.JobMetric;

/** The tables in README.md are those of the code; where they differ, the test prints them. */
class ReadmeTest {
  private static void requireInReadme(String table) throws Exception {
    String readme = Files.readString(Path.of("README.md"));
    assertTrue(readme.contains(table), () -> "README.md must hold this table:\n" + table + "\nEND");
  }

  @Test
  void tableOfOptionsIsUpToDate() throws Exception {
    String rows =
        JobOption.all().stream()
            .map(
                o ->
                    "| `--%s` | %s | %s | %s |"
                        .formatted(
                            o.key(),
                            o.typeName(),
                            o.isRequired()
                                ? "required"
                                : o.defaultText() == null ? "" : "`" + o.defaultText() + "`",
                            o.description()))
            .collect(Collectors.joining("\n"));
    requireInReadme("| Option | Value | Default | What |\n|---|---|---|---|\n" + rows + "\n");
  }

  @Test
  void tableOfMetricsIsUpToDate() throws Exception {
    String rows =
        Arrays.stream(JobMetric.values()).map(JobMetric::row).collect(Collectors.joining("\n"));
    requireInReadme("| Metric | Kind | Labels | What |\n|---|---|---|---|\n" + rows + "\n");
  }

  @Test
  void tableOfReasonsIsUpToDate() throws Exception {
    String rows =
        Arrays.stream(DeadLetterReason.values())
            .map(r -> "| `%s` | %s |".formatted(r.name(), r.description()))
            .collect(Collectors.joining("\n"));
    requireInReadme("| Reason | What |\n|---|---|\n" + rows + "\n");
  }
}
