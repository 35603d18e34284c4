package vggstream.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.avro.specific.SpecificRecord;
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
import vggstream.job.topology.ClassificationTopology;
import vggstream.job.topology.JobSettings;
import vggstream.model.ModelFiles;
import vggstream.schema.DeadLetter;
import vggstream.schema.ImageEvent;
import vggstream.schema.Prediction;

/**
 * A thousand events through Kafka and Flink, while a task crashes and the broker is restarted: each
 * is answered once.
 */
@Timeout(180)
class ExactlyOnceITCase {
  private static final int EVENTS = 1000;
  private static final int CHUNK = 200;
  private static final int CRASH_AT = 350;
  private static final int RESTART_BROKER_AT = 500;
  private static final int PARTITIONS = 2;
  private static final Duration LONGEST = Duration.ofSeconds(150);
  private static final Duration DOUBLES_WOULD_SHOW_WITHIN = Duration.ofSeconds(3);
  private static final Map<String, String> OPTIONS =
      Map.of(
          "checkpoint-interval", "300 ms",
          "restart-delay", "200 ms",
          "timeout", "30 s",
          "scales", "8,12",
          "device", "cpu",
          "batch-size", "8",
          "capacity", "16",
          "batch-linger", "5 ms",
          "starting-offsets", "earliest");

  @Test
  void eachEventIsAnsweredOnceThroughACrashAndARestartOfTheBroker(@TempDir Path directory)
      throws Exception {
    Path model = ModelFiles.colour(directory.resolve("colour.onnx"));
    EmbeddedBroker broker = EmbeddedBroker.start(directory.resolve("kafka"));
    try (LocalCluster cluster = LocalCluster.start(directory.resolve("flink"), PARTITIONS, 0)) {
      for (String topic : List.of("image-events", "predictions", "dead-letters")) {
        broker.createTopic(topic, PARTITIONS);
      }
      StreamExecutionEnvironment environment = cluster.environment();
      CrashOnce.reset();
      define(environment, broker.bootstrapServers(), model);
      cluster.submit(environment);
      Answers answers = new Answers();
      try (KafkaProducer<byte[], byte[]> producer = producer(broker.bootstrapServers());
          KafkaConsumer<byte[], byte[]> reader = reader(broker.bootstrapServers())) {
        List<TopicPartition> partitions = new ArrayList<>(); // no group: a rebalance reads anew
        for (int p = 0; p < PARTITIONS; p++) {
          partitions.add(new TopicPartition("predictions", p));
          partitions.add(new TopicPartition("dead-letters", p));
        }
        reader.assign(partitions);
        long deadline = System.nanoTime() + LONGEST.toNanos();
        int sent = 0;
        boolean restarted = false;
        while (answers.size() < EVENTS && System.nanoTime() < deadline) {
          if (sent < EVENTS && answers.size() >= sent - CHUNK) {
            for (int end = sent + CHUNK; sent < end; sent++) {
              producer.send(record(sent));
            }
          }
          if (!restarted && answers.size() >= RESTART_BROKER_AT) {
            restarted = true;
            int port = broker.port();
            broker.close();
            broker = EmbeddedBroker.start(directory.resolve("kafka"), port);
          }
          reader.poll(Duration.ofMillis(50)).forEach(answers::add);
        }
        long end = System.nanoTime() + DOUBLES_WOULD_SHOW_WITHIN.toNanos();
        while (System.nanoTime() < end) {
          reader.poll(Duration.ofMillis(50)).forEach(answers::add);
        }
        assertTrue(restarted, "the broker was restarted");
        assertTrue(CrashOnce.CRASHED.get(), "a task crashed");
        answers.check();
      }
    } finally {
      broker.close();
    }
  }

  private static void define(
      StreamExecutionEnvironment environment, String bootstrapServers, Path model) {
    Map<String, String> words = new HashMap<>(OPTIONS);
    words.put("bootstrap-servers", bootstrapServers);
    words.put("model", model.toString());
    JobOptions options = JobOptions.of(words);
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
            KafkaEnds.deadLetters(options.kafka()));
  }

  /** Fails the task once, mid-stream. */
  private static final class CrashOnce implements MapFunction<SourceRecord, SourceRecord> {
    private static final long serialVersionUID = 1L;
    private static final AtomicInteger SEEN = new AtomicInteger();
    private static final AtomicBoolean CRASHED = new AtomicBoolean();

    static void reset() {
      SEEN.set(0);
      CRASHED.set(false);
    }

    @Override
    public SourceRecord map(SourceRecord record) {
      if (SEEN.incrementAndGet() >= CRASH_AT && CRASHED.compareAndSet(false, true)) {
        throw new IllegalStateException("the crash of this test");
      }
      return record;
    }
  }

  private static String id(int i) {
    return "event-" + i;
  }

  /** What is wrong with event i; null if nothing. */
  private static String expectedReason(int i) {
    return switch (i % 50) {
      case 7 -> "UNSUPPORTED_FORMAT";
      case 21 -> "EMPTY";
      case 33 -> "INVALID_EVENT";
      default -> null;
    };
  }

  private static ProducerRecord<byte[], byte[]> record(int i) {
    int colour = i % 3;
    byte[] rgb = new byte[16 * 20 * 3];
    for (int p = 0; p < rgb.length; p += 3) {
      rgb[p + colour] = (byte) 255;
    }
    ByteBuffer payload =
        switch (i % 50) {
          case 7 -> ByteBuffer.wrap("no image".getBytes(StandardCharsets.UTF_8));
          case 21 -> ByteBuffer.allocate(0);
          default -> ByteBuffer.wrap(ImageEncoder.png(ByteBuffer.wrap(rgb), new Size(16, 20)));
        };
    String source = "camera-" + i % 5;
    ImageEvent event =
        ImageEvent.newBuilder()
            .setEventId(id(i))
            .setSource(source)
            .setCapturedAt(Instant.ofEpochMilli(1_700_000_000_000L + i))
            .setPayload(payload)
            .setUri(i % 50 == 33 ? "file:///both" : null)
            .setAttributes(Map.of())
            .build();
    return new ProducerRecord<>(
        "image-events", source.getBytes(StandardCharsets.UTF_8), Records.encode(event));
  }

  /** Answers by event. */
  private static final class Answers {
    private final Map<String, List<SpecificRecord>> byEvent = new TreeMap<>();

    int size() {
      return byEvent.size();
    }

    void add(ConsumerRecord<byte[], byte[]> record) {
      if (record.topic().equals("predictions")) {
        Prediction prediction = Records.decode(Prediction.class, record.value());
        assertEquals(prediction.getSource(), new String(record.key(), StandardCharsets.UTF_8));
        add(prediction.getEventId(), prediction);
      } else {
        DeadLetter letter = Records.decode(DeadLetter.class, record.value());
        add(letter.getEventId(), letter);
      }
    }

    private void add(String eventId, SpecificRecord answer) {
      byEvent.computeIfAbsent(eventId, id -> new ArrayList<>()).add(answer);
    }

    void check() {
      Map<String, Integer> wrong = new LinkedHashMap<>();
      for (int i = 0; i < EVENTS; i++) {
        int count = byEvent.getOrDefault(id(i), List.of()).size();
        if (count != 1) {
          wrong.put(id(i), count);
        }
      }
      assertEquals(Map.of(), wrong, "answers that are not exactly one");
      assertEquals(EVENTS, byEvent.size());
      for (int i = 0; i < EVENTS; i++) {
        SpecificRecord answer = byEvent.get(id(i)).get(0);
        if (expectedReason(i) == null) {
          Prediction prediction = (Prediction) answer;
          assertEquals(
              List.of("red", "green", "blue").get(i % 3),
              prediction.getPredictions().get(0).getLabel());
          assertEquals(List.of(8, 12), prediction.getProtocol().getScales());
          assertEquals(20, prediction.getImage().getHeight());
        } else {
          assertEquals(expectedReason(i), ((DeadLetter) answer).getReason());
        }
      }
    }
  }

  private static KafkaProducer<byte[], byte[]> producer(String bootstrapServers) {
    return new KafkaProducer<>(
        Map.of("bootstrap.servers", bootstrapServers, "enable.idempotence", "true"),
        new ByteArraySerializer(),
        new ByteArraySerializer());
  }

  private static KafkaConsumer<byte[], byte[]> reader(String bootstrapServers) {
    return new KafkaConsumer<>(
        Map.of(
            "bootstrap.servers", bootstrapServers,
            "auto.offset.reset", "earliest",
            "isolation.level", "read_committed"),
        new ByteArrayDeserializer(),
        new ByteArrayDeserializer());
  }
}
