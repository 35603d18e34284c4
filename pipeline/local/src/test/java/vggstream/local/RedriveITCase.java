package vggstream.local;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import vggstream.client.VggClient;
import vggstream.schema.DeadLetter;
import vggstream.schema.ImageEvent;
import vggstream.schema.Origin;

/** Dead letters sent back to the input topic of a real broker. */
@Timeout(120)
class RedriveITCase {
  @TempDir private static Path brokerFolder;
  private static EmbeddedBroker broker;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private KafkaProducer<byte[], byte[]> producer;
  private String letters;
  private String events;

  @BeforeAll
  static void startBroker() {
    broker = EmbeddedBroker.start(brokerFolder);
  }

  @AfterAll
  static void stopBroker() {
    broker.close();
  }

  @BeforeEach
  void makeTopics(TestInfo test) {
    letters = "letters-" + test.getTestMethod().orElseThrow().getName();
    events = "events-" + test.getTestMethod().orElseThrow().getName();
    broker.createTopic(letters, 2);
    broker.createTopic(events, 1);
    producer =
        new KafkaProducer<>(
            Map.<String, Object>of("bootstrap.servers", broker.bootstrapServers()),
            new ByteArraySerializer(),
            new ByteArraySerializer());
  }

  @AfterEach
  void closeProducer() {
    producer.close();
  }

  private int redrive(String... args) {
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    List<String> all = new ArrayList<>(List.of("redrive"));
    all.addAll(List.of("--bootstrap-servers", broker.bootstrapServers()));
    all.addAll(List.of("--dead-letters-topic", letters));
    if (!List.of(args).contains("--topic")) {
      all.addAll(List.of("--topic", events));
    }
    all.addAll(List.of(args));
    return VggClient.commandLine()
        .setOut(new PrintWriter(out))
        .setErr(new PrintWriter(err))
        .execute(all.toArray(String[]::new));
  }

  private static byte[] event(String id) {
    return Records.encode(
        ImageEvent.newBuilder()
            .setEventId(id)
            .setSource("s")
            .setCapturedAt(Instant.EPOCH)
            .setPayload(ByteBuffer.wrap(new byte[] {1, 2, 3}))
            .setAttributes(Map.of())
            .build());
  }

  private Future<RecordMetadata> letter(String id, String reason, byte @Nullable [] record) {
    return letter(id, reason, record, new Origin(events, 0, 0L));
  }

  private Future<RecordMetadata> letter(
      String id, String reason, byte @Nullable [] record, Origin origin) {
    DeadLetter letter =
        new DeadLetter(
            origin,
            id,
            reason,
            "FETCH",
            "m",
            Instant.EPOCH,
            record == null ? null : ByteBuffer.wrap(record),
            Map.of());
    return producer.send(
        new ProducerRecord<>(letters, ("key of " + id).getBytes(UTF_8), Records.encode(letter)));
  }

  /** What a reader of committed records finds in the topic of events, so many. */
  private List<ConsumerRecord<byte[], byte[]>> events(int count) {
    Map<String, Object> settings =
        Map.of("bootstrap.servers", broker.bootstrapServers(), "isolation.level", "read_committed");
    List<ConsumerRecord<byte[], byte[]>> found = new ArrayList<>();
    try (var consumer =
        new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      var partition = new TopicPartition(events, 0);
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      long limit = System.nanoTime() + Duration.ofSeconds(60).toNanos();
      while (found.size() < count && System.nanoTime() < limit) {
        consumer.poll(Duration.ofMillis(100)).forEach(found::add);
      }
      consumer.poll(Duration.ofMillis(300)).forEach(found::add); // more than expected?
    }
    assertEquals(count, found.size());
    return found;
  }

  private List<String> ids(int count) {
    return events(count).stream()
        .map(record -> Records.decode(ImageEvent.class, record.value()).getEventId())
        .sorted()
        .toList();
  }

  @Test
  void lettersOfChosenReasonsAreSentBackOnceOverAllCalls() throws Exception {
    for (int i = 0; i < 20; i++) {
      letter("t" + i, "TIMEOUT", event("t" + i));
      letter("c" + i, "CORRUPT", event("c" + i));
    }
    letter("t3", "TIMEOUT", event("t3"));
    producer.send(new ProducerRecord<>(letters, "no letter".getBytes(UTF_8)));
    producer.flush();
    assertEquals(0, redrive("--reasons", "TIMEOUT", "--dry-run"), err::toString);
    assertTrue(out.toString().contains("would send back 20 of 41 dead letters"), out::toString);
    assertEquals(List.of(), ids(0));

    assertEquals(0, redrive("--reasons", "TIMEOUT"), err::toString);
    assertTrue(
        out.toString()
            .contains("TIMEOUT: 21 letters, sent back 20; sent back earlier 0, same event 1,"),
        out::toString);
    assertTrue(out.toString().contains("1 values are no dead letters"), out::toString);
    ConsumerRecord<byte[], byte[]> first = events(20).get(0);
    String id = Records.decode(ImageEvent.class, first.value()).getEventId();
    assertEquals("key of " + id, new String(first.key(), UTF_8));
    var header = first.headers().lastHeader("vgg.redriven-from");
    assertNotNull(header);
    assertTrue(new String(header.value(), UTF_8).startsWith(letters + "-"));

    assertEquals(0, redrive("--reasons", "TIMEOUT"), err::toString);
    assertTrue(out.toString().contains("sent back 0 of 0 dead letters"), out::toString);
    letter("t20", "TIMEOUT", event("t20")).get();
    assertEquals(0, redrive("--reasons", "TIMEOUT,CORRUPT"), err::toString);
    assertTrue(out.toString().contains("CORRUPT: 20 letters, sent back 20;"), out::toString);
    assertTrue(
        out.toString().contains("TIMEOUT: 22 letters, sent back 1; sent back earlier 21,"),
        out::toString);
    List<String> all =
        Stream.concat(
                Stream.iterate(0, i -> i + 1).limit(21).map(i -> "t" + i),
                Stream.iterate(0, i -> i + 1).limit(20).map(i -> "c" + i))
            .sorted()
            .toList();
    assertEquals(all, ids(41));
    assertEquals(0, redrive("--reasons", "TIMEOUT", "--again"), err::toString);
    assertTrue(out.toString().contains("sent back 21 of 42 dead letters"), out::toString);
  }

  @Test
  void aRecordThatALetterDoesNotCarryIsTakenFromWhereItWasRead() throws Exception {
    RecordMetadata other = producer.send(new ProducerRecord<>(events, event("other"))).get();
    RecordMetadata large =
        producer.send(new ProducerRecord<>(events, "k".getBytes(UTF_8), event("large"))).get();
    letter("large", "TIMEOUT", null, new Origin(events, 0, large.offset()));
    letter("not it", "TIMEOUT", null, new Origin(events, 0, other.offset()));
    letter("gone", "TIMEOUT", null, new Origin(events, 0, 1000L));
    letter("nowhere", "TIMEOUT", null, new Origin("no-such-topic", 0, 0L));
    letter("no partition", "TIMEOUT", null, new Origin(events, 7, 0L));
    producer.flush();
    assertEquals(1, redrive("--reasons", "TIMEOUT"), err::toString);
    assertTrue(out.toString().contains("5 letters, sent back 1;"), out::toString);
    assertTrue(out.toString().contains("record gone 3, too large 0, not chosen 1"), out::toString);
    assertEquals(List.of("large", "large", "other"), ids(3));
    assertEquals("k", new String(events(3).get(2).key(), UTF_8));
  }

  @Test
  void withoutReasonsADryRunCountsAllAndAnythingElseIsRefused() throws Exception {
    letter("a", "TIMEOUT", event("a")).get();
    letter("b", "EMPTY", event("b")).get();
    assertEquals(0, redrive("--dry-run"), err::toString);
    assertTrue(out.toString().startsWith("EMPTY: 1 letters, to send back 1;"), out::toString);
    assertTrue(out.toString().contains("TIMEOUT: 1 letters, to send back 1;"), out::toString);
    assertEquals(2, redrive());
    assertTrue(err.toString().contains("--reasons must be given"), err::toString);
    assertEquals(2, redrive("--reasons", "timeout"));
    assertTrue(err.toString().contains("must be words in capitals"), err::toString);
    assertEquals(List.of(), ids(0));
  }

  @Test
  void aCallThatRemembersNoMoreEventsStopsAndTheNextGoesOn() throws Exception {
    for (int i = 0; i < 5; i++) {
      letter("t" + i, "TIMEOUT", event("t" + i));
    }
    producer.flush();
    assertEquals(1, redrive("--reasons", "TIMEOUT", "--max-events", "3"));
    assertTrue(err.toString().contains("at most 3 events"), err::toString);
    assertTrue(out.toString().contains("sent back 3 of 3 dead letters"), out::toString);
    assertEquals(3, ids(3).size());
    assertEquals(0, redrive("--reasons", "TIMEOUT", "--max-events", "3"), err::toString);
    assertEquals(List.of("t0", "t1", "t2", "t3", "t4"), ids(5));
    assertEquals(2, redrive("--reasons", "TIMEOUT", "--max-events", "0"));
  }

  @Test
  void aRecordThatTheTopicDoesNotTakeIsCounted() throws Exception {
    broker.createTopic("narrow", 1, Map.of("max.message.bytes", "2000"));
    letter("big", "TIMEOUT", new byte[3000]).get();
    assertEquals(
        1, redrive("--reasons", "TIMEOUT", "--topic", "narrow", "--origin", events), err::toString);
    assertTrue(out.toString().contains("too large 1,"), out::toString);
  }

  @Test
  void aRunThatWasKilledLeavesNothingHalfDone() throws Exception {
    RecordMetadata first = letter("t0", "TIMEOUT", event("t0")).get();
    for (int i = 1; i < 5; i++) {
      letter("t" + i, "TIMEOUT", event("t" + i)).get();
    }
    Map<String, Object> settings =
        Map.of(
            "bootstrap.servers",
            broker.bootstrapServers(),
            "transactional.id",
            "vgg-redrive-" + letters);
    try (var killed =
        new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
      killed.initTransactions();
      killed.beginTransaction();
      killed.send(new ProducerRecord<>(events, event("t0")));
      killed.sendOffsetsToTransaction(
          Map.of(new TopicPartition(letters, first.partition()), new OffsetAndMetadata(1)),
          new ConsumerGroupMetadata("vgg-redrive-" + letters + "-TIMEOUT"));
      killed.flush();
      assertEquals(0, redrive("--reasons", "TIMEOUT"), err::toString);
      assertTrue(out.toString().contains("sent back 5 of 5 dead letters"), out::toString);
      assertEquals(List.of("t0", "t1", "t2", "t3", "t4"), ids(5));
      assertThrows(KafkaException.class, killed::commitTransaction);
    }
    assertEquals(0, redrive("--reasons", "TIMEOUT"), err::toString);
    assertTrue(out.toString().contains("sent back 0 of 0 dead letters"), out::toString);
  }
}
