package vggstream.train.recipe;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A piece of a recipe's YAML that knows where it stands. */
sealed interface Node {
  /** The place, such as {@code line 7} or {@code --set epochs}. */
  String where();

  /** A value as it is written; empty if nothing is. */
  record Scalar(String text, String where) implements Node {}

  /** A list. */
  record Sequence(List<Node> items, String where) implements Node {
    public Sequence {
      items = List.copyOf(items);
    }
  }

  /** A section; its entries in the order of the file, and open to overrides. */
  record Mapping(Map<String, Node> entries, String where) implements Node {
    Mapping(String where) {
      this(new LinkedHashMap<>(), where);
    }
  }
}
