package vggstream.local.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.RandomAccessFile;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import vggstream.local.EmbeddedBroker;
import vggstream.local.scene.SceneDataSet;
import vggstream.model.ModelFiles;

@Timeout(180)
class RunITCase {
  @TempDir private Path directory;

  private record Result(int exitCode, String out, String err) {}

  @Test
  void everyFileIsAnsweredOnceByAPredictionOrADeadLetter() throws Exception {
    Path images = Files.createDirectory(directory.resolve("images"));
    SceneDataSet scenes = new SceneDataSet(1, 64, 48);
    scenes.write(SceneDataSet.Split.TRAIN, 40, directory.resolve("scenes"));
    Files.move(directory.resolve("scenes/train"), images.resolve("train"));
    byte[] jpeg = scenes.image(SceneDataSet.Split.TEST, 0).toJpeg();
    Path bad = Files.createDirectories(images.resolve("bad/very bad"));
    Files.write(bad.resolve("truncated.jpg"), Arrays.copyOf(jpeg, jpeg.length / 2));
    Files.writeString(bad.resolve("notes.txt"), "not an image");
    Files.createFile(bad.resolve("empty.png"));
    try (RandomAccessFile large = new RandomAccessFile(bad.resolve("large.jpg").toFile(), "rw")) {
      large.setLength(EmbeddedBroker.MAX_MESSAGE_BYTES + 1L);
    }
    Path out = directory.resolve("deep/out");

    Result result =
        runJar(
            "--model", ModelFiles.colour(directory.resolve("colour.onnx")).toString(),
            "--images", images.toString(),
            "--scales", "8,16",
            "--top-k", "2",
            "--parallelism", "2",
            "--temporary", Files.createDirectory(directory.resolve("tmp")).toString(),
            "--out", out.toString());

    assertEquals(0, result.exitCode(), result.err());
    Map<String, JsonNode> predictions = read(out.resolve("predictions.jsonl"));
    Map<String, JsonNode> letters = read(out.resolve("dead-letters.jsonl"));
    assertEquals(40, predictions.size());
    Set<String> all = new TreeSet<>(predictions.keySet());
    all.addAll(letters.keySet());
    assertEquals(pathsUnder(images), all);

    JsonNode prediction = predictions.get("train/crescent/000000.jpg");
    assertEquals("crescent", prediction.get("source").asText());
    assertEquals(64, prediction.at("/image/width").asInt());
    assertEquals(48, prediction.at("/image/height").asInt());
    assertEquals("[8,16]", prediction.at("/protocol/scales").toString());
    assertEquals(2, prediction.get("predictions").size());

    assertEquals("TRUNCATED", reason(letters, "truncated.jpg"));
    assertEquals("UNSUPPORTED_FORMAT", reason(letters, "notes.txt"));
    assertEquals("EMPTY", reason(letters, "empty.png"));
    assertEquals("NOT_SENT", reason(letters, "large.jpg"));
    assertEquals("SEND", letters.get("bad/very bad/large.jpg").get("stage").asText());

    assertTrue(result.out().contains("44 (40 predicted, 4 dead letters)"), result.out());
    assertTrue(result.out().contains("images/s"), result.out());
    assertTrue(result.out().contains("batches"), result.out());
    assertEquals(Set.of(), pathsUnder(directory.resolve("tmp")), "temporary files are left");
  }

  @Test
  void fileThatIsNoModelFailsWithItsReasonAndWritesNothing() throws Exception {
    Path images = Files.createDirectory(directory.resolve("images"));
    Files.writeString(images.resolve("a.txt"), "a");
    Path model = Files.writeString(directory.resolve("model.onnx"), "not a model");
    Path out = directory.resolve("out");

    Result result =
        run(
            "--model", model.toString(),
            "--images", images.toString(),
            "--scales", "8",
            "--out", out.toString());

    assertEquals(1, result.exitCode());
    assertTrue(result.err().contains("model.onnx"), result.err());
    assertEquals(Set.of(), pathsUnder(out));
  }

  @Test
  void temporaryFolderThatIsNotThereFailsWithItsReasonAlone() throws Exception {
    Path out = directory.resolve("out");
    Path images = Files.createDirectory(directory.resolve("images"));

    Result result =
        run(
            "--model", "m.onnx",
            "--images", images.toString(),
            "--scales", "8",
            "--temporary", directory.resolve("none").toString(),
            "--out", out.toString());

    assertEquals(1, result.exitCode());
    assertTrue(result.err().startsWith("vgg-local: cannot make a directory in "), result.err());
    assertFalse(result.err().contains("\tat "), result.err());
    assertEquals(Set.of(), pathsUnder(out));
  }

  @Test
  void portOutOfRangeIsAWrongArgument() {
    Result result =
        run(
            "--model", "m.onnx",
            "--images", directory.toString(),
            "--scales", "8",
            "--ui-port", "99999",
            "--out", directory.resolve("out").toString());

    assertEquals(2, result.exitCode());
    assertTrue(result.err().contains("ui-port must be within 0..65535: was 99999"), result.err());
  }

  @Test
  void wrongOptionsAreToldTogetherBeforeAnythingStarts() {
    Result result =
        run(
            "--model", "m.onnx",
            "--images", directory.toString(),
            "--top-k", "0",
            "--timeout", "soon",
            "--out", directory.resolve("out").toString());

    assertEquals(2, result.exitCode());
    assertTrue(result.err().contains("top-k"), result.err());
    assertTrue(result.err().contains("timeout"), result.err());
    assertFalse(Files.exists(directory.resolve("out")));
  }

  private static String reason(Map<String, JsonNode> letters, String name) {
    return letters.get("bad/very bad/" + name).get("reason").asText();
  }

  private static Result run(String... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine line = VggLocal.commandLine();
    line.setOut(new PrintWriter(out));
    line.setErr(new PrintWriter(err));
    String[] all = Stream.concat(Stream.of("run"), Stream.of(args)).toArray(String[]::new);
    return new Result(line.execute(all), out.toString(), err.toString());
  }

  /** As a user does, in another working directory. */
  private Result runJar(String... args) throws IOException, InterruptedException {
    Path jar = Path.of(System.getProperty("basedir", ".")).resolve("target/vgg-local.jar");
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-jar",
                jar.toAbsolutePath().toString(),
                "run"));
    command.addAll(List.of(args));
    Path out = directory.resolve("stdout");
    Path err = directory.resolve("stderr");
    Process process =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start();
    try {
      return new Result(process.waitFor(), Files.readString(out), Files.readString(err));
    } finally {
      process.destroyForcibly();
    }
  }

  private static Map<String, JsonNode> read(Path file) throws IOException {
    ObjectMapper mapper = new ObjectMapper();
    Map<String, JsonNode> records = new TreeMap<>();
    for (String line : Files.readAllLines(file)) {
      JsonNode record = mapper.readTree(line);
      assertEquals(null, records.put(record.get("eventId").asText(), record), "twice: " + line);
    }
    return records;
  }

  private static Set<String> pathsUnder(Path directory) throws IOException {
    Set<String> paths = new TreeSet<>();
    if (Files.exists(directory)) {
      try (Stream<Path> files = Files.walk(directory)) {
        files
            .filter(Files::isRegularFile)
            .forEach(f -> paths.add(directory.relativize(f).toString().replace('\\', '/')));
      }
    }
    return paths;
  }
}
