package vggstream.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import vggstream.train.data.TestImages;

class VggTrainTest {
  @TempDir private Path root;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int execute(Object... args) {
    CommandLine line = VggTrain.commandLine();
    line.setOut(new PrintWriter(out, true));
    line.setErr(new PrintWriter(err, true));
    String[] words = new String[args.length];
    for (int i = 0; i < words.length; i++) {
      words[i] = args[i].toString();
    }
    return line.execute(words);
  }

  @Test
  void trainExportAndEvaluateWorkTogether() throws Exception {
    TestImages.folder(root.resolve("data/train"), 2, 10, 32);
    TestImages.folder(root.resolve("data/test"), 2, 5, 40);
    Path recipe = root.resolve("r.yaml");
    Files.writeString(
        recipe,
        """
        name: tiny
        epochs: 2
        network: {configuration: B, crop: 32, width: 0.0625, fc: 8, initialisation: he}
        data: {scale: 32, pixel-scale: 0.01724}
        optimiser: {batch: 4}
        """);
    Path run = root.resolve("run");
    assertEquals(
        0,
        execute(
            "train",
            "--recipe",
            recipe,
            "--data",
            root.resolve("data"),
            "--out",
            run,
            "--set",
            "epochs=1"),
        err::toString);
    assertTrue(out.toString().contains("epoch 1: loss"), out.toString());
    Path exported = root.resolve("exported.onnx");
    Path checkpoint = run.resolve("checkpoints/checkpoint-000000004");
    assertEquals(
        0, execute("export", "--checkpoint", checkpoint, "--out", exported), err::toString);
    assertEquals(-1, Files.mismatch(run.resolve("model.onnx"), exported), "the same weights");
    Path json = root.resolve("eval.json");
    Path lines = root.resolve("lines.jsonl");
    assertEquals(
        0,
        execute(
            "evaluate",
            "--model",
            exported,
            "--data",
            root.resolve("data/test"),
            "--scales",
            "32,40",
            "--json",
            json,
            "--predictions",
            lines),
        err::toString);
    JsonNode report = new ObjectMapper().readTree(json.toFile());
    assertEquals(10, report.get("images").asInt());
    assertEquals("[32,40]", report.get("scales").toString());
    assertEquals(0, report.get("top5Error").asDouble(), "two classes are among the top five");
    List<String> predictions = Files.readAllLines(lines);
    assertEquals(10, predictions.size());
    JsonNode first = new ObjectMapper().readTree(predictions.get(0));
    assertEquals("c0/0.png", first.get("path").asText());
    double sum = 0;
    for (JsonNode p : first.get("predictions")) {
      sum += p.get("probability").asDouble();
    }
    assertEquals(1, sum, 1e-6);
  }

  @Test
  void initWritesAModelThatEvaluates() throws Exception {
    TestImages.folder(root.resolve("test"), 2, 2, 64);
    Files.writeString(root.resolve("labels.txt"), "c0\nc1\n");
    Path model = root.resolve("m.onnx");
    assertEquals(
        0,
        execute(
            "init",
            "--network",
            "A-LRN",
            "--crop",
            "64",
            "--width",
            "0.05",
            "--fc",
            "4",
            "--classes",
            "2",
            "--labels",
            root.resolve("labels.txt"),
            "--out",
            model),
        err::toString);
    assertEquals(
        0,
        execute("evaluate", "--model", model, "--data", root.resolve("test"), "--no-flip"),
        err::toString);
    assertTrue(out.toString().contains("4 images"), out.toString());
  }

  @Test
  void wrongUsageExitsWithTwoAndOneLineOfReason() throws Exception {
    assertEquals(2, execute());
    assertEquals(2, execute("train"));
    assertEquals(2, execute("summary", "--network", "Z"));
    assertEquals(2, execute("init", "--network", "A", "--crop", "100", "--out", "x"));
    Path recipe = root.resolve("r.yaml");
    Files.writeString(recipe, "name: x\nepoch: 1\n");
    assertEquals(2, execute("train", "--recipe", recipe, "--data", root, "--out", root));
    assertTrue(err.toString().contains("line 2: epoch is not a key"), err.toString());
  }

  @Test
  void failuresExitWithOneAndTheirReason() throws Exception {
    assertEquals(1, execute("evaluate", "--model", root.resolve("none.onnx"), "--data", root));
    Path recipe = root.resolve("r.yaml");
    Files.writeString(recipe, "name: x\nepochs: 1\nnetwork: {configuration: A}\n");
    assertEquals(
        1, execute("train", "--recipe", recipe, "--data", root.resolve("x"), "--out", root));
    assertTrue(err.toString().contains("there is no such file or folder"), err.toString());
    assertTrue(!err.toString().contains("\tat "), "no stack trace unless asked for");
    execute(
        "--stacktrace", "train", "--recipe", recipe, "--data", root.resolve("x"), "--out", root);
    assertTrue(err.toString().contains("\tat "));
  }
}
