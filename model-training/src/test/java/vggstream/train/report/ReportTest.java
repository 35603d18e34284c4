package vggstream.train.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import vggstream.classify.Cropping;
import vggstream.train.data.DataException;
import vggstream.train.data.Layout;

class ReportTest {
  private static final Evaluation.Data ILSVRC =
      new Evaluation.Data("/d", "ilsvrc", Layout.ILSVRC, "val", 1000, "f1");
  private static final Evaluation.Data MINI =
      new Evaluation.Data("/m", "mini", Layout.ILSVRC, "val", 10, "f2");
  private static final Evaluation.Data CIFAR =
      new Evaluation.Data("/c", "cifar10", Layout.CIFAR_10, "test", 10, "f3");

  private static Evaluation.Model model(String configuration, int min, int max, Integer... scales) {
    return new Evaluation.Model(
        "run/model.onnx",
        "net-" + configuration,
        "1",
        "0123456789abcdef" + configuration,
        "VGG-" + configuration,
        min,
        max,
        224,
        Arrays.asList(scales));
  }

  private static Evaluation evaluation(
      Evaluation.Data data, Cropping cropping, double top1, Evaluation.Model... models) {
    return new Evaluation(
        List.of(models), data, cropping, true, 50, top1, top1 / 2, 2.5, Map.of("a.jpg", "cut"));
  }

  private static String markdown(Evaluation... evaluations) {
    return text("report.md", evaluations);
  }

  private static String text(String file, Evaluation... evaluations) {
    return String.valueOf(
        Report.of(List.of(evaluations), List.of(), List.of(), List.of()).files().get(file));
  }

  private static void assertHas(String text, String part) {
    assertTrue(text.contains(part), () -> part + "\nis not in\n" + text);
  }

  @Test
  void papersTablesAreComplete() {
    PaperTables paper = PaperTables.load();
    List<Integer> rows = new ArrayList<>();
    for (int table = 3; table <= 7; table++) {
      rows.add(paper.table(table).size());
    }
    assertEquals(List.of(12, 10, 6, 4, 15), rows);
    assertEquals(
        new PaperTables.Row(3, "E/[256;512]/384", "dense", "25.5", "8.0", "-"),
        paper.table(3).get(11));
    for (int table = 3; table <= 5; table++) {
      paper.table(table).forEach(row -> Entry.parse(row.entry()));
    }
  }

  @Test
  void paperStandsBesideOursWhereTheImagesAreIlsvrcs() {
    String text =
        markdown(
            evaluation(ILSVRC, Cropping.DENSE, 0.2712, model("D", 256, 256, 256)),
            evaluation(ILSVRC, Cropping.DENSE, 0.2498, model("D", 256, 512, 256, 384, 512)),
            evaluation(ILSVRC, Cropping.BOTH, 0.2450, model("D", 256, 512, 256, 384, 512)),
            evaluation(
                ILSVRC,
                Cropping.DENSE,
                0.2401,
                model("E", 256, 512, 256, 384, 512),
                model("D", 256, 512, 256, 384, 512)));
    assertHas(text, "| D | 256 | 256 | 27.12 | 13.56 | 27.0 | 8.8 | net-D 01234567 |");
    assertHas(text, "| A-LRN | 256 | 256 | – | – | 29.7 | 10.5 | – |");
    assertHas(
        text, "| D | [256;512] | 256,384,512 | 24.98 | 12.49 | 24.8 | 7.5 | net-D 01234567 |");
    assertHas(
        text,
        "| D | [256;512] | 256,384,512 | both | 24.50 | 12.25 | 24.4 | 7.2 | net-D 01234567 |");
    assertHas(
        text,
        "| D/[256;512]/256,384,512 + E/[256;512]/256,384,512 | dense | 24.01 | 12.01 | 24.0 | 7.1 |");
    assertHas(text, "| GoogLeNet (Szegedy et al., 2014) (7 nets) | - | 6.7 | 6.7 |");
    assertHas(text, "ours (2 nets, dense eval.)");
    assertHas(text, "Table 5: D/[256;512]/256,384,512: evaluate --model run/model.onnx");
    assertHas(text, "--protocol crops --scales 256,384,512");
  }

  @Test
  void paperStandsBelowOursWhereTheClassesAreFewer() {
    String text = markdown(evaluation(MINI, Cropping.DENSE, 0.4, model("A", 64, 64, 64)));
    assertHas(text, "| A | 64 | 64 | 40.00 | 20.00 | net-A 01234567 |");
    assertHas(text, "### Table 3 in the paper: all 1000 classes");
    assertHas(text, "| E/[256;512]/384 | dense | 25.5 | 8.0 | - |");
    assertHas(text, "Table 3: no dense result at a single scale of: A-LRN, B, C, D, E");
    assertHas(text, "Table 4: A: evaluate --model run/model.onnx --data /m --scales several");
    assertHas(text, "Table 6: no ensemble");
    assertFalse(text.contains("### Table 5"), "nothing is invented");
  }

  @Test
  void noFigureOfThePaperStandsBesideOtherImages() {
    String text = markdown(evaluation(CIFAR, Cropping.CENTER, 0.3, model("A", 32, 40, 36)));
    assertFalse(text.contains("GoogLeNet"), text);
    assertFalse(text.contains("29.6"), text);
    assertHas(text, "| A | [32;40] | 36 | center, mirror images | 30.00 | 15.00 |");
  }

  @Test
  void configurationsStandInThePapersOrder() {
    String text =
        markdown(
            evaluation(CIFAR, Cropping.DENSE, 0.1, model("E", 32, 32, 32)),
            evaluation(CIFAR, Cropping.DENSE, 0.2, model("B-5x5", 32, 32, 32)),
            evaluation(CIFAR, Cropping.DENSE, 0.3, model("A-LRN", 32, 40, 36)),
            evaluation(CIFAR, Cropping.DENSE, 0.4, model("A-LRN", 64, 64, 64)));
    List<String> rows =
        text.lines().filter(l -> l.startsWith("| ") && l.contains("01234567")).toList();
    assertEquals(
        List.of("| A-LRN | 64", "| A-LRN | [32;", "| E | 32 | 3", "| B-5x5 | 32"),
        rows.stream()
            .map(row -> row.substring(0, Math.min(row.length(), 12)))
            .map(row -> row.startsWith("| A-LRN | [") ? "| A-LRN | [32;" : row)
            .toList());
  }

  @Test
  void pageNeedsNothingElseAndEscapesWhatIsSaid() {
    Evaluation.Data odd = new Evaluation.Data("/c", "<b>&", Layout.CLASS_FOLDERS, "all", 10, "f3");
    Curve curve =
        new Curve(
            "run <1>",
            List.of(
                new Curve.Point(1, 2.3, 0.1, 0.2, 0.01),
                new Curve.Point(2, Double.NaN, 0.3, 0.4, 0.001)));
    Map<String, String> files =
        Report.of(
                List.of(evaluation(odd, Cropping.DENSE, 0.1, model("A", 32, 32, 32))),
                List.of(),
                List.of(curve, new Curve("empty", List.of())),
                List.of("run/x: no evaluation"))
            .files();
    String html = String.valueOf(files.get("report.html"));
    assertHas(html, "&lt;b&gt;&amp;, all: 10 classes");
    assertHas(html, "run &lt;1&gt;");
    assertHas(html, "<li>run/x: no evaluation</li>");
    assertHas(html, "<polyline");
    assertFalse(html.contains("src=") || html.contains("href=") || html.contains("NaN"), html);
    assertFalse(html.contains("empty"));
    assertHas(String.valueOf(files.get("report.md")), "](validation-error.svg)");
    assertTrue(files.containsKey("validation-error.svg"));
  }

  @Test
  void evaluationReadsBackAsItWasWritten(@TempDir Path folder) throws Exception {
    Evaluation evaluation =
        evaluation(
            MINI, Cropping.TEN_CROP, 0.25, model("A", 64, 64, 64), model("B", 64, 96, 64, 96));
    Path file = folder.resolve("result.json");
    Files.writeString(file, EvaluationFile.text(evaluation));
    assertEquals(evaluation, EvaluationFile.read(file));
  }

  @Test
  void brokenResultIsRefusedWithItsFileAndReason(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("result.json");
    String good =
        EvaluationFile.text(evaluation(MINI, Cropping.DENSE, 0.25, model("A", 64, 64, 64)));
    for (String[] change :
        new String[][] {
          {good, "", "must be JSON"},
          {"\"top1Error\" : 0.25", "\"top1Error\" : 1.25", "errors must be within 0..1: were 1.25"},
          {"\"top1Error\" : 0.25", "\"top1Error\" : \"?\"", "top1Error must be a number"},
          {"\"protocol\" : \"dense\"", "\"protocol\" : \"x\"", "Cropping must be one of"},
          {"\"images\" : 50,", "", "images is missing"},
        }) {
      assertTrue(good.contains(change[0]));
      Files.writeString(
          file,
          change[1].isEmpty() && change[0].equals(good) ? "{" : good.replace(change[0], change[1]));
      DataException e = assertThrows(DataException.class, () -> EvaluationFile.read(file));
      assertTrue(e.getMessage().startsWith(file.toString()), e.getMessage());
      assertTrue(e.getMessage().contains(change[2]), e.getMessage());
    }
  }
}
