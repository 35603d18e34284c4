package vggstream.train.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * The paper's Tables 3 to 9 for evaluations, a set of images after the other, and the curves of
 * runs; what there is no result for is said, with the command that makes it.
 *
 * @param files their texts by name: {@code report.md}, {@code report.html} (which needs none of the
 *     others), and the curves
 */
public record Report(Map<String, String> files) {
  private static final String TITLE = "Results as in arXiv 1409.1556, section 4";

  /**
   * Renders it.
   *
   * @param evaluations of any networks on any images
   * @param localisations likewise
   * @param curves of runs; those without an epoch are left out
   * @param missing what else is known to be missing
   */
  public static Report of(
      List<Evaluation> evaluations,
      List<LocalisationEvaluation> localisations,
      List<Curve> curves,
      List<String> missing) {
    Html html = new Html(TITLE);
    Markdown markdown = new Markdown(TITLE);
    PaperTables paper = PaperTables.load();
    Map<String, List<Evaluation>> byImages = new TreeMap<>();
    for (Evaluation e : evaluations) {
      byImages.computeIfAbsent(key(e.data()), k -> new ArrayList<>()).add(e);
    }
    for (List<Evaluation> ofImages : byImages.values()) {
      DataSetTables tables = new DataSetTables(ofImages, paper);
      List<Table> rendered = tables.tables();
      add(tables.title(), rendered, tables.missing(), html, markdown);
    }
    for (LocalisationTables tables : byImages(localisations)) {
      add(tables.title(), tables.tables(), tables.missing(), html, markdown);
    }
    if (!missing.isEmpty()) {
      html.heading("Missing");
      markdown.heading("Missing");
      html.list(missing);
      markdown.list(missing);
    }
    Map<String, String> files = new LinkedHashMap<>();
    List<Curve> drawn = curves.stream().filter(c -> !c.points().isEmpty()).toList();
    if (!drawn.isEmpty()) {
      html.heading("Curves");
      markdown.heading("Curves");
      charts(drawn)
          .forEach(
              (file, svg) -> {
                html.figure(svg);
                markdown.image(file.replace(".svg", "").replace('-', ' '), file);
                files.put(file, svg);
              });
    }
    files.put("report.md", markdown.page());
    files.put("report.html", html.page());
    return new Report(files);
  }

  private static void add(
      String title, List<Table> tables, List<String> missing, Html html, Markdown markdown) {
    html.heading(title);
    markdown.heading(title);
    for (Table table : tables) {
      html.table(table);
      markdown.table(table);
    }
    if (!missing.isEmpty()) {
      html.paragraph("Missing:");
      markdown.paragraph("Missing:");
      html.list(missing);
      markdown.list(missing);
    }
  }

  private static List<LocalisationTables> byImages(List<LocalisationEvaluation> localisations) {
    Map<String, List<LocalisationEvaluation>> byImages = new TreeMap<>();
    for (LocalisationEvaluation e : localisations) {
      byImages.computeIfAbsent(key(e.data()), k -> new ArrayList<>()).add(e);
    }
    return byImages.values().stream().map(LocalisationTables::new).toList();
  }

  private static String key(Evaluation.Data d) {
    return d.name() + "\n" + d.split() + "\n" + d.classes() + "\n" + d.fingerprint();
  }

  /** SVG by file name. */
  private static Map<String, String> charts(List<Curve> curves) {
    Map<String, String> charts = new LinkedHashMap<>();
    charts.put(
        "validation-error.svg",
        LineChart.svg(
            "Validation, top-1 error",
            "%",
            each(curves, point -> 100 * (1 - point.validationAccuracy()))));
    charts.put(
        "training-loss.svg",
        LineChart.svg("Training, loss", "nats", each(curves, Curve.Point::loss)));
    charts.put(
        "training-error.svg",
        LineChart.svg(
            "Training crops, top-1 error (dropout on)",
            "%",
            each(curves, point -> 100 * (1 - point.trainAccuracy()))));
    charts.put(
        "learning-rate.svg",
        LineChart.svg(
            "Learning rate, decimal logarithm",
            "log10",
            each(curves, point -> Math.log10(point.learningRate()))));
    return charts;
  }

  private static List<LineChart.Series> each(
      List<Curve> curves, ToDoubleFunction<Curve.Point> value) {
    return curves.stream()
        .map(
            curve ->
                new LineChart.Series(
                    curve.name(),
                    curve.points().stream().mapToDouble(Curve.Point::epoch).toArray(),
                    curve.points().stream().mapToDouble(value).toArray()))
        .map(Report::finite)
        .toList();
  }

  /** Without what no chart can show. */
  private static LineChart.Series finite(LineChart.Series s) {
    int[] kept = IntStream.range(0, s.x().length).filter(i -> Double.isFinite(s.y()[i])).toArray();
    return new LineChart.Series(
        s.name(),
        Arrays.stream(kept).mapToDouble(i -> s.x()[i]).toArray(),
        Arrays.stream(kept).mapToDouble(i -> s.y()[i]).toArray());
  }
}
