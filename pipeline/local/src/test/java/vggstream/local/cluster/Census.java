package vggstream.local.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import vggstream.local.Records;
import vggstream.schema.DeadLetter;
import vggstream.schema.ModelRelease;
import vggstream.schema.Prediction;

/**
 * What a reader of committed records alone counts, of any number of events: a {@link Ledger} that
 * keeps no answers.
 */
final class Census implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(100);

  private final KafkaConsumer<byte[], byte[]> reader;
  private final BitSet answered = new BitSet();
  private final Map<String, Integer> byVersion = new HashMap<>();
  private final List<String> wrong = new ArrayList<>();
  private int count;
  private int repeated;
  private int releaseLetters;
  private @Nullable String livePrimary;

  Census(String bootstrapServers) {
    reader =
        new KafkaConsumer<>(
            Map.of(
                "bootstrap.servers", bootstrapServers,
                "auto.offset.reset", "earliest",
                "max.poll.records", "10000",
                "isolation.level", "read_committed"),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
    reader.assign(
        Stream.concat(Ledger.TOPICS.stream(), Stream.of(Network.LIVE_TOPIC))
            .map(topic -> new TopicPartition(topic, 0))
            .toList());
  }

  /** Events with at least one committed answer. */
  int answered() {
    return count;
  }

  /** Version of the live PRIMARY; null before the job said one. */
  @Nullable String livePrimary() {
    return livePrimary;
  }

  /** Predictions by the version of the model that answered. */
  Map<String, Integer> byVersion() {
    return byVersion;
  }

  /** Reads what was committed meanwhile. */
  void poll() {
    reader.poll(POLL).forEach(this::add);
  }

  /** Reads for so long, for doubles. */
  void poll(Duration duration) {
    long end = System.nanoTime() + duration.toNanos();
    while (System.nanoTime() < end) {
      poll();
    }
  }

  private void add(ConsumerRecord<byte[], byte[]> record) {
    switch (record.topic()) {
      case "predictions" -> {
        Prediction prediction = Records.decode(Prediction.class, record.value());
        byVersion.merge(prediction.getModel().getVersion(), 1, Integer::sum);
        add(prediction.getEventId(), null);
      }
      case "dead-letters" -> {
        DeadLetter letter = Records.decode(DeadLetter.class, record.value());
        if (letter.getStage().equals("RELEASE")) {
          releaseLetters++;
        } else {
          add(letter.getEventId(), letter.getReason());
        }
      }
      default -> {
        if ("PRIMARY".equals(new String(record.key(), StandardCharsets.UTF_8))) {
          livePrimary = Records.decode(ModelRelease.class, record.value()).getVersion();
        }
      }
    }
  }

  private void add(String eventId, @Nullable String reason) {
    int number = Workload.number(eventId);
    String expected = Workload.reason(number);
    if (reason == null ? expected != null : !reason.equals(expected)) {
      wrong.add("%s: %s, expected %s".formatted(eventId, reason, expected));
    }
    if (answered.get(number)) {
      repeated++;
    } else {
      answered.set(number);
      count++;
    }
  }

  /** Each of so many events has one answer, of its kind, and no release was refused. */
  void check(int events) {
    assertEquals(List.of(), wrong, "answers of another kind than expected");
    assertEquals(0, repeated, "events with more than one answer");
    assertEquals(events, answered.nextClearBit(0), "events without a gap");
    assertEquals(events, count, "events with an answer");
    assertEquals(0, releaseLetters, "refused releases");
  }

  /** How many answers are missing and doubled, for a report. */
  String state(int events) {
    return "of %d events %d have an answer, %d more than one; predictions by version: %s"
        .formatted(events, count, repeated, byVersion);
  }

  @Override
  public void close() {
    reader.close();
  }
}
