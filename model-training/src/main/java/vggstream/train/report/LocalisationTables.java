package vggstream.train.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import vggstream.train.data.Layout;
import vggstream.train.evaluate.LocalisationResult;
import vggstream.train.evaluate.Overlap;

/**
 * The paper's Tables 8 and 9 (appendix A) for the localisations on one set of images, with the
 * error of boxes that look at no pixel beside ours.
 */
public final class LocalisationTables {
  private static final String GIVEN = "GT class error (%)";
  private static final String IOU = "mean IoU";
  private static final String LABEL_8 = "Table 8: central crop, ground-truth class given";
  private static final String LABEL_9 = "Table 9: dense, merged boxes";

  /** Table 8: layers fine-tuned, regression, localisation error on val in per cent. */
  private static final List<List<String>> PAPER_8 =
      List.of(
          List.of("1st and 2nd FC", "SCR", "36.4"),
          List.of("1st and 2nd FC", "PCR", "34.3"),
          List.of("all", "PCR", "33.1"));

  /** Table 9: train S, test Q, top-5 localisation error in per cent on val and test. */
  private static final List<List<String>> PAPER_9 =
      List.of(
          List.of("256", "256", "29.5", Table.NONE),
          List.of("384", "384", "28.2", "26.7"),
          List.of("384", "352,384", "27.5", Table.NONE),
          List.of("fusion: 256/256 and 384/352,384", "", "26.9", "25.3"));

  private final List<LocalisationEvaluation> evaluations;
  private final Evaluation.Data data;

  /**
   * For localisations on the same images.
   *
   * @param evaluations at least one
   */
  LocalisationTables(List<LocalisationEvaluation> evaluations) {
    this.evaluations = evaluations;
    this.data = evaluations.get(0).data();
  }

  /** Such as {@code ilsvrc-mini, val: 10 classes, 500 images with boxes}. */
  String title() {
    int images = evaluations.stream().mapToInt(e -> e.result().images()).max().orElse(0);
    return "%s, %s: %d classes, %d images with boxes"
        .formatted(data.name(), data.split(), data.classes(), images);
  }

  /** Those that there is something for, and the paper's below them. */
  List<Table> tables() {
    List<Table> tables = new ArrayList<>();
    add(tables, false);
    add(tables, true);
    return tables;
  }

  /** What the tables lack, and the commands that make it. */
  List<String> missing() {
    List<String> missing = new ArrayList<>();
    if (evaluations.stream().allMatch(LocalisationEvaluation::isDense)) {
      missing.add(
          "Table 8: no central crop: evaluate --task localise --model L --protocol center --data "
              + data.path());
    }
    if (evaluations.stream().noneMatch(LocalisationEvaluation::isDense)) {
      missing.add(
          "Table 9: nothing dense: evaluate --task localise --model L --classifier C --data "
              + data.path());
    }
    return missing;
  }

  private void add(List<Table> tables, boolean dense) {
    List<LocalisationEvaluation> chosen =
        evaluations.stream()
            .filter(e -> e.isDense() == dense)
            .sorted(
                Comparator.comparingInt((LocalisationEvaluation e) -> e.localisers().size())
                    .thenComparing(e -> fineTuned(e), Comparator.reverseOrder())
                    .thenComparing(e -> regression(e), Comparator.reverseOrder())
                    .thenComparing(LocalisationTables::trainScales)
                    .thenComparing(LocalisationTables::testScales))
            .toList();
    if (chosen.isEmpty()) {
      return;
    }
    List<List<String>> rows = new ArrayList<>();
    chosen.forEach(e -> rows.add(dense ? row9(e) : row8(e)));
    rows.addAll(baselines(chosen, dense));
    tables.add(
        dense
            ? new Table(
                LABEL_9,
                List.of(
                    "localisers",
                    "train S",
                    "test Q",
                    "top-5 localisation error (%)",
                    "top-1 localisation error (%)",
                    GIVEN,
                    IOU,
                    "GT class, best window (%)",
                    "its mean IoU",
                    "top-5 class error (%)",
                    "rated by"),
                rows,
                "Correct: IoU above 0.5 with a true box of the class. The best window is the one that"
                    + " is rated highest for the class, its box not merged.")
            : new Table(
                LABEL_8,
                List.of(
                    "fine-tuned layers", "regression", "train S", "test Q", GIVEN, IOU, "model"),
                rows,
                "Correct: IoU above 0.5 with a true box of the class."));
    if (data.layout() == Layout.ILSVRC) {
      tables.add(
          dense
              ? new Table(
                  "Table 9 in the paper: VGG-D, all 1000 classes",
                  List.of("train S", "test Q", "top-5 val (%)", "top-5 test (%)"),
                  PAPER_9,
                  "")
              : new Table(
                  "Table 8 in the paper: VGG-D, all 1000 classes",
                  List.of("fine-tuned layers", "regression", GIVEN),
                  PAPER_8,
                  ""));
    }
  }

  private static String fineTuned(LocalisationEvaluation e) {
    return e.localisers().get(0).fineTuned().title();
  }

  private static String regression(LocalisationEvaluation e) {
    return e.localisers().get(0).regression();
  }

  private static String trainScales(LocalisationEvaluation e) {
    return e.localisers().stream()
        .map(l -> l.model().trainScale())
        .distinct()
        .collect(Collectors.joining(" + "));
  }

  private static String testScales(LocalisationEvaluation e) {
    return e.protocol().scales().stream().map(String::valueOf).collect(Collectors.joining(","));
  }

  private static String name(Evaluation.Model model) {
    return model.name() + " " + model.sha256().substring(0, Math.min(8, model.sha256().length()));
  }

  private static List<String> row8(LocalisationEvaluation e) {
    LocalisationEvaluation.Localiser localiser = e.localisers().get(0);
    return List.of(
        localiser.fineTuned().title(),
        localiser.regression(),
        localiser.model().trainScale(),
        testScales(e),
        EvaluationRow.percent(e.result().ofTruth().error()),
        iou(e.result().ofTruth()),
        name(localiser.model()));
  }

  private static List<String> row9(LocalisationEvaluation e) {
    LocalisationResult r = e.result();
    LocalisationResult.ClassErrors classes = r.classes();
    Overlap window = r.ofBestWindow();
    String named =
        e.localisers().stream()
            .map(
                l -> "%s, %s: %s".formatted(l.regression(), l.fineTuned().title(), name(l.model())))
            .collect(Collectors.joining(" + "));
    return List.of(
        (e.localisers().size() > 1 ? "fusion: " : "") + named,
        trainScales(e),
        testScales(e) + (e.protocol().flip() ? "" : ", no mirror images"),
        classes == null ? Table.NONE : EvaluationRow.percent(classes.top5Localisation()),
        classes == null ? Table.NONE : EvaluationRow.percent(classes.top1Localisation()),
        EvaluationRow.percent(r.ofTruth().error()),
        iou(r.ofTruth()),
        window == null ? Table.NONE : EvaluationRow.percent(window.error()),
        window == null ? Table.NONE : iou(window),
        classes == null ? Table.NONE : EvaluationRow.percent(classes.top5Classification()),
        e.classifiers().stream().map(LocalisationTables::name).collect(Collectors.joining(" + ")));
  }

  /** Rows of boxes that look at no pixel. */
  private static List<List<String>> baselines(List<LocalisationEvaluation> chosen, boolean dense) {
    List<List<String>> rows = new ArrayList<>();
    LocalisationResult.Baselines first = chosen.get(0).result().baselines();
    rows.add(baseline("whole image as the box", first.wholeImage(), dense));
    Optional<Overlap> mean =
        chosen.stream()
            .map(e -> Optional.ofNullable(e.result().baselines().meanBox()))
            .flatMap(Optional::stream)
            .findFirst();
    mean.ifPresent(overlap -> rows.add(baseline("mean training box", overlap, dense)));
    return rows;
  }

  private static List<String> baseline(String name, Overlap overlap, boolean dense) {
    List<String> row = new ArrayList<>(List.of(name));
    int before = dense ? 5 : 4; // columns of the error
    int columns = dense ? 11 : 7;
    while (row.size() < before) {
      row.add(Table.NONE);
    }
    row.add(EvaluationRow.percent(overlap.error()));
    row.add(iou(overlap));
    while (row.size() < columns) {
      row.add(Table.NONE);
    }
    return row;
  }

  private static String iou(Overlap overlap) {
    return String.format(Locale.ROOT, "%.3f", overlap.meanIou());
  }

  /** An evaluation for the console. */
  public static List<String> lines(LocalisationEvaluation e) {
    LocalisationResult r = e.result();
    List<String> lines = new ArrayList<>();
    for (LocalisationEvaluation.Localiser l : e.localisers()) {
      lines.add(
          "%s, fine-tuned layers: %s, %s"
              .formatted(l.regression(), l.fineTuned().title(), l.model().notation()));
    }
    String how =
        e.isDense()
            ? "dense, Q %s%s, merged"
                .formatted(testScales(e), e.protocol().flip() ? "" : ", no mirror images")
            : "central crop, Q " + testScales(e);
    LocalisationResult.ClassErrors classes = r.classes();
    if (classes != null) {
      lines.add(
          "localisation error: top-1 %s %%, top-5 %s %%; classification error: top-1 %s %%, top-5 %s %%"
              .formatted(
                  EvaluationRow.percent(classes.top1Localisation()),
                  EvaluationRow.percent(classes.top5Localisation()),
                  EvaluationRow.percent(classes.top1Classification()),
                  EvaluationRow.percent(classes.top5Classification())));
    }
    lines.add("ground-truth class given:");
    lines.add(line(how, r.ofTruth()));
    addLine(lines, "best single window, not merged", r.ofBestWindow());
    lines.add(line("whole image as the box", r.baselines().wholeImage()));
    addLine(lines, "mean training box", r.baselines().meanBox());
    lines.add(
        "%d images of %s, %s; %d unreadable, %d left out without a usable box"
            .formatted(r.images(), e.data().name(), e.data().split(), r.unreadable(), e.leftOut()));
    e.annotationProblems().forEach(problem -> lines.add("  " + problem));
    return lines;
  }

  private static void addLine(List<String> lines, String name, @Nullable Overlap overlap) {
    if (overlap != null) {
      lines.add(line(name, overlap));
    }
  }

  private static String line(String name, Overlap overlap) {
    return String.format(
        Locale.ROOT,
        "  %-36s error %6s %%, mean IoU %s",
        name,
        EvaluationRow.percent(overlap.error()),
        iou(overlap));
  }
}
