package vggstream.train.recipe;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads the typed values of one section and notes every problem; a value with a problem reads as
 * its default, so that reading goes on to the next.
 */
final class Fields {
  private final Node.Mapping section;
  private final String prefix;
  private final List<String> problems;
  private final boolean partial;
  private final Set<String> known = new HashSet<>();

  Fields(Node.Mapping section, String prefix, List<String> problems) {
    this(section, prefix, problems, false);
  }

  private Fields(Node.Mapping section, String prefix, List<String> problems, boolean partial) {
    this.section = section;
    this.prefix = prefix;
    this.problems = problems;
    this.partial = partial;
  }

  /** Fields that other ones will be put over: none is missing, none contradicts another yet. */
  static Fields partial(Node.Mapping section, List<String> problems) {
    return new Fields(section, "", problems, true);
  }

  boolean partial() {
    return partial;
  }

  Fields section(String key) {
    known.add(key);
    Node node = section.entries().get(key);
    if (node == null || node instanceof Node.Scalar scalar && scalar.text().isEmpty()) {
      return new Fields(new Node.Mapping(section.where()), prefix + key + ".", problems, partial);
    }
    if (node instanceof Node.Mapping mapping) {
      return new Fields(mapping, prefix + key + ".", problems, partial);
    }
    problems.add("%s: %s must be a section".formatted(node.where(), prefix + key));
    return new Fields(new Node.Mapping(node.where()), prefix + key + ".", problems, partial);
  }

  /** A value that {@code parse} reads, or throws IllegalArgumentException that states the rule. */
  <T> T value(String key, T preset, Function<String, T> parse) {
    String text = scalar(key);
    if (text == null) {
      return preset;
    }
    try {
      return parse.apply(text);
    } catch (IllegalArgumentException e) {
      problem(key, e.getMessage() == null ? "is not valid: was " + text : e.getMessage());
      return preset;
    }
  }

  /** Notes a key without which there is no recipe. */
  void require(String key) {
    if (section.entries().get(key) == null && !partial) {
      problems.add("%s: %s is missing".formatted(section.where(), prefix + key));
    }
  }

  String text(String key, String preset) {
    return value(
        key,
        preset,
        text -> {
          if (text.isBlank()) {
            throw new IllegalArgumentException("must not be blank");
          }
          return text;
        });
  }

  int integer(String key, int preset, int min, int max) {
    return (int) whole(key, preset, min, max);
  }

  long whole(String key, long preset, long min, long max) {
    return value(
        key,
        preset,
        text -> {
          long value;
          try {
            value = Long.parseLong(text.replace("_", ""));
          } catch (NumberFormatException e) {
            throw new IllegalArgumentException("must be a whole number: was " + text, e);
          }
          if (value < min || value > max) {
            throw new IllegalArgumentException(
                "must be within %d..%d: was %s".formatted(min, max, text));
          }
          return value;
        });
  }

  double real(String key, double preset, Range range) {
    return value(key, preset, range::parse);
  }

  boolean flag(String key, boolean preset) {
    return value(
        key,
        preset,
        text ->
            switch (text) {
              case "true" -> true;
              case "false" -> false;
              default -> throw new IllegalArgumentException("must be true or false: was " + text);
            });
  }

  /** The place in a list of words of a key's value. */
  int word(String key, String preset, List<String> words) {
    return value(
        key,
        words.indexOf(preset),
        text -> {
          if (!words.contains(text)) {
            throw new IllegalArgumentException(
                "must be one of %s: was %s".formatted(String.join(", ", words), text));
          }
          return words.indexOf(text);
        });
  }

  /** Whether a key stands there. */
  boolean has(String key) {
    return section.entries().get(key) != null;
  }

  /** One number or a list of them. */
  List<Double> reals(String key, List<Double> preset, Range range) {
    known.add(key);
    Node node = section.entries().get(key);
    if (node == null) {
      return preset;
    }
    List<Node> items = node instanceof Node.Sequence sequence ? sequence.items() : List.of(node);
    List<Double> values = new ArrayList<>();
    for (Node item : items) {
      try {
        if (!(item instanceof Node.Scalar scalar)) {
          throw new IllegalArgumentException("must be a number or a list of numbers");
        }
        values.add(range.parse(scalar.text()));
      } catch (IllegalArgumentException e) {
        problem(key, String.valueOf(e.getMessage()));
        return preset;
      }
    }
    return values;
  }

  /** Whether the value of a key is this word. */
  boolean isWord(String key, String word) {
    return section.entries().get(key) instanceof Node.Scalar scalar && scalar.text().equals(word);
  }

  /** Notes a problem at a key. */
  void problem(String key, String rule) {
    Node node = section.entries().get(key);
    problems.add(
        "%s: %s%s %s"
            .formatted(
                node == null ? section.where() : node.where(),
                prefix + key,
                rule.startsWith("must ") || rule.startsWith("is ") ? "" : ":",
                rule));
  }

  /** Notes the keys that nobody asked for. */
  void rejectUnknown() {
    section
        .entries()
        .forEach(
            (key, node) -> {
              if (!known.contains(key)) {
                problems.add(
                    "%s: %s is not a key of a recipe; known here: %s"
                        .formatted(
                            node.where(),
                            prefix + key,
                            String.join(", ", known.stream().sorted().toList())));
              }
            });
  }

  private @Nullable String scalar(String key) {
    known.add(key);
    Node node = section.entries().get(key);
    if (node == null) {
      return null;
    }
    if (node instanceof Node.Scalar scalar) {
      return scalar.text();
    }
    problem(key, "must be a single value");
    return null;
  }

  /**
   * Where a number must lie.
   *
   * @param min smallest
   * @param max largest
   * @param open whether the ends themselves are excluded
   */
  record Range(double min, double max, boolean open) {
    static Range open(double min, double max) {
      return new Range(min, max, true);
    }

    static Range closed(double min, double max) {
      return new Range(min, max, false);
    }

    double parse(String text) {
      double value;
      try {
        value = Double.parseDouble(text.replace("_", ""));
      } catch (NumberFormatException e) {
        throw new IllegalArgumentException("must be a number: was " + text, e);
      }
      if (!(open ? value > min && value < max : value >= min && value <= max)) {
        throw new IllegalArgumentException(
            "must be %s %s and %s: was %s"
                .formatted(open ? "between" : "within", trim(min), trim(max), text));
      }
      return value;
    }

    private static String trim(double bound) {
      return bound == Math.rint(bound) && Math.abs(bound) < 1e15
          ? Long.toString((long) bound)
          : Double.toString(bound);
    }
  }
}
