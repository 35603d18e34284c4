package vggstream.train.claims;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Findings as a table in Markdown. Errors in per cent, differences in percentage points. */
public final class ClaimsTable {
  private ClaimsTable() {}

  /** The table, a line a finding. */
  public static String markdown(List<Finding> findings) {
    StringBuilder table =
        new StringBuilder(
            "| claim of the paper | section | top-1 error by seed | against | gain, points: mean"
                + " (least to most) ± 2 standard errors | verdict |\n"
                + "|---|---|---|---|---|---|\n");
    for (Finding f : findings) {
      table.append(
          String.format(
              Locale.ROOT,
              "| %s (`%s`) | %s | %s: %s | %s: %s | %+.1f (%+.1f to %+.1f) ± %.1f | %s |%n",
              f.claim().says(),
              f.claim().name(),
              f.claim().section(),
              f.claim().subject(),
              percent(f.subjectErrors()),
              f.claim().than(),
              percent(f.thanErrors()),
              100 * f.difference(),
              100 * f.least(),
              100 * f.most(),
              200 * f.standardError(),
              f.verdict().words()));
    }
    return table.toString().replace(System.lineSeparator(), "\n");
  }

  private static String percent(List<Double> errors) {
    return errors.stream()
        .map(e -> String.format(Locale.ROOT, "%.1f %%", 100 * e))
        .collect(Collectors.joining(", "));
  }
}
