package vggstream.local.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import vggstream.image.Size;
import vggstream.local.Records;
import vggstream.schema.DeadLetter;
import vggstream.schema.ModelRelease;
import vggstream.schema.Prediction;

/** What a reader of committed records alone finds in predictions and dead letters. */
final class Ledger implements AutoCloseable {
  static final List<String> TOPICS = List.of("predictions", "dead-letters");

  private static final Duration POLL = Duration.ofMillis(100);

  private final KafkaConsumer<byte[], byte[]> reader;
  private final Map<Integer, SpecificRecord> answers = new HashMap<>();
  private final Map<Integer, Integer> repeated = new TreeMap<>(); // how often, where not once
  private final Map<String, String> live = new HashMap<>();
  private final List<String> releaseLetters = new ArrayList<>();
  private int firstOpen;
  private int predictions;
  private int deadLetters;
  private int largestCommit;

  Ledger(String bootstrapServers) {
    this(bootstrapServers, List.of());
  }

  /**
   * @param live the topic where the job says which models are live, if it is to be read
   */
  Ledger(String bootstrapServers, List<String> live) {
    reader =
        new KafkaConsumer<>(
            Map.of(
                "bootstrap.servers", bootstrapServers,
                "auto.offset.reset", "earliest",
                "isolation.level", "read_committed"),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
    reader.assign(
        Stream.concat(TOPICS.stream(), live.stream())
            .map(topic -> new TopicPartition(topic, 0))
            .toList());
  }

  /** Events with at least one committed answer. */
  int answered() {
    return answers.size();
  }

  int predictions() {
    return predictions;
  }

  int deadLetters() {
    return deadLetters;
  }

  /** Version of the live model by role. */
  Map<String, String> live() {
    return live;
  }

  /** Reasons of the dead letters of releases. */
  List<String> releaseLetters() {
    return releaseLetters;
  }

  /** Whether each event of a number below this has an answer. */
  boolean allBelow(int number) {
    while (answers.containsKey(firstOpen)) {
      firstOpen++;
    }
    return firstOpen >= number;
  }

  /** Most answers that became visible at a time: about those of a checkpoint. */
  int largestCommit() {
    return largestCommit;
  }

  /** The answer to an event, a Prediction or a DeadLetter. */
  SpecificRecord answer(int number) {
    return answers.get(number);
  }

  /** Reads what was committed meanwhile. */
  void poll() {
    int before = answers.size();
    reader.poll(POLL).forEach(this::add);
    largestCommit = Math.max(largestCommit, answers.size() - before);
  }

  /** Reads for so long, for doubles. */
  void poll(Duration duration) {
    long end = System.nanoTime() + duration.toNanos();
    while (System.nanoTime() < end) {
      poll();
    }
  }

  private void add(ConsumerRecord<byte[], byte[]> record) {
    if (record.topic().equals("predictions")) {
      predictions++;
      Prediction prediction = Records.decode(Prediction.class, record.value());
      add(prediction.getEventId(), prediction);
    } else if (record.topic().equals("dead-letters")) {
      DeadLetter letter = Records.decode(DeadLetter.class, record.value());
      if (letter.getStage().equals("RELEASE")) {
        releaseLetters.add(letter.getReason());
      } else {
        deadLetters++;
        add(letter.getEventId(), letter);
      }
    } else {
      String role = new String(record.key(), StandardCharsets.UTF_8);
      if (record.value() == null) {
        live.remove(role);
      } else {
        live.put(role, Records.decode(ModelRelease.class, record.value()).getVersion());
      }
    }
  }

  private void add(String eventId, SpecificRecord answer) {
    int number = Workload.number(eventId);
    if (answers.putIfAbsent(number, answer) != null) {
      repeated.merge(number, 2, (many, two) -> many + 1);
    }
  }

  /** Each of so many events has one answer, and it is of its kind and size. */
  void check(int events) {
    Map<Integer, Integer> wrong = new TreeMap<>(repeated);
    for (int i = 0; i < events; i++) {
      if (!answers.containsKey(i)) {
        wrong.put(i, 0);
      }
    }
    assertEquals(Map.of(), wrong, "answers of events that have not exactly one");
    assertEquals(events, answers.size());
    for (int i = 0; i < events; i++) {
      String expected = Workload.reason(i);
      if (expected == null) {
        Prediction prediction = (Prediction) answers.get(i);
        Size size = new Size(prediction.getImage().getWidth(), prediction.getImage().getHeight());
        assertEquals(Workload.size(i), size, Workload.id(i));
      } else {
        assertEquals(expected, ((DeadLetter) answers.get(i)).getReason(), Workload.id(i));
      }
    }
  }

  /** How many answers are missing and doubled, for a report. */
  String state(int events) {
    return "%d predictions + %d dead letters; of %d events %d have an answer, %d more than one"
        .formatted(predictions, deadLetters, events, answers.size(), repeated.size());
  }

  @Override
  public void close() {
    reader.close();
  }
}
