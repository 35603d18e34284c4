package vggstream.train.report;

import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a row of Tables 3 to 5 is of, in the paper's order.
 *
 * @param configuration such as {@code D}
 * @param trainScale S
 * @param testScales Q
 */
record Entry(String configuration, String trainScale, String testScales)
    implements Comparable<Entry> {
  /** Columns of the paper's Table 1; others stand behind. */
  static final List<String> CONFIGURATIONS = List.of("A", "A-LRN", "B", "C", "D", "E");

  private static final Pattern NUMBER = Pattern.compile("\\d+");

  private static final Comparator<Entry> ORDER =
      Comparator.comparingInt((Entry e) -> place(e.configuration()))
          .thenComparing(Entry::configuration)
          .thenComparing(e -> e.trainScale().startsWith("["))
          .thenComparingInt(e -> first(e.trainScale()))
          .thenComparingInt(e -> first(e.testScales()))
          .thenComparing(Entry::trainScale)
          .thenComparing(Entry::testScales);

  /** From {@code config/S/Q}. */
  static Entry parse(String notation) {
    String[] parts = notation.split("/", 3);
    return new Entry(parts[0], parts[1], parts[2]);
  }

  static Entry of(Evaluation.Model model) {
    return new Entry(model.configuration(), model.trainScale(), model.testScales());
  }

  private static int place(String configuration) {
    int place = CONFIGURATIONS.indexOf(configuration);
    return place < 0 ? CONFIGURATIONS.size() : place;
  }

  private static int first(String scales) {
    Matcher matcher = NUMBER.matcher(scales);
    return matcher.find() ? Integer.parseInt(matcher.group()) : 0;
  }

  @Override
  public int compareTo(Entry other) {
    return ORDER.compare(this, other);
  }
}
