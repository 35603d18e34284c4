package vggstream.train.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import vggstream.classify.Cropping;
import vggstream.train.data.Layout;

/**
 * The paper's Tables 3 to 7 for the evaluations on one set of images. The paper's figures stand
 * beside ours where the images are ILSVRC's; below ours where they are a selection of its classes.
 */
final class DataSetTables {
  private static final String TOP1 = "top-1 error (%)";
  private static final String TOP5 = "top-5 error (%)";

  private final List<Evaluation> evaluations;
  private final Evaluation.Data data;
  private final PaperTables paper;
  private final List<String> missing = new ArrayList<>();

  /**
   * For evaluations on the same images.
   *
   * @param evaluations at least one
   */
  DataSetTables(List<Evaluation> evaluations, PaperTables paper) {
    this.evaluations = evaluations;
    this.data = evaluations.get(0).data();
    this.paper = paper;
  }

  /** Such as {@code ilsvrc-mini, val: 10 classes, 500 images}. */
  String title() {
    int images = evaluations.stream().mapToInt(Evaluation::images).max().orElse(0);
    return "%s, %s: %d classes, %d images"
        .formatted(data.name(), data.split(), data.classes(), images);
  }

  /** What the tables lack, and the commands that make it. */
  List<String> missing() {
    return List.copyOf(missing);
  }

  /** All of the tables that there is something for; {@link #missing} then says what there is not. */
  List<Table> tables() {
    missing.clear();
    List<Table> tables = new ArrayList<>();
    add(tables, 3, "Table 3: single test scale", e -> dense(e) && !several(e));
    add(tables, 4, "Table 4: several test scales", e -> dense(e) && several(e));
    addTable5(tables);
    addTable6(tables);
    addTable7(tables);
    addOthers(tables);
    noteMissing();
    return tables;
  }

  private static boolean single(Evaluation e) {
    return e.models().size() == 1;
  }

  private static boolean dense(Evaluation e) {
    return single(e) && e.cropping() == Cropping.DENSE;
  }

  private static boolean several(Evaluation e) {
    return e.models().get(0).scales().size() > 1;
  }

  private static Entry entry(Evaluation e) {
    return Entry.of(e.models().get(0));
  }

  /** Name and, since several runs may share it, the beginning of the file's hash. */
  private static String model(Evaluation.Model model) {
    return model.name() + " " + model.sha256().substring(0, Math.min(8, model.sha256().length()));
  }

  /** A row's figures: ours, the paper's, or both. */
  private record Line(Entry entry, String protocol, List<String> ours, List<String> papers) {}

  private static final List<String> NO_OURS = List.of(Table.NONE, Table.NONE, Table.NONE);
  private static final List<String> NO_PAPERS = List.of(Table.NONE, Table.NONE);

  private static List<String> ours(Evaluation e) {
    return List.of(
        EvaluationRow.percent(e.top1Error()),
        EvaluationRow.percent(e.top5Error()),
        model(e.models().get(0)));
  }

  private static List<String> papers(PaperTables.Row row) {
    return List.of(row.top1Val(), row.top5Val());
  }

  /** Ours and, of the same images, the paper's, in the paper's order. */
  private List<Line> lines(int number, List<Evaluation> chosen) {
    List<Line> lines = new ArrayList<>();
    Set<String> found = new TreeSet<>();
    for (Evaluation e : chosen) {
      String protocol = EvaluationRow.protocol(e);
      List<String> beside = NO_PAPERS;
      for (PaperTables.Row row : paper.table(number)) {
        if (row.entry().equals(e.models().get(0).notation()) && row.protocol().equals(protocol)) {
          beside = papers(row);
          found.add(row.entry() + row.protocol());
        }
      }
      lines.add(new Line(entry(e), protocol, ours(e), beside));
    }
    if (data.isPapers()) {
      for (PaperTables.Row row : paper.table(number)) {
        if (!found.contains(row.entry() + row.protocol())) {
          lines.add(new Line(Entry.parse(row.entry()), row.protocol(), NO_OURS, papers(row)));
        }
      }
    }
    lines.sort(
        Comparator.comparing(Line::entry)
            .thenComparing(line -> line.ours().get(2))
            .thenComparing(line -> order(line.protocol())));
    return lines;
  }

  private static int order(String protocol) {
    return List.of("dense", "crops", "both").indexOf(protocol);
  }

  private void add(List<Table> tables, int number, String title, Predicate<Evaluation> which) {
    List<Evaluation> chosen = evaluations.stream().filter(which).toList();
    List<Line> lines = lines(number, chosen);
    if (chosen.isEmpty() && !data.isPapers()) {
      return;
    }
    boolean mixed = chosen.stream().anyMatch(e -> !e.flip());
    List<List<String>> rows = new ArrayList<>();
    for (Line line : lines) {
      List<String> row = cells(line.entry());
      if (mixed) {
        row.add(line.protocol());
      }
      addFigures(row, line);
      rows.add(row);
    }
    List<String> columns = new ArrayList<>(List.of("config.", "train S", "test Q"));
    if (mixed) {
      columns.add("protocol");
    }
    addFigureColumns(columns);
    tables.add(new Table(title, columns, rows, note()));
    addReference(tables, number, chosen);
  }

  private static List<String> cells(Entry entry) {
    return new ArrayList<>(
        List.of(entry.configuration(), entry.trainScale(), entry.testScales()));
  }

  private void addFigures(List<String> row, Line line) {
    row.addAll(line.ours().subList(0, 2));
    if (data.isPapers()) {
      row.addAll(line.papers());
    }
    row.add(line.ours().get(2));
  }

  private void addFigureColumns(List<String> columns) {
    columns.addAll(List.of(TOP1, TOP5));
    if (data.isPapers()) {
      columns.addAll(List.of("paper: top-1", "paper: top-5"));
    }
    columns.add("model");
  }

  private String note() {
    return data.isPapers() ? Table.NONE + ": no result of ours, or none in the paper." : "";
  }

  /** The paper's own table, where ours is of a selection of ILSVRC's classes. */
  private void addReference(List<Table> tables, int number, List<Evaluation> chosen) {
    if (chosen.isEmpty() || data.isPapers() || data.layout() != Layout.ILSVRC) {
      return;
    }
    List<List<String>> rows = new ArrayList<>();
    for (PaperTables.Row row : paper.table(number)) {
      List<String> cells = new ArrayList<>(List.of(row.entry()));
      if (number != 7) {
        cells.add(row.protocol());
      }
      cells.addAll(List.of(row.top1Val(), row.top5Val(), row.top5Test()));
      rows.add(cells);
    }
    List<String> columns = new ArrayList<>(List.of(number == 7 ? "method" : "config./S/Q"));
    if (number != 7) {
      columns.add("protocol");
    }
    columns.addAll(List.of("top-1 val (%)", "top-5 val (%)", "top-5 test (%)"));
    tables.add(
        new Table(
            "Table %d in the paper: all 1000 classes".formatted(number),
            columns,
            rows,
            "Ours, with %d classes, compare with these in their order only."
                .formatted(data.classes())));
  }

  private void addTable5(List<Table> tables) {
    Map<String, List<Evaluation>> byModel = new TreeMap<>();
    for (Evaluation e : evaluations) {
      if (single(e) && e.cropping() != Cropping.CENTER && e.cropping() != Cropping.TEN_CROP) {
        Evaluation.Model m = e.models().get(0);
        byModel
            .computeIfAbsent(m.notation() + " " + m.sha256(), k -> new ArrayList<>())
            .add(e);
      }
    }
    byModel.values().removeIf(group -> group.stream().allMatch(DataSetTables::dense));
    List<Evaluation> chosen = byModel.values().stream().flatMap(List::stream).toList();
    if (chosen.isEmpty() && !data.isPapers()) {
      missing.add("Table 5: no multi-crop result: evaluate --protocol crops, --protocol both");
      return;
    }
    for (List<Evaluation> group : byModel.values()) {
      for (Cropping c : List.of(Cropping.DENSE, Cropping.CROPS, Cropping.BOTH)) {
        if (group.stream().noneMatch(e -> e.cropping() == c && e.flip())) {
          Evaluation.Model m = group.get(0).models().get(0);
          missing.add(
              "Table 5: %s: evaluate --model %s --protocol %s --scales %s"
                  .formatted(m.notation(), m.file(), c.title(), m.testScales()));
        }
      }
    }
    List<List<String>> rows = new ArrayList<>();
    for (Line line : lines(5, chosen)) {
      List<String> row = cells(line.entry());
      row.add(line.protocol());
      addFigures(row, line);
      rows.add(row);
    }
    List<String> columns =
        new ArrayList<>(List.of("config.", "train S", "test Q", "evaluation method"));
    addFigureColumns(columns);
    tables.add(new Table("Table 5: dense, multi-crop, both", columns, rows, note()));
    addReference(tables, 5, chosen);
  }

  private void addTable6(List<Table> tables) {
    List<Evaluation> chosen =
        evaluations.stream()
            .filter(e -> !single(e))
            .sorted(
                Comparator.comparingInt((Evaluation e) -> -e.models().size())
                    .thenComparing(DataSetTables::combination)
                    .thenComparing(Evaluation::cropping))
            .toList();
    if (chosen.isEmpty()) {
      missing.add("Table 6: no ensemble: evaluate --model M1 --model M2");
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
        row.addAll(papers(beside));
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
        new ArrayList<>(List.of("combined models", "evaluation method", TOP1, TOP5));
    if (data.isPapers()) {
      columns.addAll(List.of("paper: top-1", "paper: top-5"));
    }
    tables.add(new Table("Table 6: several networks", columns, rows, note()));
    addReference(tables, 6, chosen);
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
  private void addTable7(List<Table> tables) {
    List<Evaluation> best = new ArrayList<>();
    for (Predicate<Evaluation> kind :
        List.<Predicate<Evaluation>>of(e -> !single(e), DataSetTables::single)) {
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
                      single(e) ? "net" : "nets",
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
    addReference(tables, 7, best);
  }

  private void addOthers(List<Table> tables) {
    List<List<String>> rows =
        evaluations.stream()
            .filter(e -> e.cropping() == Cropping.CENTER || e.cropping() == Cropping.TEN_CROP)
            .filter(DataSetTables::single)
            .sorted(Comparator.comparing(DataSetTables::entry))
            .map(
                e -> {
                  List<String> row = cells(entry(e));
                  row.add(EvaluationRow.protocol(e));
                  row.addAll(ours(e));
                  return List.copyOf(row);
                })
            .toList();
    if (!rows.isEmpty()) {
      tables.add(
          new Table(
              "Protocols that the paper's tables do not have",
              List.of("config.", "train S", "test Q", "protocol", TOP1, TOP5, "model"),
              rows,
              ""));
    }
  }

  private void noteMissing() {
    Map<String, Evaluation.Model> tested = new LinkedHashMap<>(); // by configuration
    Set<String> atSeveral = new TreeSet<>();
    for (Evaluation e : evaluations) {
      if (dense(e)) {
        if (several(e)) {
          atSeveral.add(e.models().get(0).configuration());
        } else {
          tested.putIfAbsent(e.models().get(0).configuration(), e.models().get(0));
        }
      }
    }
    List<String> absent =
        Entry.CONFIGURATIONS.stream().filter(c -> !tested.containsKey(c)).toList();
    List<String> notes = new ArrayList<>();
    if (!absent.isEmpty()) {
      notes.add("Table 3: no dense result at a single scale of: " + String.join(", ", absent));
    }
    tested.forEach(
        (configuration, model) -> {
          if (!atSeveral.contains(configuration)) {
            notes.add(
                "Table 4: %s: evaluate --model %s --scales several"
                    .formatted(configuration, model.file()));
          }
        });
    missing.addAll(0, notes);
  }
}
