package vggstream.train.recipe;

import java.util.List;

/** A recipe that is not valid: all of its problems, each with the place where it stands. */
public final class RecipeException extends Exception {
  private static final long serialVersionUID = 1L;

  private final List<String> problems;

  RecipeException(String source, List<String> problems) {
    super(
        "%s is not a valid recipe: %s%n  %s"
            .formatted(
                source,
                problems.size() == 1 ? "1 problem" : problems.size() + " problems",
                String.join(System.lineSeparator() + "  ", problems)));
    this.problems = List.copyOf(problems);
  }

  /** The problems, such as {@code line 7: optimiser.batch must be at least 1: was 0}. */
  public List<String> problems() {
    return problems;
  }
}
