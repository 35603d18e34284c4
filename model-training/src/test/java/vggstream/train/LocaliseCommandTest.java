package vggstream.train;

import static java.util.Objects.requireNonNull;
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
import vggstream.image.Size;
import vggstream.model.ModelCard;
import vggstream.train.data.TestImages;
import vggstream.train.evaluate.LocalisationResult;
import vggstream.train.network.Configuration;
import vggstream.train.network.Head;
import vggstream.train.network.InferenceGraph;
import vggstream.train.network.Initialisation;
import vggstream.train.network.Network;
import vggstream.train.network.NetworkSpec;
import vggstream.train.network.Preprocessing;
import vggstream.train.report.LocalisationEvaluation;
import vggstream.train.report.LocalisationFile;

/** {@code evaluate --task localise}, {@code score} and {@code report} with random networks. */
class LocaliseCommandTest {
  private static final List<String> LABELS = List.of("c0", "c1");

  @TempDir private Path root;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private Path data;
  private Path classifier;

  private int execute(Object... args) {
    CommandLine line = VggTrain.commandLine();
    line.setOut(new PrintWriter(out, true));
    line.setErr(new PrintWriter(err, true));
    return line.execute(Arrays.stream(args).map(String::valueOf).toArray(String[]::new));
  }

  @BeforeEach
  void makeDataAndModels() throws Exception {
    data = root.resolve("data");
    for (String split : List.of("train", "val")) {
      for (int i = 0; i < 6; i++) {
        String name = split + "/c" + i % 2 + "/" + i;
        TestImages.noisy(data.resolve(name + ".png"), new Size(40 + i, 36), i % 2, i);
        annotate(name, i % 2, "<bndbox><xmin>4</xmin><ymin>0</ymin><xmax>35</xmax><ymax>31</ymax>");
      }
    }
    classifier = model("classifier.onnx", Head.CLASSIFY, ModelCard.Task.CLASSIFY);
  }

  private void annotate(String name, int classIndex, String box) throws Exception {
    Path file = data.resolve("Annotations/" + name + ".xml");
    Files.createDirectories(file.getParent());
    Files.writeString(
        file,
        "<annotation><object><name>c%d</name>%s</bndbox></object></annotation>"
            .formatted(classIndex, box));
  }

  /** The folder of a run that fine-tuned the fully-connected layers. */
  private Path run(String name) throws Exception {
    Path run = Files.createDirectories(root.resolve("runs").resolve(name));
    Files.writeString(
        run.resolve("recipe.yaml"),
        """
        name: %s
        epochs: 1
        task: localise
        localiser: pcr
        fine-tune: fc
        network:
          configuration: A
          crop: 32
        data:
          scale: 36
        """
            .formatted(name));
    Files.writeString(run.resolve("history.csv"), "");
    return run;
  }

  private Path model(String file, Head head, ModelCard.Task task) throws Exception {
    NetworkSpec spec = new NetworkSpec(Configuration.A, 32, 0.05, 4, 2).withHead(head);
    Network network = Network.of(spec);
    Preprocessing preprocessing = Preprocessing.of(List.of(120f, 120f, 120f), 0.02f);
    Path path = run(file.replace(".onnx", "")).resolve(file);
    ModelCard card =
        new ModelCard(
            file.replace(".onnx", ""),
            "1",
            "VGG-A",
            task,
            LABELS,
            preprocessing.mean(),
            preprocessing.scale(),
            36,
            36,
            32,
            NetworkSpec.STRIDE,
            4,
            "random");
    InferenceGraph.write(
        network,
        preprocessing,
        card.toMetadata(),
        Initialisation.parse("he").source(network, 3),
        path);
    return path;
  }

  private List<LocalisationEvaluation> kept() throws Exception {
    List<LocalisationEvaluation> kept = new ArrayList<>();
    for (Path file : RunFolders.evaluations(root)) {
      assertTrue(LocalisationFile.isOne(file), file::toString);
      kept.add(LocalisationFile.read(file));
    }
    return kept;
  }

  @Test
  void bothProtocolsAreMeasuredKeptAndReported() throws Exception {
    Path scr = model("scr.onnx", Head.SCR, ModelCard.Task.LOCALISE_SCR);
    Path pcr = model("pcr.onnx", Head.PCR, ModelCard.Task.LOCALISE_PCR);
    for (Path localiser : List.of(scr, pcr)) {
      assertEquals(
          0,
          execute("evaluate", "--task", "localise", "--model", localiser, "--data", data),
          err::toString);
    }
    String printed = out.toString();
    assertTrue(printed.contains("PCR, fine-tuned layers"), printed);
    assertTrue(printed.contains("whole image as the box"), printed);
    assertTrue(printed.contains("mean training box"), printed);
    assertTrue(printed.contains("6 images of data, val; 0 unreadable, 0 left out"), printed);
    assertTrue(printed.contains("noted, and used: 6: size is 0x0 or not given"), printed);
    assertEquals(
        0,
        execute(
            "evaluate",
            "--task",
            "localise",
            "--localiser",
            pcr,
            "--localiser",
            scr,
            "--classifier",
            classifier,
            "--data",
            data,
            "--scales",
            "36,64",
            "--out",
            root.resolve("dense")),
        err::toString);
    LocalisationEvaluation dense =
        LocalisationFile.read(root.resolve("dense").resolve("result.json"));
    assertTrue(dense.isDense() && dense.protocol().flip());
    assertEquals(List.of(36, 64), dense.protocol().scales());
    assertEquals(2, dense.localisers().size());
    assertTrue(dense.localisers().get(0).perClass());
    assertEquals(1, dense.classifiers().size());
    LocalisationResult.ClassErrors errors = requireNonNull(dense.result().classes());
    assertTrue(errors.top5Localisation() >= errors.top5Classification());
    assertEquals(0, errors.top5Classification(), "there are two classes");
    assertEquals(
        0, requireNonNull(dense.result().baselines().meanBox()).error(), "all boxes are one");
    Path report = root.resolve("report");
    assertEquals(0, execute("report", root, "--out", report), err::toString);
    String text = Files.readString(report.resolve("report.md"));
    assertTrue(text.contains("Table 8: central crop"), text);
    assertTrue(text.contains("| 1st and 2nd FC | PCR | 36 | 36 |"), text);
    assertTrue(text.contains("Table 9: dense"), text);
    assertTrue(text.contains("fusion: PCR"), text);
    assertTrue(text.contains("| mean training box |"), text);
    assertEquals(4, kept().size(), "the dense one stands in its run and in its folder");
  }

  @Test
  void aFileWithBothHeadsRatesItsOwnBoxes() throws Exception {
    Path pcr = model("pcr.onnx", Head.PCR, ModelCard.Task.LOCALISE_PCR);
    Path joined = root.resolve("joined.onnx");
    assertEquals(0, execute("export", "--join", classifier, pcr, "--out", joined), err::toString);
    Path own = root.resolve("own.json");
    Path apart = root.resolve("apart.json");
    Object[] localise = {"evaluate", "--task", "localise", "--data", data, "--model"};
    assertEquals(0, execute(with(localise, joined, "--json", own)), err::toString);
    assertEquals(
        0,
        execute(with(localise, pcr, "--classifier", classifier, "--json", apart)),
        err::toString);
    assertTrue(LocalisationFile.read(own).isDense());
    LocalisationResult result = LocalisationFile.read(own).result();
    LocalisationResult other = LocalisationFile.read(apart).result();
    assertEquals(other.classes(), result.classes());
    assertEquals(other.ofTruth().meanIou(), result.ofTruth().meanIou(), 1e-5);
  }

  @Test
  void denseLocalisationNeedsAClassifier() throws Exception {
    Path pcr = model("pcr.onnx", Head.PCR, ModelCard.Task.LOCALISE_PCR);
    Object[] localise = {"evaluate", "--task", "localise", "--data", data, "--model"};
    assertEquals(2, execute(with(localise, pcr, "--protocol", "dense")));
    assertTrue(err.toString().contains("add --classifier FILE"), err::toString);
  }

  @Test
  void theErrorOfAnswersIsTheOneThatWasMeasured() throws Exception {
    Path pcr = model("pcr.onnx", Head.PCR, ModelCard.Task.LOCALISE_PCR);
    Path lines = root.resolve("lines.jsonl");
    Path result = root.resolve("result-of-dense.json");
    assertEquals(
        0,
        execute(
            "evaluate",
            "--task",
            "localise",
            "--model",
            pcr,
            "--classifier",
            classifier,
            "--data",
            data,
            "--predictions",
            lines,
            "--json",
            result),
        err::toString);
    LocalisationResult.ClassErrors errors =
        requireNonNull(LocalisationFile.read(result).result().classes());
    String expected =
        "localisation error: top-1 %.2f %%, top-5 %.2f %%"
            .formatted(100 * errors.top1Localisation(), 100 * errors.top5Localisation());
    List<String> answers = new ArrayList<>();
    for (String line : Files.readAllLines(lines)) { // as the stream names an image
      answers.add(line.replace("\"path\":\"", "\"eventId\":\"folder/val/"));
    }
    assertEquals(6, answers.size());
    Path file = Files.write(root.resolve("predictions.jsonl"), answers);
    assertEquals(
        0,
        execute("score", "--task", "localise", "--predictions", file, "--data", data),
        err::toString);
    assertTrue(out.toString().contains(expected + System.lineSeparator()), out::toString);
    assertTrue(out.toString().contains("6 images of val; 0 without an answer"), out::toString);
    Files.write(file, answers.subList(0, 3));
    assertEquals(0, execute("score", "--predictions", file, "--data", data), err::toString);
    assertTrue(out.toString().contains("top-5 50.00 %"), out::toString);
    assertTrue(out.toString().contains("6 images of val; 3 without an answer"), out::toString);
    Files.writeString(file, answers.get(0) + "\n{\"eventId\":\"x\"}\n");
    assertEquals(1, execute("score", "--predictions", file, "--data", data));
    assertTrue(err.toString().contains("line 2: must be an answer"), err::toString);
  }

  @Test
  void brokenAnnotationsAreCountedInTheResult() throws Exception {
    Path pcr = model("pcr.onnx", Head.PCR, ModelCard.Task.LOCALISE_PCR);
    Files.writeString(data.resolve("Annotations/val/c0/0.xml"), "<annotation>");
    Files.delete(data.resolve("Annotations/val/c0/2.xml"));
    annotate("val/c0/4", 0, "<bndbox><xmin>900</xmin><ymin>0</ymin><xmax>950</xmax><ymax>3</ymax>");
    assertEquals(
        0,
        execute("evaluate", "--task", "localise", "--model", pcr, "--data", data),
        err::toString);
    LocalisationEvaluation e = kept().get(0);
    assertEquals(3, e.result().images());
    assertEquals(3, e.leftOut());
    String problems = String.join("\n", e.annotationProblems());
    assertTrue(problems.contains("images left out: 1: annotation cannot be read"), problems);
    assertTrue(problems.contains("images left out: 1: no annotation"), problems);
    assertTrue(problems.contains("images left out: 1: no usable box"), problems);
  }

  @Test
  void whatDoesNotGoTogetherIsRefused() throws Exception {
    Path pcr = model("pcr.onnx", Head.PCR, ModelCard.Task.LOCALISE_PCR);
    Object[] localise = {"evaluate", "--task", "localise", "--data", data, "--model"};
    assertEquals(2, execute(with(localise, classifier)));
    assertTrue(err.toString().contains("must be of a task with boxes: is of CLASSIFY"));
    assertEquals(2, execute(with(localise, pcr, "--protocol", "crops")));
    assertTrue(err.toString().contains("must be center or dense to localise: was crops"));
    assertEquals(2, execute(with(localise, pcr, "--scales", "36,40")));
    assertTrue(err.toString().contains("takes one scale: were [36, 40]"), err::toString);
    assertEquals(2, execute(with(localise, pcr, "--model", pcr, "--scales", "16")));
    assertEquals(
        2, execute("evaluate", "--model", classifier, "--classifier", classifier, "--data", data));
  }

  private static Object[] with(Object[] first, Object... more) {
    Object[] all = Arrays.copyOf(first, first.length + more.length);
    System.arraycopy(more, 0, all, first.length, more.length);
    return all;
  }
}
