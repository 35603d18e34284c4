package vggstream.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import vggstream.classify.Cropping;
import vggstream.train.data.TestImages;
import vggstream.train.report.Evaluation;
import vggstream.train.report.EvaluationFile;

class EvaluateCommandTest {
  @TempDir private Path root;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private Path data;
  private Path run;
  private Path model;

  private int execute(Object... args) {
    CommandLine line = VggTrain.commandLine();
    line.setOut(new PrintWriter(out, true));
    line.setErr(new PrintWriter(err, true));
    return line.execute(Arrays.stream(args).map(String::valueOf).toArray(String[]::new));
  }

  @BeforeEach
  void makeDataAndRun() throws Exception {
    data = root.resolve("data");
    TestImages.folder(data.resolve("train"), 2, 1, 32);
    TestImages.folder(data.resolve("val"), 2, 2, 40);
    TestImages.folder(data.resolve("test"), 2, 3, 40);
    run = root.resolve("runs/a");
    model = run.resolve("model.onnx");
    init("A", 1, model);
    Files.writeString(run.resolve("recipe.yaml"), "name: a\n");
    Files.writeString(
        run.resolve("history.csv"),
        """
        epoch,iteration,learning_rate,loss,train_accuracy,validation_accuracy,validation_top5,images_per_second,waited_share,best
        1,10,0.01,0.7,0.5,0.55,1,100.0,0.01,true
        2,20,0.01,0.6,0.6,0.65,1,100.0,0.01,true
        """);
  }

  private void init(String network, int seed, Path file) throws Exception {
    Files.createDirectories(file.getParent());
    Path labels = Files.writeString(root.resolve("labels.txt"), "c0\nc1\n");
    assertEquals(
        0,
        execute(
            "init",
            "--network",
            network,
            "--crop",
            32,
            "--width",
            0.05,
            "--fc",
            4,
            "--classes",
            2,
            "--labels",
            labels,
            "--seed",
            seed,
            "--out",
            file),
        err::toString);
  }

  private List<Evaluation> kept() throws Exception {
    List<Evaluation> kept = new ArrayList<>();
    for (Path file : RunFolders.evaluations(run)) {
      kept.add(EvaluationFile.read(file));
    }
    return kept;
  }

  @Test
  void everyProtocolIsMeasuredKeptAndReported() throws Exception {
    for (Cropping cropping : Cropping.values()) {
      assertEquals(
          0,
          execute(
              "evaluate",
              "--model",
              model,
              "--data",
              data,
              "--protocol",
              cropping.title(),
              "--scales",
              "36,40"),
          err::toString);
    }
    List<Evaluation> kept = kept();
    assertEquals(Cropping.values().length, kept.size());
    for (Evaluation e : kept) {
      assertEquals("test", e.data().split());
      assertEquals("data", e.data().name());
      assertEquals(6, e.images());
      assertEquals(e.cropping() != Cropping.CENTER, e.flip());
      assertEquals(List.of(36, 40), e.models().get(0).scales());
    }
    assertTrue(out.toString().contains("configuration  train S  test Q  protocol"), out.toString());
    Path report = root.resolve("report");
    assertEquals(0, execute("report", root.resolve("runs"), "--out", report), err::toString);
    String text = Files.readString(report.resolve("report.md"));
    assertTrue(text.contains("| A | 37 | 36,40 | both |"), text);
    assertTrue(Files.readString(report.resolve("report.html")).contains("<polyline"));
  }

  @Test
  void sameEvaluationTakesThePlaceOfTheEarlierOne() throws Exception {
    for (int i = 0; i < 2; i++) {
      assertEquals(0, execute("evaluate", "--model", model, "--data", data), err::toString);
    }
    assertEquals(1, kept().size());
    assertEquals(0, execute("evaluate", "--model", model, "--data", data, "--split", "val"));
    assertEquals(2, kept().size());
    assertEquals(0, execute("evaluate", "--model", model, "--data", data, "--no-flip"));
    assertEquals(3, kept().size());
  }

  @Test
  void networksOfAnEnsembleHaveScalesOfTheirOwn() throws Exception {
    Path other = root.resolve("b.onnx");
    init("B", 2, other);
    Path folder = root.resolve("out");
    assertEquals(
        0,
        execute(
            "evaluate",
            "--model",
            model,
            "--model",
            other,
            "--data",
            data,
            "--scales",
            "several",
            "--out",
            folder),
        err::toString);
    Evaluation e = EvaluationFile.read(folder.resolve("result.json"));
    assertEquals(2, e.models().size());
    assertEquals(List.of(32, 37, 42), e.models().get(1).scales());
    for (String file : List.of("confusion.csv", "confusion.png", "mistakes.png")) {
      assertTrue(Files.size(folder.resolve(file)) > 0, file);
    }
    List<String> csv = Files.readAllLines(folder.resolve("confusion.csv"));
    assertEquals(3, csv.size());
    int images = 0;
    for (String line : csv.subList(1, 3)) {
      images += Arrays.stream(line.split(",")).skip(1).mapToInt(Integer::parseInt).sum();
    }
    assertEquals(6, images);
  }

  @Test
  void modelOfAChainIsKeptWithItsLastStage() throws Exception {
    Path top = root.resolve("runs/model.onnx");
    Files.copy(model, top);
    assertEquals(0, execute("evaluate", "--model", top, "--data", data), err::toString);
    assertEquals(1, kept().size());
  }

  @Test
  void folderOfClassesIsADataSetOfItsOwn() throws Exception {
    assertEquals(
        0, execute("evaluate", "--model", model, "--data", data.resolve("val")), err::toString);
    Evaluation e = kept().get(0);
    assertEquals("val", e.data().split());
    assertEquals("data", e.data().name());
  }

  @Test
  void whatCannotBeMeasuredIsRefusedWithTheChoices() {
    assertEquals(2, execute("evaluate", "--model", model, "--data", data, "--protocol", "x"));
    assertTrue(err.toString().contains("[dense, center, ten-crop, crops, both]"), err::toString);
    assertEquals(2, execute("evaluate", "--model", model, "--data", data, "--scales", "x"));
    assertTrue(err.toString().contains("scales must be single, several, or"), err::toString);
    assertEquals(2, execute("evaluate", "--model", model, "--data", data, "--scales", "16"));
    assertTrue(err.toString().contains("at least the crop side 32"), err::toString);
    assertEquals(
        2,
        execute("evaluate", "--model", model, "--data", data, "--protocol", "crops", "--no-flip"));
    assertTrue(err.toString().contains("flip must be true with crops"), err::toString);
    assertEquals(1, execute("evaluate", "--model", model, "--data", data, "--split", "x"));
    assertTrue(err.toString().contains("[train, val, test]"), err::toString);
  }

  @Test
  void reportSaysWhatIsMissingAndRefusesFoldersWithoutARun() throws Exception {
    assertEquals(0, execute("report", run, "--out", root.resolve("r")), err::toString);
    assertTrue(out.toString().contains("missing: a: no evaluation: evaluate --model"));
    assertEquals(2, execute("report", data, "--out", root.resolve("r")));
    assertEquals(1, execute("report", root.resolve("none"), "--out", root.resolve("r")));
  }
}
