package vggstream.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import vggstream.avro.RecordCodec;
import vggstream.avro.RegistryException;
import vggstream.client.RedriveCounts.Fate;
import vggstream.schema.DeadLetter;

/**
 * Sends the records of dead letters back to the input topic, each letter once: the transaction that
 * sends records also commits, for each reason, up to where its letters were sent back. A run that
 * is stopped anywhere leaves nothing half done; the next one goes on. Used by one thread.
 */
final class Redrive {
  /** Header of a record that was sent back: which letter it came from. */
  static final String HEADER = "vgg.redriven-from";

  private static final Duration POLL = Duration.ofMillis(500);

  /** About what a transaction holds: the brokers give it a minute. */
  private static final long TRANSACTION_BYTES = 16 << 20;

  private static final long BUFFER_BYTES = 64 << 20;

  /** Above what a record adds to its key and value: batch header, varints, the header. */
  private static final int OVERHEAD_BYTES = 1024;

  private final RedrivePlan plan;
  private final KafkaTopic input;
  private final Consumer<byte[], byte[]> consumer;
  private final @Nullable Producer<byte[], byte[]> producer;
  private final OriginalRecords originals;
  private final RedriveOffsets offsets;
  private final RedriveCounts committed;
  private final RecordCodec<DeadLetter> avro;
  private final SeenEvents sent;
  private RedriveCounts pending = new RedriveCounts();
  private long pendingBytes;

  private Redrive(
      RedrivePlan plan,
      KafkaTopic input,
      Consumer<byte[], byte[]> consumer,
      @Nullable Producer<byte[], byte[]> producer,
      OriginalRecords originals,
      RedriveOffsets offsets,
      RedriveCounts committed,
      RecordCodec<DeadLetter> avro) {
    this.avro = avro;
    this.sent = new SeenEvents(plan.maxEvents());
    this.plan = plan;
    this.input = input;
    this.consumer = consumer;
    this.producer = producer;
    this.originals = originals;
    this.offsets = offsets;
    this.committed = committed;
  }

  /**
   * Deals with the letters that the topic holds now.
   *
   * @param counts filled as transactions are committed, so that they hold after a failure too
   * @throws ClientException if no broker answers, a topic is missing, a property is wrong, another
   *     run began meanwhile, or there are letters of more events than one run remembers; then
   *     nothing is half done
   */
  static void run(KafkaCluster cluster, RedrivePlan plan, RedriveCounts counts)
      throws ClientException {
    KafkaTopic.find(cluster, plan.deadLettersTopic());
    KafkaTopic input = KafkaTopic.find(cluster, plan.inputTopic());
    try (Admin admin = Admin.create(cluster.settings(adminDefaults()));
        Producer<byte[], byte[]> producer = plan.dryRun() ? null : producer(cluster, plan, input);
        Consumer<byte[], byte[]> consumer = consumer(cluster);
        OriginalRecords originals = OriginalRecords.open(cluster)) {
      if (producer != null) {
        producer.initTransactions(); // from here on an earlier run can commit no more
      }
      List<TopicPartition> partitions =
          consumer.partitionsFor(plan.deadLettersTopic()).stream()
              .map(p -> new TopicPartition(p.topic(), p.partition()))
              .toList();
      consumer.assign(partitions);
      RedriveOffsets offsets = RedriveOffsets.read(admin, cluster, plan, partitions);
      RecordCodec<DeadLetter> avro = cluster.codec(DeadLetter.class);
      new Redrive(plan, input, consumer, producer, originals, offsets, counts, avro)
          .run(partitions);
    } catch (ProducerFencedException e) {
      throw new ClientException(
          "another redrive of " + plan.deadLettersTopic() + " has begun: it goes on from here", e);
    } catch (InterruptException e) {
      throw new ClientException("interrupted", e);
    } catch (KafkaException e) {
      throw KafkaTopic.failure(e, cluster, plan.deadLettersTopic());
    } catch (RegistryException e) {
      throw new ClientException(String.valueOf(e.getMessage()), e);
    }
  }

  private static Map<String, Object> adminDefaults() {
    var defaults = new HashMap<String, Object>();
    defaults.put(AdminClientConfig.CLIENT_ID_CONFIG, "vgg-client");
    defaults.put(
        AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, (int) KafkaTopic.PATIENCE.toMillis());
    defaults.put(
        AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, (int) KafkaTopic.PATIENCE.toMillis() / 2);
    return defaults;
  }

  private static Consumer<byte[], byte[]> consumer(KafkaCluster cluster) {
    var defaults = new HashMap<String, Object>();
    defaults.put(ConsumerConfig.CLIENT_ID_CONFIG, "vgg-client");
    defaults.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    defaults.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    defaults.put(
        ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest"); // if letters expire meanwhile
    defaults.put(
        ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, (int) KafkaTopic.PATIENCE.toMillis());
    return new KafkaConsumer<>(
        cluster.settings(defaults), new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  private static Producer<byte[], byte[]> producer(
      KafkaCluster cluster, RedrivePlan plan, KafkaTopic input) {
    var defaults = new HashMap<String, Object>();
    defaults.put(ProducerConfig.CLIENT_ID_CONFIG, "vgg-client");
    defaults.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, input.maxMessageBytes());
    defaults.put(ProducerConfig.BUFFER_MEMORY_CONFIG, BUFFER_BYTES);
    var settings = cluster.settings(defaults);
    settings.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, plan.transactionalId());
    return new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
  }

  private void run(List<TopicPartition> partitions) throws ClientException, RegistryException {
    Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
    consumer
        .beginningOffsets(partitions)
        .forEach((partition, first) -> consumer.seek(partition, offsets.start(partition, first)));
    begin();
    try {
      while (!isAtEnd(ends)) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
          if (record.offset() < ends.getOrDefault(partition(record), 0L)) {
            if (sent.isFull()) {
              commit();
              throw tooMany();
            }
            take(record);
          }
        }
      }
      for (TopicPartition partition : partitions) { // over what is no record, too
        offsets.advance(
            partition, Math.min(consumer.position(partition), ends.getOrDefault(partition, 0L)));
      }
      commit();
    } catch (KafkaException | RegistryException e) {
      abort();
      throw e;
    }
  }

  private ClientException tooMany() {
    return new ClientException(
        plan.dryRun()
            ? "a call remembers %,d events: the counts are those up to there"
                .formatted(plan.maxEvents())
            : "a call sends back at most %,d events: has; the next one%s goes on from there"
                .formatted(plan.maxEvents(), plan.again() ? ", without --again," : ""));
  }

  private boolean isAtEnd(Map<TopicPartition, Long> ends) {
    return ends.entrySet().stream()
        .allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
  }

  private static TopicPartition partition(ConsumerRecord<?, ?> record) {
    return new TopicPartition(record.topic(), record.partition());
  }

  private void take(ConsumerRecord<byte[], byte[]> record) throws RegistryException {
    DeadLetter letter = decode(record);
    if (letter == null) {
      pending.countUndecodable();
    } else {
      pending.count(letter.getReason(), take(letter, record));
    }
    offsets.advance(partition(record), record.offset() + 1);
    if (pendingBytes >= TRANSACTION_BYTES) {
      commit();
      begin();
    }
  }

  private @Nullable DeadLetter decode(ConsumerRecord<byte[], byte[]> record)
      throws RegistryException {
    try {
      return record.value() == null ? null : avro.decode(record.value());
    } catch (IOException e) {
      return null;
    }
  }

  private Fate take(DeadLetter letter, ConsumerRecord<byte[], byte[]> from)
      throws RegistryException {
    if (!plan.concerns(letter.getReason())
        || !letter.getOrigin().getTopic().equals(plan.originTopic())) {
      return Fate.NOT_CHOSEN;
    }
    if (offsets.isEarlier(letter.getReason(), partition(from), from.offset())) {
      return Fate.EARLIER;
    }
    if (letter.getEventId() != null && sent.contains(letter.getEventId())) {
      return Fate.DOUBLED;
    }
    byte[] key = from.key();
    byte[] value = carried(letter);
    if (value == null) {
      ConsumerRecord<byte[], byte[]> original = originals.find(letter);
      if (original == null) {
        return Fate.WITHOUT_RECORD;
      }
      key = original.key();
      value = original.value();
    }
    long size = (key == null ? 0L : key.length) + value.length + OVERHEAD_BYTES;
    if (size > input.maxMessageBytes()) {
      return Fate.TOO_LARGE;
    }
    if (letter.getEventId() != null) {
      sent.add(letter.getEventId());
    }
    if (producer != null) {
      var record = new ProducerRecord<>(input.name(), key, value);
      String source = "%s-%d@%d".formatted(from.topic(), from.partition(), from.offset());
      record.headers().add(HEADER, source.getBytes(UTF_8));
      producer.send(record); // that it failed is told when the transaction is committed
      pendingBytes += size;
    }
    return Fate.REDRIVEN;
  }

  private static byte @Nullable [] carried(DeadLetter letter) {
    ByteBuffer record = letter.getRecord();
    if (record == null) {
      return null;
    }
    byte[] bytes = new byte[record.remaining()];
    record.duplicate().get(bytes);
    return bytes;
  }

  private void begin() {
    if (producer != null) {
      producer.beginTransaction();
    }
  }

  private void commit() {
    if (producer != null) {
      for (String reason : plan.reasons()) {
        var positions = offsets.toCommit(reason);
        if (!positions.isEmpty()) {
          producer.sendOffsetsToTransaction(
              positions, new ConsumerGroupMetadata(plan.groupOf(reason)));
        }
      }
      producer.commitTransaction();
    }
    committed.add(pending);
    pending = new RedriveCounts();
    pendingBytes = 0;
  }

  /** So that readers need not wait for the transaction to time out. */
  private void abort() {
    try {
      if (producer != null) {
        producer.abortTransaction();
      }
    } catch (KafkaException e) {
      // fenced, or the brokers are gone: they abort it themselves
    }
  }
}
