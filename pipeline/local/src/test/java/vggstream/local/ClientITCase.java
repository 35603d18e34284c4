package vggstream.local;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import vggstream.avro.PlainAvro;
import vggstream.client.KafkaCluster;
import vggstream.client.RecordTail;
import vggstream.client.VggClient;
import vggstream.model.ModelFiles;
import vggstream.schema.DeadLetter;
import vggstream.schema.ImageEvent;
import vggstream.schema.ImageInfo;
import vggstream.schema.Model;
import vggstream.schema.Origin;
import vggstream.schema.Prediction;
import vggstream.schema.RankedLabel;
import vggstream.schema.TestProtocol;
import vggstream.schema.Timings;

/** The client's commands against a real broker. */
class ClientITCase {
  @TempDir private static Path brokerFolder;
  private static EmbeddedBroker broker;

  @TempDir private Path temp;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeAll
  static void startBroker() {
    broker = EmbeddedBroker.start(brokerFolder);
  }

  @AfterAll
  static void stopBroker() {
    broker.close();
  }

  private int execute(String command, String... args) {
    var all = new ArrayList<>(List.of(command, "--bootstrap-servers", broker.bootstrapServers()));
    all.addAll(List.of(args));
    return VggClient.commandLine()
        .setOut(new PrintWriter(out))
        .setErr(new PrintWriter(err))
        .execute(all.toArray(String[]::new));
  }

  private static Map<String, ImageEvent> events(String topic, int count) throws Exception {
    var events = new HashMap<String, ImageEvent>();
    var listener =
        new RecordTail.Listener<ImageEvent>() {
          @Override
          public void received(Origin origin, ImageEvent event) {
            assertEquals(null, events.put(event.getEventId(), event), event.getEventId());
          }

          @Override
          public void undecodable(Origin origin, String reason) {
            throw new AssertionError(reason);
          }
        };
    var cluster = new KafkaCluster(broker.bootstrapServers());
    try (var tail = RecordTail.open(cluster, topic, ImageEvent.class, RecordTail.From.BEGINNING)) {
      long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
      while (events.size() < count && System.nanoTime() < end) {
        tail.poll(Duration.ofMillis(200), listener);
      }
      assertEquals(0, tail.poll(Duration.ofMillis(300), listener), "more than expected");
    }
    return events;
  }

  @Test
  void aFolderIsSentWholeEachFileOnce() throws Exception {
    broker.createTopic("sent", 3);
    for (int i = 0; i < 300; i++) {
      Path file = temp.resolve("cam" + i % 7).resolve(i + ".jpg");
      Files.createDirectories(file.getParent());
      Files.write(file, new byte[i * 100]);
    }
    assertEquals(0, execute("send", "--topic", "sent", "--kafka.linger.ms=20", temp.toString()));
    assertTrue(out.toString().startsWith("sent 300 of 300 files, 4,485,000 bytes"), out::toString);
    Map<String, ImageEvent> events = events("sent", 300);
    assertEquals(300, events.size());
    for (int i = 0; i < 300; i++) {
      ImageEvent event = events.get("cam%d/%d.jpg".formatted(i % 7, i));
      assertEquals("cam" + i % 7, event.getSource());
      assertEquals(i * 100, event.getPayload().remaining());
    }
  }

  @Test
  void aFileAboveTheTopicsLimitIsReportedAndTheRestSent() throws Exception {
    broker.createTopic("narrow", 1, Map.of("max.message.bytes", "200000"));
    Files.write(temp.resolve("large.jpg"), new byte[200_000]);
    // as large as the client lets through: the broker must take it
    Files.write(temp.resolve("largest.jpg"), new byte[199_400]);
    Files.write(temp.resolve("small.jpg"), new byte[10]);
    assertEquals(1, execute("send", "--topic", "narrow", "--source", "s", temp.toString()));
    assertTrue(err.toString().contains("large.jpg: must be at most 199,4"), err::toString);
    assertTrue(out.toString().startsWith("sent 2 of 3 files"), out::toString);
    assertTrue(out.toString().contains("failed 1,"), out::toString);
    assertEquals(2, events("narrow", 2).size());
  }

  @Test
  void anImageOf20MiBPassesThroughATopicOf25() throws Exception {
    broker.createTopic("wide", 1);
    Files.write(temp.resolve("large.tif"), new byte[20 << 20]);
    assertEquals(0, execute("send", "--topic", "wide", temp.toString()));
    assertEquals(20 << 20, events("wide", 1).get("large.tif").getPayload().remaining());
  }

  @Test
  void aWatchedFolderIsSentFileByFileAsTheyComeAndNoFasterThanTheRate() throws Exception {
    broker.createTopic("watched", 1);
    for (int i = 0; i < 5; i++) {
      Files.write(temp.resolve(i + ".jpg"), new byte[100]);
    }
    var later = new CompletableFuture<Map<String, ImageEvent>>();
    var writer =
        new Thread(
            () -> {
              try {
                events("watched", 5);
                Files.write(temp.resolve("late.tmp"), new byte[200]);
                Files.move(temp.resolve("late.tmp"), temp.resolve("late.jpg"));
                later.complete(events("watched", 6));
              } catch (Throwable e) {
                later.completeExceptionally(e);
              }
            });
    writer.start();
    long start = System.nanoTime();
    assertEquals(
        0,
        execute(
            "send",
            "--topic=watched",
            "--watch",
            "--settle=200ms",
            "--timeout=10s",
            "--rate=5",
            temp.toString()));
    assertTrue(System.nanoTime() - start >= Duration.ofMillis(4 * 200 + 10_000).toNanos());
    assertTrue(out.toString().startsWith("sent 6 of 6 files, 700 bytes"), out::toString);
    ImageEvent late = later.get(60, TimeUnit.SECONDS).get("late.jpg");
    assertEquals(200, late.getPayload().remaining());
  }

  @Test
  void aMissingTopicIsNamed() throws Exception {
    Path file = Files.write(temp.resolve("a.jpg"), new byte[1]);
    assertEquals(1, execute("send", "--topic", "nowhere", file.toString()));
    assertEquals(1, execute("tail", "--topic", "nowhere"));
    String line =
        "vgg-client: the Kafka cluster at %s has no topic nowhere%n"
            .formatted(broker.bootstrapServers());
    assertTrue(err.toString().endsWith(line + line), err::toString);
  }

  @Test
  void tailPrintsCommittedDeadLettersAndStepsOverWhatItCannotRead() throws Exception {
    broker.createTopic("dead-letters", 1);
    var avro = new PlainAvro<>(DeadLetter.class);
    Map<String, Object> settings =
        Map.of("bootstrap.servers", broker.bootstrapServers(), "transactional.id", "test");
    try (var producer =
        new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer())) {
      producer.initTransactions();
      producer.beginTransaction();
      producer.send(new ProducerRecord<>("dead-letters", "k", avro.encode(letter("aborted"))));
      producer.flush();
      producer.abortTransaction();
      producer.beginTransaction();
      producer.send(new ProducerRecord<>("dead-letters", "k", avro.encode(letter("ä→1"))));
      producer.send(new ProducerRecord<>("dead-letters", "k", "no avro".getBytes(UTF_8)));
      producer.send(new ProducerRecord<>("dead-letters", "k", avro.encode(letter("2"))));
      producer.send(new ProducerRecord<>("dead-letters", "k", avro.encode(letter("3"))));
      producer.commitTransaction();
    }
    assertEquals(
        0, execute("tail", "--dead-letters", "--from-beginning", "--max", "2", "--timeout", "30s"));
    List<String> ids = new ArrayList<>();
    for (String line : out.toString().lines().toList()) {
      JsonNode json = new ObjectMapper().readTree(line);
      ids.add(json.get("eventId").asText());
      assertEquals("2026-11-22T00:00:00.000Z", json.get("occurredAt").asText());
    }
    assertEquals(List.of("ä→1", "2"), ids);
    assertTrue(err.toString().startsWith("dead-letters-0 at offset "), err::toString);
    assertEquals(1, err.toString().lines().count(), err::toString);
  }

  @Test
  void tailStepsOverAPredictionThatJsonCannotHold() throws Exception {
    broker.createTopic("numbers", 1);
    var avro = new PlainAvro<>(Prediction.class);
    try (var producer =
        new KafkaProducer<>(
            Map.<String, Object>of("bootstrap.servers", broker.bootstrapServers()),
            new StringSerializer(),
            new ByteArraySerializer())) {
      for (float probability : new float[] {Float.NaN, 0.5f}) {
        producer.send(new ProducerRecord<>("numbers", avro.encode(prediction(probability))));
      }
    }
    assertEquals(
        0,
        execute(
            "tail", "--topic", "numbers", "--from-beginning", "--max", "1", "--timeout", "30s"));
    assertTrue(out.toString().contains("\"probability\":0.5}"), out::toString);
    assertEquals(
        "numbers-0 at offset 0: field probability must be a finite number: was NaN"
            + System.lineSeparator(),
        err.toString());
  }

  private static Prediction prediction(float probability) {
    Instant time = Instant.parse("2026-11-22T00:00:00Z");
    return Prediction.newBuilder()
        .setEventId("e")
        .setSource("s")
        .setCapturedAt(time)
        .setPredictedAt(time)
        .setModel(new Model("n", "1", "0".repeat(64), "PRIMARY"))
        .setImage(new ImageInfo(8, 8, "PNG"))
        .setProtocol(new TestProtocol(List.of(8), true, "NONE"))
        .setPredictions(List.of(new RankedLabel(1, 0, "a", probability)))
        .setBoxes(List.of())
        .setTimings(new Timings(1L, 2L, 3L, 1))
        .setOrigin(new Origin("image-events", 0, 0L))
        .setAttributes(Map.of())
        .build();
  }

  private static DeadLetter letter(String id) {
    Instant time = Instant.parse("2026-11-22T00:00:00Z");
    var origin = new Origin("image-events", 0, 0L);
    return new DeadLetter(origin, id, "CORRUPT", "DECODE", "m", time, null, Map.of());
  }

  @Test
  void tailEndsWhenNothingComes() {
    broker.createTopic("quiet", 2);
    assertEquals(0, execute("tail", "--topic", "quiet", "--timeout", "300ms"));
    assertEquals(1, execute("tail", "--topic", "quiet", "--timeout", "300ms", "--max", "5"));
    assertEquals(
        "vgg-client: no record for 300ms: 0 of 5 read" + System.lineSeparator(), err.toString());
  }

  @Test
  void releasesPrintsTheLastReleaseOfEachRole() throws Exception {
    broker.createTopic("models-printed", 1, Map.of("cleanup.policy", "compact"));
    Path one = ModelFiles.colour(temp.resolve("1.onnx"), "colour", "1", List.of("a", "b", "c"));
    Path two = ModelFiles.colour(temp.resolve("2.onnx"), "colour", "2", List.of("a", "b", "c"));
    String[] topic = {"--topic", "models-printed"};
    assertEquals(0, release(topic, "--uri", one.toString()), err::toString);
    assertEquals(
        0,
        release(topic, "--uri", two.toUri().toString(), "--role", "canary", "--share", "0.25"),
        err::toString);
    assertEquals(0, release(topic, "--uri", two.toString(), "--role", "shadow"), err::toString);
    assertEquals(0, release(topic, "--role", "shadow", "--retire"), err::toString);
    out.getBuffer().setLength(0);
    assertEquals(0, execute("releases", "--topic", "models-printed", "--json"), err::toString);
    List<String> lines = out.toString().lines().toList();
    assertEquals(2, lines.size(), out::toString);
    JsonNode primary = new ObjectMapper().readTree(lines.get(0));
    JsonNode canary = new ObjectMapper().readTree(lines.get(1));
    assertEquals("PRIMARY", primary.get("role").asText());
    assertEquals("1", primary.get("version").asText());
    assertEquals(one.toUri().toString(), primary.get("uri").asText());
    assertEquals("CANARY", canary.get("role").asText());
    assertEquals("colour", canary.get("name").asText());
    assertEquals(0.25, canary.get("share").asDouble());
    assertEquals(64, canary.get("sha256").asText().length());
  }

  private int release(String[] topic, String... args) {
    var all = new ArrayList<>(List.of(topic));
    all.addAll(List.of(args));
    return execute("release", all.toArray(String[]::new));
  }

  @Test
  void releaseThatBreaksARuleIsRefused() {
    assertEquals(2, execute("release"));
    assertEquals(2, execute("release", "--uri", "s3://b/k"));
    assertEquals(2, execute("release", "--uri", "/m.onnx", "--share", "0.5"));
    assertEquals(2, execute("release", "--uri", "/m.onnx", "--role", "canary"));
    assertEquals(2, execute("release", "--uri", "/m.onnx", "--role", "canary", "--share", "1.5"));
    assertEquals(2, execute("release", "--retire"));
    assertTrue(err.toString().contains("a primary can only be replaced"), err.toString());
    assertEquals(1, execute("release", "--uri", temp.resolve("none.onnx").toString()));
  }
}
