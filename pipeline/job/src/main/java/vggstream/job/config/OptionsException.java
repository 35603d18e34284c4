package vggstream.job.config;

import java.util.List;

/** Options that cannot be used: every problem, each with its rule and its value. */
public final class OptionsException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final List<String> problems;

  /** At least one problem. */
  public OptionsException(List<String> problems) {
    super(
        problems.size() == 1
            ? problems.get(0)
            : problems.size() + " problems:\n  " + String.join("\n  ", problems));
    this.problems = List.copyOf(problems);
  }

  /** One line each. */
  public List<String> problems() {
    return problems;
  }
}
