package vggstream.train.report;

import java.util.List;

/**
 * A table to be shown.
 *
 * @param title above it
 * @param columns their headings
 * @param rows cells by column; {@link #NONE} where there is no figure
 * @param note below it; may be empty
 */
record Table(String title, List<String> columns, List<List<String>> rows, String note) {
  /** In the place of a figure that there is not. */
  static final String NONE = "\u2013";

  Table {
    columns = List.copyOf(columns);
    rows = rows.stream().map(List::copyOf).toList();
    for (List<String> row : rows) {
      if (row.size() != columns.size()) {
        throw new IllegalArgumentException(
            "rows must have %d cells: was %s".formatted(columns.size(), row));
      }
    }
  }
}
