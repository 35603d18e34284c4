package vggstream.train.report;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import vggstream.train.data.Layout;

/** The figures of the paper's Tables 3 to 7 (arXiv 1409.1556v6, section 4), ILSVRC-2012. */
final class PaperTables {
  private static final String RESOURCE = "paper.tsv";
  private static final int CELLS = 6;

  /**
   * A row.
   *
   * @param table 3..7
   * @param entry {@link Evaluation.Model#notation}, joined by {@code +}; in Table 7 the method
   * @param protocol {@code dense}, {@code crops}, {@code both}; {@code -} in Table 7
   * @param top1Val error, per cent, or {@code -}
   * @param top5Val error, per cent, or {@code -}
   * @param top5Test error, per cent, or {@code -}
   */
  record Row(
      int table, String entry, String protocol, String top1Val, String top5Val, String top5Test) {

    /** Top-1 and top-5 error on the validation images. */
    List<String> validation() {
      return List.of(top1Val, top5Val);
    }
  }

  private final List<Row> rows;

  private PaperTables(List<Row> rows) {
    this.rows = rows;
  }

  static PaperTables load() {
    List<Row> rows = new ArrayList<>();
    try (InputStream in = PaperTables.class.getResourceAsStream(RESOURCE)) {
      if (in == null) {
        throw new IllegalStateException(RESOURCE + " must be in the jar: is missing");
      }
      BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        String[] cells = line.split("\t", -1);
        if (cells.length == CELLS && Character.isDigit(cells[0].charAt(0))) {
          rows.add(
              new Row(
                  Integer.parseInt(cells[0]), cells[1], cells[2], cells[3], cells[4], cells[5]));
        }
      }
    } catch (IOException e) {
      throw new IllegalStateException(RESOURCE + " cannot be read", e);
    }
    return new PaperTables(rows);
  }

  /** The rows of a table in the paper's order. */
  List<Row> table(int number) {
    return rows.stream().filter(row -> row.table() == number).toList();
  }

  /** The paper's own table, to stand below ours where that is of some of ILSVRC's classes. */
  Optional<Table> reference(int number, Evaluation.Data ours) {
    if (ours.isPapers() || ours.layout() != Layout.ILSVRC) {
      return Optional.empty();
    }
    boolean methods = number == 7;
    List<List<String>> cells = new ArrayList<>();
    for (Row row : table(number)) {
      List<String> line = new ArrayList<>(List.of(row.entry()));
      if (!methods) {
        line.add(row.protocol());
      }
      line.addAll(List.of(row.top1Val(), row.top5Val(), row.top5Test()));
      cells.add(line);
    }
    List<String> columns = new ArrayList<>(List.of(methods ? "method" : "config./S/Q"));
    if (!methods) {
      columns.add("protocol");
    }
    columns.addAll(List.of("top-1 val (%)", "top-5 val (%)", "top-5 test (%)"));
    return Optional.of(
        new Table(
            "Table %d in the paper: all 1000 classes".formatted(number),
            columns,
            cells,
            "Ours, with %d classes, compare with these in their order only."
                .formatted(ours.classes())));
  }
}
