package vggstream.train.recipe;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads YAML into {@link Node}s, token by token, since data binding would lose the lines. */
final class RecipeYaml {
  private static final YAMLFactory YAML = new YAMLFactory();

  private final YAMLParser parser;
  private final @Nullable String override; // the place of every node, if not its line
  private final List<String> problems;

  private RecipeYaml(YAMLParser parser, @Nullable String override, List<String> problems) {
    this.parser = parser;
    this.override = override;
    this.problems = problems;
  }

  /** The document's section; what is wrong with its YAML is added to the problems. */
  static Node.Mapping document(String text, List<String> problems) {
    Node node = parse(text, null, problems);
    if (node instanceof Node.Mapping mapping) {
      return mapping;
    }
    if (problems.isEmpty()) {
      problems.add("line 1: a recipe must be a list of keys with values");
    }
    return new Node.Mapping("line 1");
  }

  /** Puts {@code section.key=value} over what the document says. */
  static void set(Node.Mapping document, String assignment, List<String> problems) {
    int equals = assignment.indexOf('=');
    if (equals < 1) {
      problems.add("--set must be key=value: was " + assignment);
      return;
    }
    String key = assignment.substring(0, equals).strip();
    String where = "--set " + key;
    Node value = parse(assignment.substring(equals + 1), where, problems);
    String[] path = key.split("\\.", -1);
    Node.Mapping section = document;
    for (int i = 0; i < path.length - 1; i++) {
      Node next = section.entries().computeIfAbsent(path[i], name -> new Node.Mapping(where));
      if (!(next instanceof Node.Mapping mapping)) {
        problems.add("%s: %s is a value, no section".formatted(where, path[i]));
        return;
      }
      section = mapping;
    }
    section
        .entries()
        .put(path[path.length - 1], value == null ? new Node.Scalar("", where) : value);
  }

  private static @Nullable Node parse(
      String text, @Nullable String override, List<String> problems) {
    try (YAMLParser parser = YAML.createParser(text)) {
      RecipeYaml reader = new RecipeYaml(parser, override, problems);
      return parser.nextToken() == null ? null : reader.node();
    } catch (JsonProcessingException e) {
      String where =
          override != null
              ? override
              : "line " + (e.getLocation() == null ? 1 : e.getLocation().getLineNr());
      problems.add(where + ": is not YAML: " + firstLine(e.getOriginalMessage()));
      return null;
    } catch (IOException e) {
      throw new IllegalStateException("reading a string cannot fail", e);
    }
  }

  private Node node() throws IOException {
    String where = where();
    JsonToken token = parser.currentToken();
    if (token == JsonToken.START_OBJECT) {
      Node.Mapping mapping = new Node.Mapping(where);
      while (parser.nextToken() != JsonToken.END_OBJECT) {
        String key = parser.currentName();
        String keyWhere = where();
        parser.nextToken();
        if (mapping.entries().put(key, node()) != null) {
          problems.add("%s: %s stands twice".formatted(keyWhere, key));
        }
      }
      return mapping;
    }
    if (token == JsonToken.START_ARRAY) {
      List<Node> items = new ArrayList<>();
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        items.add(node());
      }
      return new Node.Sequence(items, where);
    }
    return new Node.Scalar(token == JsonToken.VALUE_NULL ? "" : parser.getText().strip(), where);
  }

  private String where() {
    return override != null ? override : "line " + parser.currentTokenLocation().getLineNr();
  }

  private static String firstLine(String message) {
    return message.lines().findFirst().orElse("");
  }
}
