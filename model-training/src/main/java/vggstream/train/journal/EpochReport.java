package vggstream.train.journal;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What an epoch brought.
 *
 * @param epoch from 1
 * @param iteration steps made since the run began
 * @param learningRate of the epoch
 * @param loss mean of its steps: nats, or Euclidean of a network that localises
 * @param measures how well the network did
 * @param best whether the validation's measure is the best so far
 * @param imagesPerSecond of the steps made in this process, validation left out
 * @param waitedShare share of that time in which the optimiser waited for images, 0..1
 */
public record EpochReport(
    int epoch,
    long iteration,
    double learningRate,
    double loss,
    Measures measures,
    boolean best,
    double imagesPerSecond,
    double waitedShare) {

  /** The line above those of the same measures. */
  String csvHeader() {
    return String.join(",", columns(List.copyOf(measures.byColumn().keySet())));
  }

  private static List<String> columns(List<String> measures) {
    List<String> columns = new ArrayList<>(List.of("epoch", "iteration", "learning_rate", "loss"));
    columns.addAll(measures);
    columns.addAll(List.of("images_per_second", "waited_share", "best"));
    return columns;
  }

  String toCsv() {
    return String.format(
        Locale.ROOT,
        "%d,%d,%s,%.6f,%s,%.2f,%.4f,%s",
        epoch,
        iteration,
        learningRate,
        loss,
        measures.byColumn().values().stream()
            .map(value -> String.format(Locale.ROOT, "%.6f", value))
            .collect(Collectors.joining(",")),
        imagesPerSecond,
        waitedShare,
        best);
  }

  /**
   * Reads {@link #toCsv} below a {@link #csvHeader}.
   *
   * @throws IllegalArgumentException if the header is of no measures, or a column is missing or no
   *     number
   */
  static EpochReport fromCsv(String header, String line) {
    boolean overlaps = header.equals(String.join(",", columns(Measures.Overlaps.COLUMNS)));
    List<String> names =
        columns(overlaps ? Measures.Overlaps.COLUMNS : Measures.Accuracies.COLUMNS);
    String[] cells = line.split(",", -1);
    if (!header.equals(String.join(",", names)) || cells.length != names.size()) {
      throw new IllegalArgumentException(
          "a line must have the columns %s: was %s".formatted(String.join(",", names), line));
    }
    Map<String, String> byName = new HashMap<>();
    for (int i = 0; i < cells.length; i++) {
      byName.put(names.get(i), cells[i]);
    }
    return new EpochReport(
        Integer.parseInt(byName.get("epoch")),
        Long.parseLong(byName.get("iteration")),
        number(byName, "learning_rate"),
        number(byName, "loss"),
        overlaps
            ? new Measures.Overlaps(
                number(byName, "train_mean_iou"),
                number(byName, "validation_loss"),
                number(byName, "validation_mean_iou"),
                number(byName, "validation_error"))
            : new Measures.Accuracies(
                number(byName, "train_accuracy"),
                number(byName, "validation_accuracy"),
                number(byName, "validation_top5")),
        Boolean.parseBoolean(byName.get("best")),
        number(byName, "images_per_second"),
        number(byName, "waited_share"));
  }

  private static double number(Map<String, String> cells, String column) {
    return Double.parseDouble(cells.get(column));
  }
}
