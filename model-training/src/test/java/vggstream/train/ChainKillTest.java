package vggstream.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import vggstream.train.data.TestImages;

/** A chain of stages in a process of its own, which is killed as by {@code kill -9}. */
class ChainKillTest {
  private static final String CHAIN =
      """
      name: chain
      epochs: 2
      network: {configuration: A, crop: 32, width: 0.0625, fc: 8, initialisation: he}
      data: {scale: 32, colour-shift: 0, pixel-scale: 0.01724, hold-out: 0.25}
      optimiser: {batch: 8, learning-rate: 0.003}
      stages:
      - name: small
      - name: large
        init-from: previous
        data: {scale: 40}
        optimiser: {learning-rate: 0.001}
      - name: jitter
        init-from: previous
        data: {scale: [32, 48]}
      """;

  @TempDir private Path root;

  private Process train(Path out, String... more) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                VggTrain.class.getName(),
                "train",
                "--recipe",
                root.resolve("chain.yaml").toString(),
                "--data",
                root.resolve("data").toString(),
                "--out",
                out.toString(),
                "--threads",
                "1"));
    command.addAll(List.of(more));
    return new ProcessBuilder(command).redirectErrorStream(true).start();
  }

  /** Reads until a line holds the text, then kills; returns what was read. */
  private static String killAt(Process process, String text) throws Exception {
    StringBuilder read = new StringBuilder();
    try (BufferedReader lines = process.inputReader()) {
      String line = lines.readLine();
      while (line != null) {
        read.append(line).append('\n');
        if (line.contains(text)) {
          process.destroyForcibly();
          break;
        }
        line = lines.readLine();
      }
    }
    assertTrue(process.waitFor(60, TimeUnit.SECONDS));
    return read.toString();
  }

  private static byte[] weights(Path out) throws IOException {
    try (Stream<Path> checkpoints = Files.list(out.resolve("3-jitter/checkpoints"))) {
      Path newest = checkpoints.sorted().reduce((a, b) -> b).orElseThrow();
      return Files.readAllBytes(newest.resolve("weights.safetensors"));
    }
  }

  @Test
  void aChainKilledAnywhereGoesOnInItsStageAndEndsInTheSameWeights() throws Exception {
    TestImages.folder(root.resolve("data/train"), 2, 16, 48);
    Files.writeString(root.resolve("chain.yaml"), CHAIN);
    Path straight = root.resolve("straight");
    String whole = killAt(train(straight), "never");
    assertTrue(whole.contains("stage 3 of 3: jitter"), whole);
    assertTrue(Files.exists(straight.resolve("model.onnx")), whole);
    assertEquals(
        -1,
        Files.mismatch(straight.resolve("model.onnx"), straight.resolve("3-jitter/model.onnx")));

    Path killed = root.resolve("killed");
    String first = killAt(train(killed), "epoch 1:"); // within the first stage
    assertFalse(first.contains("stage 2"), first);
    String second = killAt(train(killed, "--resume"), "weights from"); // as the second begins
    assertTrue(second.contains("going on after step 3 of 6"), second);
    assertTrue(second.contains("stage 2 of 3: large"), second);
    String third = killAt(train(killed, "--resume"), "stage 3 of 3"); // between two stages
    assertFalse(third.contains("stage 1 of 3: small\nepoch"), third);
    String fourth = killAt(train(killed, "--resume"), "epoch 1:"); // within the last stage
    assertTrue(fourth.contains("stage 3 of 3"), fourth);
    assertFalse(Files.exists(killed.resolve("model.onnx")));
    String last = killAt(train(killed, "--resume"), "never");
    assertTrue(last.contains("going on after step 3 of 6"), last);

    assertArrayEquals(weights(straight), weights(killed));
    assertEquals(
        -1, Files.mismatch(killed.resolve("model.onnx"), killed.resolve("3-jitter/model.onnx")));
    assertEquals(3, Files.readAllLines(killed.resolve("2-large/history.csv")).size());
    JsonNode run = new ObjectMapper().readTree(killed.resolve("1-small/run.json").toFile());
    assertFalse(run.path("sessions").path(0).has("ended"), "killed");
    assertEquals("EPOCHS_MADE", run.path("sessions").path(1).path("outcome").asText());
    assertEquals("train", run.path("sessions").path(0).path("command").path(0).asText());

    String again = killAt(train(killed), "never");
    assertTrue(again.contains("--resume"), again);
  }
}
