package vggstream.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.MapFunction;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import vggstream.image.ImageEncoder;
import vggstream.image.Size;
import vggstream.job.batch.ClassifierFactory;
import vggstream.job.codec.SourceRecord;
import vggstream.job.config.JobOptions;
import vggstream.job.kafka.KafkaEnds;
import vggstream.job.release.EventHash;
import vggstream.job.topology.ClassificationTopology;
import vggstream.job.topology.JobSettings;
import vggstream.job.topology.ReleaseEnds;
import vggstream.model.ModelFiles;
import vggstream.schema.DeadLetter;
import vggstream.schema.ImageEvent;
import vggstream.schema.ModelRelease;
import vggstream.schema.Prediction;

/**
 * Models are released while events flow and a task crashes: PRIMARY, CANARY, another PRIMARY, a
 * SHADOW, broken ones, and back. Each event is answered once, by the model that was live for it.
 */
@Timeout(240)
class ReleaseITCase {
  private static final int PARTITIONS = 2;
  private static final int CANARY_EVENTS = 300;
  private static final double SHARE = 0.2;
  private static final Duration LONGEST = Duration.ofSeconds(60);
  private static final Duration DOUBLES_WOULD_SHOW_WITHIN = Duration.ofSeconds(2);
  private static final List<String> TOPICS =
      List.of("predictions", "dead-letters", "shadow-predictions", "models-live");

  private final Map<String, String> expected = new TreeMap<>(); // model and role by event
  private final Map<String, List<Prediction>> answers = new HashMap<>();
  private final Map<String, List<Prediction>> shadows = new HashMap<>();
  private final List<DeadLetter> letters = new ArrayList<>();
  private final Map<String, String> live = new HashMap<>(); // version by role; absent: none
  private KafkaProducer<byte[], byte[]> producer;
  private KafkaConsumer<byte[], byte[]> reader;

  @Test
  void releasesMoveEventsWithoutLosingOrDoublingAny(@TempDir Path directory) throws Exception {
    Path v1 =
        ModelFiles.colour(
            directory.resolve("v1.onnx"), "colour", "1", List.of("red", "green", "blue"));
    Path v2 =
        ModelFiles.colour(
            directory.resolve("v2.onnx"), "colour", "2", List.of("rouge", "vert", "bleu"));
    Path broken = Files.writeString(directory.resolve("v3.onnx"), "no model");
    try (EmbeddedBroker broker = EmbeddedBroker.start(directory.resolve("kafka"));
        LocalCluster cluster = LocalCluster.start(directory.resolve("flink"), PARTITIONS, 0)) {
      broker.createTopic("image-events", PARTITIONS);
      broker.createTopic("models", 1);
      TOPICS.forEach(topic -> broker.createTopic(topic, 1));
      StreamExecutionEnvironment environment = cluster.environment();
      CrashOnce.reset();
      define(environment, broker.bootstrapServers(), v1);
      cluster.submit(environment);
      try (var out = producer(broker.bootstrapServers());
          var in = reader(broker.bootstrapServers())) {
        producer = out;
        reader = in;

        await("the model of the options is reported", () -> "1".equals(live.get("PRIMARY")));
        assertNull(live.get("CANARY"));
        send("own", 40, id -> "1 PRIMARY");

        release("CANARY", "2", v2, SHARE);
        await("the canary is live", () -> "2".equals(live.get("CANARY")));
        CrashOnce.arm();
        send(
            "canary",
            CANARY_EVENTS,
            id -> EventHash.slot(id) < SHARE * EventHash.SLOTS ? "2 CANARY" : "1 PRIMARY");
        assertTrue(CrashOnce.CRASHED.get(), "a task crashed");
        retire("CANARY");
        await("the canary is retired", () -> !live.containsKey("CANARY"));

        release("PRIMARY", "2", v2, 1);
        await("the second is live", () -> "2".equals(live.get("PRIMARY")));
        release("SHADOW", "1", v1, 1);
        await("the shadow is live", () -> "1".equals(live.get("SHADOW")));
        send("shadowed", 60, id -> "2 PRIMARY");
        retire("SHADOW");
        await("the shadow is retired", () -> !live.containsKey("SHADOW"));

        String sha256 = "0".repeat(64);
        release("PRIMARY", "3", v2.toUri().toString(), sha256, 1);
        await("a wrong digest is refused", () -> reasons().contains("RELEASE_SHA256_DIFFERS"));
        release("PRIMARY", "3", broken, 1);
        await("what is no model is refused", () -> reasons().contains("RELEASE_NOT_LOADABLE"));
        release("PRIMARY", "3", v1, 1);
        await("another card is refused", () -> reasons().contains("RELEASE_CARD_DIFFERS"));
        release("PRIMARY", "3", directory.resolve("none").toUri().toString(), sha256, 1);
        await("a missing file is refused", () -> reasons().contains("RELEASE_UNREADABLE"));
        retire("PRIMARY");
        await("a PRIMARY cannot be retired", () -> reasons().contains("INVALID_RELEASE"));
        send("refused", 40, id -> "2 PRIMARY");

        release("PRIMARY", "1", v1, 1);
        await("the first is live again", () -> "1".equals(live.get("PRIMARY")));
        send("back", 40, id -> "1 PRIMARY");

        long end = System.nanoTime() + DOUBLES_WOULD_SHOW_WITHIN.toNanos();
        while (System.nanoTime() < end) {
          poll();
        }
        check();
      }
    }
  }

  private void check() {
    assertEquals(expected.keySet(), new TreeMap<>(answers).keySet());
    expected.forEach(
        (id, model) -> {
          assertEquals(1, answers.get(id).size(), () -> id + " is answered once");
          Prediction answer = answers.get(id).get(0);
          String said = answer.getModel().getVersion() + " " + answer.getModel().getRole();
          assertEquals(model, said, id);
          assertEquals(label(answer.getModel().getVersion()), top(answer), id);
          boolean shadowed = id.startsWith("shadowed");
          assertEquals(shadowed, shadows.containsKey(id), id);
          if (shadowed) {
            assertEquals(1, shadows.get(id).size(), () -> id + " is shadowed once");
            Prediction shadow = shadows.get(id).get(0);
            assertEquals("SHADOW", shadow.getModel().getRole());
            assertEquals(label("1"), top(shadow));
          }
        });
    assertEquals(
        List.of(
            "RELEASE_SHA256_DIFFERS",
            "RELEASE_NOT_LOADABLE",
            "RELEASE_CARD_DIFFERS",
            "RELEASE_UNREADABLE",
            "INVALID_RELEASE"),
        reasons(),
        "one dead letter a release, whatever the parallelism");
    for (DeadLetter letter : letters) {
      assertEquals("models", letter.getOrigin().getTopic());
      assertEquals("RELEASE", letter.getStage());
      assertFalse(letter.getMessage().isEmpty());
    }
  }

  private static String label(String version) {
    return version.equals("1") ? "green" : "vert";
  }

  private static String top(Prediction prediction) {
    return prediction.getPredictions().get(0).getLabel();
  }

  private List<String> reasons() {
    return letters.stream().map(DeadLetter::getReason).toList();
  }

  private interface Answerer {
    String of(String eventId);
  }

  /** Sends events and waits until all are answered. */
  private void send(String prefix, int count, Answerer answerer) throws Exception {
    for (int i = 0; i < count; i++) {
      String id = prefix + "-" + i;
      expected.put(id, answerer.of(id));
      producer.send(event(id));
    }
    producer.flush();
    await("all of " + prefix + " are answered", () -> answers.size() >= expected.size());
  }

  private static ProducerRecord<byte[], byte[]> event(String id) {
    byte[] rgb = new byte[16 * 20 * 3];
    for (int p = 1; p < rgb.length; p += 3) {
      rgb[p] = (byte) 255;
    }
    String source = "camera-" + Math.floorMod(id.hashCode(), 7);
    return new ProducerRecord<>(
        "image-events",
        source.getBytes(StandardCharsets.UTF_8),
        Records.encode(
            ImageEvent.newBuilder()
                .setEventId(id)
                .setSource(source)
                .setCapturedAt(Instant.EPOCH)
                .setPayload(
                    ByteBuffer.wrap(ImageEncoder.png(ByteBuffer.wrap(rgb), new Size(16, 20))))
                .setAttributes(Map.of())
                .build()));
  }

  private void release(String role, String version, Path file, double share) throws Exception {
    release(role, version, file.toUri().toString(), sha256(file), share);
  }

  private void release(String role, String version, String uri, String sha256, double share)
      throws Exception {
    producer
        .send(
            new ProducerRecord<>(
                "models",
                role.getBytes(StandardCharsets.UTF_8),
                Records.encode(
                    new ModelRelease(role, "colour", version, uri, sha256, share, Map.of()))))
        .get();
  }

  private void retire(String role) throws Exception {
    producer
        .send(new ProducerRecord<>("models", role.getBytes(StandardCharsets.UTF_8), null))
        .get();
  }

  private static String sha256(Path file) throws Exception {
    return HexFormat.of()
        .formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
  }

  private void await(String what, BooleanSupplier condition) {
    long deadline = System.nanoTime() + LONGEST.toNanos();
    while (!condition.getAsBoolean()) {
      assertTrue(
          System.nanoTime() < deadline,
          () ->
              "%s: not within %s; live: %s, dead letters: %s, answers: %d of %d"
                  .formatted(what, LONGEST, live, letters, answers.size(), expected.size()));
      poll();
    }
  }

  private void poll() {
    for (ConsumerRecord<byte[], byte[]> record : reader.poll(Duration.ofMillis(50))) {
      switch (record.topic()) {
        case "predictions" -> add(answers, Records.decode(Prediction.class, record.value()));
        case "shadow-predictions" -> add(shadows, Records.decode(Prediction.class, record.value()));
        case "dead-letters" -> letters.add(Records.decode(DeadLetter.class, record.value()));
        default -> {
          String role = new String(record.key(), StandardCharsets.UTF_8);
          if (record.value() == null) {
            live.remove(role);
          } else {
            live.put(role, Records.decode(ModelRelease.class, record.value()).getVersion());
          }
        }
      }
    }
  }

  private static void add(Map<String, List<Prediction>> to, Prediction prediction) {
    to.computeIfAbsent(prediction.getEventId(), id -> new ArrayList<>()).add(prediction);
  }

  private static void define(
      StreamExecutionEnvironment environment, String bootstrapServers, Path model) {
    JobOptions options =
        JobOptions.of(
            Map.ofEntries(
                Map.entry("bootstrap-servers", bootstrapServers),
                Map.entry("model", model.toString()),
                Map.entry("models-topic", "models"),
                Map.entry("checkpoint-interval", "300 ms"),
                Map.entry("restart-delay", "200 ms"),
                Map.entry("timeout", "60 s"),
                Map.entry("scales", "8,12"),
                Map.entry("device", "cpu"),
                Map.entry("batch-size", "8"),
                Map.entry("capacity", "16"),
                Map.entry("batch-linger", "5 ms"),
                Map.entry("starting-offsets", "earliest")));
    environment.configure(JobSettings.of(options));
    new ClassificationTopology(options, ClassifierFactory.SHARED)
        .define(
            environment
                .fromSource(
                    KafkaEnds.source(options.kafka()), WatermarkStrategy.noWatermarks(), "events")
                .uid("events")
                .map(new CrashOnce())
                .uid("crash-once"),
            KafkaEnds.predictions(options.kafka()),
            KafkaEnds.deadLetters(options.kafka()),
            new ReleaseEnds(
                environment
                    .fromSource(
                        KafkaEnds.releases(options.kafka(), "models"),
                        WatermarkStrategy.noWatermarks(),
                        "models")
                    .uid("models")
                    .setParallelism(1),
                KafkaEnds.liveModels(options.kafka(), "models-live"),
                KafkaEnds.shadowPredictions(options.kafka(), "shadow-predictions")));
  }

  /** Fails the task once, after so many events since it was armed. */
  private static final class CrashOnce implements MapFunction<SourceRecord, SourceRecord> {
    private static final long serialVersionUID = 1L;
    private static final AtomicInteger LEFT = new AtomicInteger();
    private static final AtomicBoolean CRASHED = new AtomicBoolean();

    static void reset() {
      LEFT.set(Integer.MAX_VALUE);
      CRASHED.set(false);
    }

    static void arm() {
      LEFT.set(CANARY_EVENTS / 2);
    }

    @Override
    public SourceRecord map(SourceRecord record) {
      if (LEFT.decrementAndGet() <= 0 && CRASHED.compareAndSet(false, true)) {
        throw new IllegalStateException("the crash of this test");
      }
      return record;
    }
  }

  private static KafkaProducer<byte[], byte[]> producer(String bootstrapServers) {
    return new KafkaProducer<>(
        Map.of("bootstrap.servers", bootstrapServers, "enable.idempotence", "true"),
        new ByteArraySerializer(),
        new ByteArraySerializer());
  }

  private static KafkaConsumer<byte[], byte[]> reader(String bootstrapServers) {
    KafkaConsumer<byte[], byte[]> reader =
        new KafkaConsumer<>(
            Map.of(
                "bootstrap.servers", bootstrapServers,
                "auto.offset.reset", "earliest",
                "isolation.level", "read_committed"),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
    reader.assign(TOPICS.stream().map(topic -> new TopicPartition(topic, 0)).toList());
    return reader;
  }
}
