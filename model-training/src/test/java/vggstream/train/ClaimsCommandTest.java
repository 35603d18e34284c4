package vggstream.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import vggstream.train.data.TestImages;

class ClaimsCommandTest {
  private static final String RECIPE =
      """
      name: tiny
      epochs: 1
      network: {configuration: A, crop: 32, width: 0.0625, fc: 16, initialisation: he}
      data: {scale: [32, 36], colour-shift: 0, pixel-scale: 0.01724, hold-out: 0.2}
      optimiser: {batch: 8, learning-rate: 0.003, dropout: 0.1}
      """;

  private static final String PLAN =
      """
      trained: 0.01
      groups:
        tiny:
          data: shapes
          recipe: tiny.yaml
          seeds: [1, 2]
          runs:
            A: []
            A-LRN: [network.configuration=A-LRN]
          evaluations:
            dense: {protocol: dense, scales: [32], split: test}
      claims:
        - name: lrn
          section: "4.1"
          says: LRN does not improve on A
          group: tiny
          subject: {nets: [A-LRN], evaluation: dense}
          than: {nets: [A], evaluation: dense}
          relation: not_better
        - name: ensemble
          section: "4.4"
          says: Two nets are better than one
          group: tiny
          subject: {nets: [A, A-LRN], evaluation: dense}
          than: {nets: [A], evaluation: dense}
          relation: better
      """;

  @TempDir private static Path folder;
  @TempDir private Path out;

  @BeforeAll
  static void makePlan() throws IOException {
    TestImages.folder(folder.resolve("data/train"), 3, 16, 32);
    TestImages.folder(folder.resolve("data/test"), 3, 4, 32);
    Files.writeString(folder.resolve("tiny.yaml"), RECIPE);
    Files.writeString(folder.resolve("plan.yaml"), PLAN);
  }

  private record Answer(int code, String out, String err) {}

  private static Answer claims(Path out, String... more) {
    StringWriter text = new StringWriter();
    StringWriter errors = new StringWriter();
    List<String> arguments =
        new ArrayList<>(List.of("claims", "--plan", folder.resolve("plan.yaml").toString()));
    arguments.addAll(List.of("--out", out.toString(), "--jobs", "2"));
    arguments.addAll(Arrays.asList(more));
    CommandLine line =
        VggTrain.commandLine().setOut(new PrintWriter(text)).setErr(new PrintWriter(errors));
    return new Answer(
        line.execute(arguments.toArray(String[]::new)), text.toString(), errors.toString());
  }

  private static String shapes() {
    return "shapes=" + folder.resolve("data");
  }

  @Test
  void runsAreMadeOnceAndALineMadeAgainElsewhereIsTheSame() throws IOException {
    Answer all = claims(out.resolve("all"), "--data", shapes());
    assertEquals(0, all.code(), all.err());
    String table = Files.readString(out.resolve("all/claims.md"));
    assertTrue(all.out().endsWith(table), all.out());
    assertEquals(4, table.lines().count(), table);

    Path weights = out.resolve("all/tiny/A-LRN/seed-2/model.onnx");
    byte[] first = Files.readAllBytes(weights);
    var written = Files.getLastModifiedTime(weights);
    Answer again = claims(out.resolve("all"), "--data", shapes());
    assertEquals(0, again.code(), again.err());
    assertEquals(written, Files.getLastModifiedTime(weights));
    assertEquals(table, Files.readString(out.resolve("all/claims.md")));

    Answer one = claims(out.resolve("one"), "--data", shapes(), "--only", "lrn");
    assertEquals(0, one.code(), one.err());
    assertArrayEquals(first, Files.readAllBytes(out.resolve("one/tiny/A-LRN/seed-2/model.onnx")));
    assertEquals(
        table.lines().limit(3).toList(),
        Files.readString(out.resolve("one/claims.md")).lines().toList());
  }

  @Test
  void aDataSetWithoutFolderIsNamed() {
    Answer answer = claims(out, "--data", "other=x");
    assertEquals(2, answer.code());
    assertTrue(answer.err().contains("--data must say where shapes is"), answer.err());
  }

  @Test
  void anUnknownClaimIsRefused() {
    Answer answer = claims(out, "--data", shapes(), "--only", "depth");
    assertEquals(2, answer.code());
    assertTrue(answer.err().contains("[ensemble, lrn]: was depth"), answer.err());
  }

  @Test
  void aRunThatFailsEndsTheCommandWithItsReasonsPlace() {
    Answer answer = claims(out, "--data", "shapes=" + folder.resolve("nowhere"));
    assertEquals(1, answer.code());
    assertTrue(answer.err().contains("train.log"), answer.err());
  }
}
