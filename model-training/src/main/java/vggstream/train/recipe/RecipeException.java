package vggstream.train.recipe;

import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A recipe that is not valid: all of its problems, each with the place where it stands. */
public final class RecipeException extends Exception {
  private static final long serialVersionUID = 1L;

  private static final Pattern LINE = Pattern.compile("line (\\d{1,9}):");

  private final List<String> problems;

  private RecipeException(String source, List<String> problems) {
    super(
        "%s is not a valid recipe: %s%n  %s"
            .formatted(
                source,
                problems.size() == 1 ? "1 problem" : problems.size() + " problems",
                String.join(System.lineSeparator() + "  ", problems)));
    this.problems = List.copyOf(problems);
  }

  /** With the problems in the order of their lines, those without a line last. */
  static RecipeException of(String source, List<String> problems) {
    return new RecipeException(
        source, problems.stream().sorted(Comparator.comparingInt(RecipeException::line)).toList());
  }

  private static int line(String problem) {
    Matcher line = LINE.matcher(problem);
    return line.lookingAt() ? Integer.parseInt(line.group(1)) : Integer.MAX_VALUE;
  }

  /** The problems, such as {@code line 7: optimiser.batch must be at least 1: was 0}. */
  public List<String> problems() {
    return problems;
  }
}
