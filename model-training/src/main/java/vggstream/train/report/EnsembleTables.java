package vggstream.train.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import vggstream.train.data.Layout;

/** Tables 6 and 7: several networks together, and the best beside the state of the art. */
final class EnsembleTables {
  private final List<Evaluation> evaluations;
  private final Evaluation.Data data;
  private final PaperTables paper;
  private final List<String> missing = new ArrayList<>();

  EnsembleTables(List<Evaluation> evaluations, PaperTables paper) {
    this.evaluations = evaluations;
    this.data = evaluations.get(0).data();
    this.paper = paper;
  }

  List<Table> tables() {
    missing.clear();
    List<Table> tables = new ArrayList<>();
    add6(tables);
    add7(tables);
    return tables;
  }

  /** What the tables lack. */
  List<String> missing() {
    return List.copyOf(missing);
  }

  private void add6(List<Table> tables) {
    List<Evaluation> chosen =
        evaluations.stream()
            .filter(e -> !DataSetTables.single(e))
            .sorted(
                Comparator.comparingInt((Evaluation e) -> -e.models().size())
                    .thenComparing(EnsembleTables::combination)
                    .thenComparing(Evaluation::cropping))
            .toList();
    if (chosen.isEmpty()) {
      missing.add("Table 6: no ensemble: evaluate --model M1 --model M2 --data " + data.path());
      if (!data.isPapers()) {
        return;
      }
    }
    List<List<String>> rows = new ArrayList<>();
    Set<PaperTables.Row> found = new HashSet<>();
    for (Evaluation e : chosen) {
      List<String> row =
          new ArrayList<>(
              List.of(
                  combination(e),
                  EvaluationRow.protocol(e),
                  EvaluationRow.percent(e.top1Error()),
                  EvaluationRow.percent(e.top5Error())));
      if (data.isPapers()) {
        PaperTables.Row beside =
            paper.table(6).stream()
                .filter(r -> sameCombination(r, e))
                .findFirst()
                .orElse(new PaperTables.Row(6, "", "", Table.NONE, Table.NONE, Table.NONE));
        found.add(beside);
        row.addAll(beside.validation());
      }
      rows.add(row);
    }
    if (data.isPapers()) {
      for (PaperTables.Row row : paper.table(6)) {
        if (!found.contains(row)) {
          rows.add(
              List.of(
                  row.entry(),
                  row.protocol(),
                  Table.NONE,
                  Table.NONE,
                  row.top1Val(),
                  row.top5Val()));
        }
      }
    }
    List<String> columns =
        new ArrayList<>(
            List.of(
                "combined models", "evaluation method", DataSetTables.TOP1, DataSetTables.TOP5));
    if (data.isPapers()) {
      columns.addAll(List.of("paper: top-1", "paper: top-5"));
    }
    tables.add(new Table("Table 6: several networks", columns, rows, DataSetTables.note(data)));
    if (!chosen.isEmpty()) {
      paper.reference(6, data).ifPresent(tables::add);
    }
  }

  private static String combination(Evaluation e) {
    return e.models().stream()
        .map(Evaluation.Model::notation)
        .sorted(Comparator.comparing(Entry::parse))
        .collect(Collectors.joining(" + "));
  }

  private static boolean sameCombination(PaperTables.Row row, Evaluation e) {
    List<String> parts = new ArrayList<>(List.of(row.entry().split(" \\+ ", -1)));
    parts.sort(Comparator.comparing(Entry::parse));
    return String.join(" + ", parts).equals(combination(e))
        && row.protocol().equals(EvaluationRow.protocol(e));
  }

  /** Our best network and our best ensemble, by top-1 error, beside the paper's rows. */
  private void add7(List<Table> tables) {
    List<Evaluation> best = new ArrayList<>();
    for (Predicate<Evaluation> kind :
        List.<Predicate<Evaluation>>of(e -> !DataSetTables.single(e), DataSetTables::single)) {
      evaluations.stream()
          .filter(kind)
          .min(
              Comparator.comparingDouble(Evaluation::top1Error)
                  .thenComparingDouble(Evaluation::top5Error))
          .ifPresent(best::add);
    }
    List<List<String>> rows = new ArrayList<>();
    for (Evaluation e : best) {
      rows.add(
          List.of(
              "ours (%d %s, %s eval.): %s"
                  .formatted(
                      e.models().size(),
                      DataSetTables.single(e) ? "net" : "nets",
                      EvaluationRow.protocol(e),
                      combination(e)),
              EvaluationRow.percent(e.top1Error()),
              EvaluationRow.percent(e.top5Error()),
              Table.NONE));
    }
    if (data.isPapers()) {
      for (PaperTables.Row row : paper.table(7)) {
        rows.add(List.of(row.entry(), row.top1Val(), row.top5Val(), row.top5Test()));
      }
    }
    String split = data.split();
    tables.add(
        new Table(
            "Table 7: beside the state of the art",
            List.of(
                "method",
                "top-1 %s (%%)".formatted(split),
                "top-5 %s (%%)".formatted(split),
                "top-5 test server (%)"),
            rows,
            "Ours: the smallest top-1 error of any protocol above."
                + (data.layout() == Layout.ILSVRC
                    ? ""
                    : " The paper's rows are of ILSVRC and stand here only where the images are.")));
    if (!best.isEmpty()) {
      paper.reference(7, data).ifPresent(tables::add);
    }
  }
}
