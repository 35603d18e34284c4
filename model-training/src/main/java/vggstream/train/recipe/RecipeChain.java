package vggstream.train.recipe;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a recipe file holds: one recipe, or stages that are trained one after another, as the paper
 * does for S = 384 (from the weights of S = 256) and for S in [256; 512] (from those of S = 384).
 *
 * @param name of the whole
 * @param stages at least one
 */
public record RecipeChain(String name, List<Stage> stages) {
  /** Keys that must be the same in every stage: they choose images, and those held out. */
  private static final List<String> COMMON = List.of("seed", "task", "data.hold-out", "stages");

  private static final Pattern STAGE_NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,39}");

  /**
   * A stage.
   *
   * @param name unique among the stages; empty for a recipe without stages
   * @param recipe with the stage's keys over those of the whole
   * @param fromPrevious whether it starts from the best weights of the stage before
   */
  public record Stage(String name, Recipe recipe, boolean fromPrevious) {}

  public RecipeChain {
    stages = List.copyOf(stages);
    if (stages.isEmpty() || stages.get(0).fromPrevious()) {
      throw new IllegalArgumentException("a chain needs a first stage that starts from no other");
    }
  }

  /** Whether the file names stages. */
  public boolean isChain() {
    return !stages.get(0).name().isEmpty();
  }

  /**
   * Reads a recipe file.
   *
   * @param overrides {@code key=value}, put over the keys of every stage
   * @throws RecipeException with all of its problems
   */
  public static RecipeChain read(Path file, List<String> overrides)
      throws IOException, RecipeException {
    return parse(Files.readString(file), file.toString(), overrides);
  }

  /** Reads a recipe file's text; {@code source} names it in messages. */
  public static RecipeChain parse(String yaml, String source, List<String> overrides)
      throws RecipeException {
    List<String> problems = new ArrayList<>();
    Node.Mapping document = RecipeYaml.document(yaml, problems);
    if (!problems.isEmpty()) {
      throw RecipeException.of(source, problems);
    }
    Node stages = document.entries().get("stages");
    if (stages == null) {
      Recipe recipe = Recipe.parse(yaml, source, overrides);
      return new RecipeChain(recipe.name(), List.of(new Stage("", recipe, false)));
    }
    RecipeChain chain = chain(document, stages, overrides, problems);
    if (chain == null || !problems.isEmpty()) {
      // what is wrong with the whole is wrong with each stage
      throw RecipeException.of(source, List.copyOf(new LinkedHashSet<>(problems)));
    }
    return chain;
  }

  private static @Nullable RecipeChain chain(
      Node.Mapping document, Node stages, List<String> overrides, List<String> problems) {
    Node.Mapping base = new Node.Mapping(new LinkedHashMap<>(document.entries()), document.where());
    base.entries().remove("stages");
    overrides.forEach(assignment -> RecipeYaml.set(base, assignment, problems));
    Fields whole = Fields.partial(base, problems);
    String name = RecipeReader.recipe(whole).name();
    new Fields(base, "", problems).require("name");
    if (!(stages instanceof Node.Sequence sequence) || sequence.items().isEmpty()) {
      problems.add(stages.where() + ": stages must be a list of sections, each with a name");
      return null;
    }
    List<Stage> read = new ArrayList<>();
    Set<String> names = new LinkedHashSet<>();
    for (Node item : sequence.items()) {
      if (item instanceof Node.Mapping mapping) {
        Stage stage = stage(base, name, mapping, read.isEmpty(), overrides, problems);
        if (!stage.name().isEmpty() && !names.add(stage.name())) {
          problems.add("%s: stage %s stands twice".formatted(mapping.where(), stage.name()));
        }
        read.add(stage);
      } else {
        problems.add(item.where() + ": a stage must be a section with a name");
      }
    }
    return problems.isEmpty() ? new RecipeChain(name, read) : null;
  }

  private static Stage stage(
      Node.Mapping base,
      String chainName,
      Node.Mapping stage,
      boolean first,
      List<String> overrides,
      List<String> problems) {
    Fields own = new Fields(stage, "stages.", problems);
    own.require("name");
    String name =
        own.value(
            "name",
            "",
            text -> {
              if (!STAGE_NAME.matcher(text).matches()) {
                throw new IllegalArgumentException(
                    "must be of small letters, digits and hyphens, at most 40: was " + text);
              }
              return text;
            });
    boolean fromPrevious =
        own.value(
            "init-from",
            false,
            text -> {
              if (!text.equals("previous") || first) {
                throw new IllegalArgumentException(
                    first
                        ? "must not stand in the first stage: was " + text
                        : "must be previous: was " + text);
              }
              return true;
            });
    for (String key : COMMON) {
      String place = find(stage, key);
      if (place != null) {
        problems.add("%s: %s must not stand in a stage: it is common to all".formatted(place, key));
      }
    }
    Node.Mapping merged = merge(base, stage);
    merged.entries().remove("init-from");
    merged.entries().remove("stages");
    merged.entries().put("name", new Node.Scalar(chainName + "-" + name, stage.where()));
    overrides.stream()
        .filter(assignment -> !assignment.startsWith("name="))
        .forEach(assignment -> RecipeYaml.set(merged, assignment, problems));
    return new Stage(name, RecipeReader.recipe(new Fields(merged, "", problems)), fromPrevious);
  }

  /** Where a key stands; null if it does not. */
  private static @Nullable String find(Node.Mapping section, String key) {
    int dot = key.indexOf('.');
    Node node = section.entries().get(dot < 0 ? key : key.substring(0, dot));
    if (dot >= 0 && node != null) {
      return node instanceof Node.Mapping inner ? find(inner, key.substring(dot + 1)) : null;
    }
    return node == null ? null : node.where();
  }

  /** The entries of one section put over those of another, section by section; both stay. */
  private static Node.Mapping merge(Node.Mapping base, Node.Mapping over) {
    Map<String, Node> entries = new LinkedHashMap<>();
    base.entries()
        .forEach(
            (key, node) ->
                entries.put(
                    key,
                    node instanceof Node.Mapping inner
                        ? merge(inner, new Node.Mapping(inner.where()))
                        : node));
    over.entries()
        .forEach(
            (key, node) ->
                entries.merge(
                    key,
                    node,
                    (old, added) ->
                        old instanceof Node.Mapping a && added instanceof Node.Mapping b
                            ? merge(a, b)
                            : added));
    return new Node.Mapping(entries, over.where());
  }

  /** The file with its presets and overrides: reads back as this. */
  public String toYaml() {
    if (!isChain()) {
      return stages.get(0).recipe().toYaml();
    }
    Recipe first = stages.get(0).recipe();
    StringBuilder yaml = new StringBuilder();
    yaml.append("name: ").append(Recipe.quote(name)).append('\n');
    yaml.append("seed: ").append(first.seed()).append('\n');
    if (first.task().localises()) {
      yaml.append("task: localise\n");
    }
    yaml.append("data:\n  hold-out: ").append(first.data().holdOut()).append('\n');
    yaml.append("stages:\n");
    for (Stage stage : stages) {
      yaml.append("- name: ").append(Recipe.quote(stage.name())).append('\n');
      if (stage.fromPrevious()) {
        yaml.append("  init-from: previous\n");
      }
      stage
          .recipe()
          .toYaml()
          .lines()
          .filter(line -> !line.matches("(name|seed|task|  hold-out): .*"))
          .forEach(line -> yaml.append("  ").append(line).append('\n'));
    }
    return yaml.toString();
  }
}
