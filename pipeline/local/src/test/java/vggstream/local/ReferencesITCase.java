package vggstream.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import vggstream.client.KafkaCluster;
import vggstream.client.RecordTail;
import vggstream.client.VggClient;
import vggstream.image.ImageEncoder;
import vggstream.image.Size;
import vggstream.job.config.JobOptions;
import vggstream.model.ModelFiles;
import vggstream.schema.DeadLetter;
import vggstream.schema.Origin;
import vggstream.schema.Prediction;

/** Images sent by reference through the whole stream, and those that failed sent back. */
@Timeout(180)
class ReferencesITCase {
  private static final int IMAGES = 30;
  private static final Duration LONGEST = Duration.ofSeconds(120);

  @TempDir private Path directory;

  /** Answers by event: the label, or the reason that there is none. */
  private final Map<String, List<String>> answers = new TreeMap<>();

  private static byte[] png(int colour) {
    byte[] rgb = new byte[16 * 20 * 3]; // (H, W, 3)
    for (int p = 0; p < rgb.length; p += 3) {
      rgb[p + colour] = (byte) 255;
    }
    return ImageEncoder.png(ByteBuffer.wrap(rgb), new Size(16, 20));
  }

  private static void execute(String command, LocalStream stream, String... args) {
    var err = new StringWriter();
    var all = new ArrayList<>(List.of(command, "--bootstrap-servers"));
    all.add(stream.broker().bootstrapServers());
    all.addAll(List.of(args));
    int code =
        VggClient.commandLine()
            .setOut(new PrintWriter(new StringWriter()))
            .setErr(new PrintWriter(err))
            .execute(all.toArray(String[]::new));
    assertEquals(0, code, err::toString);
  }

  @Test
  void imagesAreReadBelowTheRootsOnlyAndWhatFailedCanBeSentBack() throws Exception {
    Path root = Files.createDirectory(directory.resolve("root"));
    Path images = Files.createDirectory(root.resolve("our images"));
    for (int i = 0; i < IMAGES; i++) {
      Files.write(images.resolve("%02d.png".formatted(i)), png(i % 3));
    }
    Path outside = Files.write(directory.resolve("outside.png"), png(0));
    Files.createSymbolicLink(images.resolve("link.png"), outside);
    try (LocalStream stream = LocalStream.start(directory, 2, 0)) {
      stream.broker().createTopic("image-events", 2);
      stream.broker().createTopic("dead-letters", 1);
      execute("send", stream, "--references", images.toString(), outside.toString());
      byte[] missing = Files.readAllBytes(images.resolve("07.png"));
      Files.delete(images.resolve("07.png"));
      byte[] changed = Files.readAllBytes(images.resolve("08.png"));
      changed[changed.length - 1]++;
      Files.write(images.resolve("08.png"), changed);
      stream.start(options(stream, root), 2).awaitRunning(Duration.ofSeconds(120));
      Map<String, List<String>> expected = new TreeMap<>();
      for (int i = 0; i < IMAGES; i++) {
        expected.put(
            "%02d.png".formatted(i),
            new ArrayList<>(List.of(List.of("red", "green", "blue").get(i % 3))));
      }
      expected.put("07.png", new ArrayList<>(List.of("REFERENCE_NOT_FOUND")));
      expected.put("08.png", List.of("SHA256_DIFFERS"));
      expected.put("link.png", List.of("REFERENCE_NOT_ALLOWED"));
      expected.put("outside.png", List.of("REFERENCE_NOT_ALLOWED"));
      try (var predictions = tail(stream, "predictions", Prediction.class);
          var letters = tail(stream, "dead-letters", DeadLetter.class)) {
        await(predictions, letters, IMAGES + 2);
        assertEquals(expected, answers);

        Files.write(images.resolve("07.png"), missing);
        execute("redrive", stream, "--reasons=REFERENCE_NOT_FOUND");
        execute("redrive", stream, "--reasons=REFERENCE_NOT_FOUND");
        await(predictions, letters, IMAGES + 3);
        expected.get("07.png").add("green");
        assertEquals(expected, answers);
      }
    }
  }

  private JobOptions options(LocalStream stream, Path root) throws Exception {
    return JobOptions.of(
        Map.of(
            "bootstrap-servers", stream.broker().bootstrapServers(),
            "model", ModelFiles.colour(directory.resolve("colour.onnx")).toString(),
            "scales", "8",
            "device", "cpu",
            "batch-linger", "5 ms",
            "checkpoint-interval", "300 ms",
            "fetch-roots", root.toUri().toString()));
  }

  private static <T extends SpecificRecord> RecordTail<T> tail(
      LocalStream stream, String topic, Class<T> type) throws Exception {
    return RecordTail.open(
        new KafkaCluster(stream.broker().bootstrapServers()),
        topic,
        type,
        RecordTail.From.BEGINNING);
  }

  private void await(RecordTail<Prediction> predictions, RecordTail<DeadLetter> letters, int count)
      throws Exception {
    long end = System.nanoTime() + LONGEST.toNanos();
    while (size() < count && System.nanoTime() < end) {
      poll(predictions, letters, Duration.ofMillis(100));
    }
    poll(predictions, letters, Duration.ofMillis(500)); // more than expected?
  }

  private int size() {
    return answers.values().stream().mapToInt(List::size).sum();
  }

  private void poll(
      RecordTail<Prediction> predictions, RecordTail<DeadLetter> letters, Duration timeout)
      throws Exception {
    predictions.poll(timeout, new Listener<Prediction>());
    letters.poll(timeout, new Listener<DeadLetter>());
  }

  private final class Listener<T extends SpecificRecord> implements RecordTail.Listener<T> {
    @Override
    public void received(Origin origin, T record) {
      if (record instanceof Prediction prediction) {
        add(prediction.getEventId(), prediction.getPredictions().get(0).getLabel());
      } else if (record instanceof DeadLetter letter) {
        add(letter.getEventId(), letter.getReason());
        assertEquals("FETCH", letter.getStage());
      }
    }

    private void add(String eventId, String answer) {
      answers.computeIfAbsent(eventId, id -> new ArrayList<>()).add(answer);
    }

    @Override
    public void undecodable(Origin origin, String reason) {
      assertNull(reason);
    }
  }
}
