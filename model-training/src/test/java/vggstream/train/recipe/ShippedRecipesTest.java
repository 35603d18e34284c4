package vggstream.train.recipe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The recipes that the module ships: valid as they are, refused whatever is wrong in them. */
class ShippedRecipesTest {
  /** A key with a value in one line, in block style. */
  private static final Pattern ENTRY =
      Pattern.compile("(?<indent>(?:- | )*)(?<key>[a-z-]+): *(?<value>[^#\\s][^#]*?)? *(?:#.*)?");

  /** Lists runs by recipes, and is none itself; {@code PlanTest} reads it. */
  private static final Path PLAN = Path.of("recipes", "claims", "plan.yaml");

  static List<Path> recipes() throws IOException {
    try (Stream<Path> files = Files.walk(Path.of("recipes"))) {
      List<Path> recipes =
          files.filter(f -> f.toString().endsWith(".yaml") && !f.equals(PLAN)).sorted().toList();
      assertTrue(recipes.size() > 2, "recipes are there");
      return recipes;
    }
  }

  @ParameterizedTest
  @MethodSource("recipes")
  void isValidAndBeginsWithWhatItIsFor(Path file) throws IOException, RecipeException {
    RecipeChain chain = RecipeChain.read(file, List.of());
    assertEquals(chain, RecipeChain.parse(chain.toYaml(), "resolved", List.of()));
    String text = Files.readString(file);
    assertTrue(text.startsWith("# "), "a header says what it is for");
    assertTrue(text.contains(file.toString()), "the header holds its command: " + file);
  }

  @ParameterizedTest
  @MethodSource("recipes")
  void everyWrongKeyIsReportedWithItsLine(Path file) throws IOException {
    assertReported(file, (key, value) -> key + "-x: " + value, "is not a key");
  }

  @ParameterizedTest
  @MethodSource("recipes")
  void everyWrongTypeIsReportedWithItsLine(Path file) throws IOException {
    assertReported(
        file, (key, value) -> key + ": " + (value.isEmpty() ? value : "{wrong: type}"), "must");
  }

  @ParameterizedTest
  @MethodSource("recipes")
  void everyValueOutOfRangeIsReportedWithItsLine(Path file) throws IOException {
    assertReported(
        file,
        (key, value) -> key + ": " + (value.isEmpty() || key.equals("name") ? value : "-1e30"),
        "must");
  }

  private interface Change {
    String of(String key, String value);
  }

  /** Changes every line that holds a key, all at once: each must be reported, by its line. */
  private static void assertReported(Path file, Change change, String rule) throws IOException {
    List<String> lines = Files.readAllLines(file);
    List<String> wrong = new ArrayList<>(lines);
    List<String> changed = new ArrayList<>();
    // sections' own keys are changed where nothing below them would be hidden: in a second round
    for (boolean sections : new boolean[] {false, true}) {
      for (int i = 0; i < lines.size(); i++) {
        Matcher entry = ENTRY.matcher(lines.get(i));
        if (!entry.matches() || (entry.group("value") == null) != sections) {
          continue;
        }
        String key = entry.group("key");
        String value = entry.group("value") == null ? "" : entry.group("value");
        String mutant = change.of(key, value);
        if (mutant.equals(key + ": " + value)) {
          continue;
        }
        if (sections) {
          List<String> one = new ArrayList<>(lines);
          one.set(i, entry.group("indent") + mutant);
          assertProblem(file, one, i, rule);
        } else {
          wrong.set(i, entry.group("indent") + mutant);
          changed.add("line " + (i + 1) + ":");
        }
      }
    }
    assertTrue(changed.size() > 8, "keys found: " + changed);
    List<String> problems = problems(wrong);
    for (String line : changed) {
      assertTrue(
          problems.stream().anyMatch(p -> p.startsWith(line) && p.contains(rule)),
          () -> file + ": " + line + " is not among " + String.join("\n", problems));
    }
  }

  private static void assertProblem(Path file, List<String> lines, int index, String rule) {
    List<String> problems = problems(lines);
    assertTrue(
        problems.stream().anyMatch(p -> p.startsWith("line ") && p.contains(rule)),
        () -> file + ": " + lines.get(index) + " is not among " + problems);
  }

  private static List<String> problems(List<String> lines) {
    String yaml =
        IntStream.range(0, lines.size()).mapToObj(lines::get).reduce("", (a, b) -> a + b + "\n");
    return assertThrows(RecipeException.class, () -> RecipeChain.parse(yaml, "changed", List.of()))
        .problems();
  }
}
