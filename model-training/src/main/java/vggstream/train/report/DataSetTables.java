package vggstream.train.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import vggstream.classify.Cropping;

/**
 * The paper's Tables 3 to 7 for the evaluations on one set of images. The paper's figures stand
 * beside ours where the images are ILSVRC's; below ours where they are a selection of its classes.
 */
final class DataSetTables {
  static final String TOP1 = "top-1 error (%)";
  static final String TOP5 = "top-5 error (%)";

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

  /**
   * All of the tables that there is something for; {@link #missing} then says what there is not.
   */
  List<Table> tables() {
    missing.clear();
    List<Table> tables = new ArrayList<>();
    add(tables, 3, "Table 3: single test scale", e -> dense(e) && !several(e));
    add(tables, 4, "Table 4: several test scales", e -> dense(e) && several(e));
    addTable5(tables);
    EnsembleTables ensembles = new EnsembleTables(evaluations, paper);
    tables.addAll(ensembles.tables());
    missing.addAll(ensembles.missing());
    addOthers(tables);
    noteMissing();
    return tables;
  }

  static boolean single(Evaluation e) {
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

  /** Ours and, of the same images, the paper's, in the paper's order. */
  private List<Line> lines(int number, List<Evaluation> chosen) {
    List<Line> lines = new ArrayList<>();
    Set<String> found = new TreeSet<>();
    for (Evaluation e : chosen) {
      String protocol = EvaluationRow.protocol(e);
      List<String> beside = NO_PAPERS;
      for (PaperTables.Row row : paper.table(number)) {
        if (row.entry().equals(e.models().get(0).notation()) && row.protocol().equals(protocol)) {
          beside = row.validation();
          found.add(row.entry() + row.protocol());
        }
      }
      lines.add(new Line(entry(e), protocol, ours(e), beside));
    }
    if (data.isPapers()) {
      for (PaperTables.Row row : paper.table(number)) {
        if (!found.contains(row.entry() + row.protocol())) {
          lines.add(new Line(Entry.parse(row.entry()), row.protocol(), NO_OURS, row.validation()));
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
    tables.add(new Table(title, columns, rows, note(data)));
    addReference(tables, number, chosen);
  }

  private static List<String> cells(Entry entry) {
    return new ArrayList<>(List.of(entry.configuration(), entry.trainScale(), entry.testScales()));
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

  static String note(Evaluation.Data data) {
    return data.isPapers() ? Table.NONE + ": no result of ours, or none in the paper." : "";
  }

  private void addReference(List<Table> tables, int number, List<Evaluation> chosen) {
    if (!chosen.isEmpty()) {
      paper.reference(number, data).ifPresent(tables::add);
    }
  }

  private void addTable5(List<Table> tables) {
    Map<String, List<Evaluation>> byModel = new TreeMap<>();
    for (Evaluation e : evaluations) {
      if (single(e) && e.cropping() != Cropping.CENTER && e.cropping() != Cropping.TEN_CROP) {
        Evaluation.Model m = e.models().get(0);
        byModel.computeIfAbsent(m.notation() + " " + m.sha256(), k -> new ArrayList<>()).add(e);
      }
    }
    byModel.values().removeIf(group -> group.stream().allMatch(DataSetTables::dense));
    List<Evaluation> chosen = byModel.values().stream().flatMap(List::stream).toList();
    if (chosen.isEmpty() && !data.isPapers()) {
      missing.add(
          "Table 5: no multi-crop result: evaluate --model M --data %s --protocol crops, --protocol both"
              .formatted(data.path()));
      return;
    }
    for (List<Evaluation> group : byModel.values()) {
      for (Cropping c : List.of(Cropping.DENSE, Cropping.CROPS, Cropping.BOTH)) {
        if (group.stream().noneMatch(e -> e.cropping() == c && e.flip())) {
          Evaluation.Model m = group.get(0).models().get(0);
          missing.add(
              "Table 5: %s: evaluate --model %s --data %s --protocol %s --scales %s"
                  .formatted(m.notation(), m.file(), data.path(), c.title(), m.testScales()));
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
    tables.add(new Table("Table 5: dense, multi-crop, both", columns, rows, note(data)));
    addReference(tables, 5, chosen);
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
                "Table 4: %s: evaluate --model %s --data %s --scales several"
                    .formatted(configuration, model.file(), data.path()));
          }
        });
    missing.addAll(0, notes);
  }
}
