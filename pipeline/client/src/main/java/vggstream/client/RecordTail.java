package vggstream.client;

import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import vggstream.avro.RecordCodec;
import vggstream.avro.RegistryException;
import vggstream.schema.Origin;

/**
 * Reads the records of a topic as they are committed ({@code read_committed}), from all partitions
 * that the topic had when it was opened, without a consumer group. Used by one thread, but for
 * {@link #wakeup}.
 *
 * @param <T> one of the records of {@code vggstream.schema}
 */
public final class RecordTail<T extends SpecificRecord> implements AutoCloseable {
  /** Where reading begins. */
  public enum From {
    /** The oldest record that the topic holds. */
    BEGINNING,
    /** The first record after opening. */
    END
  }

  /** Given what is read, in order within a partition. */
  public interface Listener<T> {
    void received(Origin origin, T record);

    /** A value that is not such a record. {@code reason} is one line. */
    void undecodable(Origin origin, String reason);
  }

  private final KafkaCluster cluster;
  private final String topic;
  private final RecordCodec<T> avro;
  private final Consumer<byte[], byte[]> consumer;

  RecordTail(KafkaCluster cluster, String topic, Class<T> type, Consumer<byte[], byte[]> consumer) {
    this.cluster = cluster;
    this.topic = topic;
    this.avro = cluster.codec(type);
    this.consumer = consumer;
  }

  /**
   * Connects, and fixes where reading begins.
   *
   * @throws ClientException if no broker answers within 10 s, there is no such topic, or a property
   *     is wrong
   */
  public static <T extends SpecificRecord> RecordTail<T> open(
      KafkaCluster cluster, String topic, Class<T> type, From from) throws ClientException {
    KafkaTopic.find(cluster, topic);
    KafkaConsumer<byte[], byte[]> consumer;
    try {
      consumer =
          new KafkaConsumer<>(
              cluster.settings(defaults()),
              new ByteArrayDeserializer(),
              new ByteArrayDeserializer());
    } catch (KafkaException e) {
      throw KafkaTopic.failure(e, cluster, topic);
    }
    var tail = new RecordTail<>(cluster, topic, type, consumer);
    try {
      tail.seek(from);
      return tail;
    } catch (KafkaException e) {
      tail.close();
      throw KafkaTopic.failure(e, cluster, topic);
    }
  }

  private static Map<String, Object> defaults() {
    var defaults = new HashMap<String, Object>();
    defaults.put(ConsumerConfig.CLIENT_ID_CONFIG, "vgg-client");
    defaults.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    defaults.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    defaults.put(
        ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest"); // if records expire meanwhile
    defaults.put(
        ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, (int) KafkaTopic.PATIENCE.toMillis());
    return defaults;
  }

  private void seek(From from) {
    List<TopicPartition> partitions =
        consumer.partitionsFor(topic).stream()
            .map(p -> new TopicPartition(p.topic(), p.partition()))
            .toList();
    consumer.assign(partitions);
    switch (from) {
      case BEGINNING -> consumer.seekToBeginning(partitions);
      case END -> consumer.seekToEnd(partitions);
    }
    partitions.forEach(consumer::position); // seeks are lazy
  }

  /**
   * Waits up to {@code timeout} for records, and gives those that came to the listener.
   *
   * @return how many came, undecodable ones included; 0 after the timeout or {@link #wakeup}
   * @throws ClientException if Kafka refuses
   */
  public int poll(Duration timeout, Listener<? super T> listener) throws ClientException {
    try {
      var records = consumer.poll(timeout);
      for (ConsumerRecord<byte[], byte[]> record : records) {
        deliver(record, listener);
      }
      return records.count();
    } catch (WakeupException e) {
      return 0;
    } catch (InterruptException e) {
      throw new ClientException("interrupted", e);
    } catch (KafkaException e) {
      throw KafkaTopic.failure(e, cluster, topic);
    }
  }

  private void deliver(ConsumerRecord<byte[], byte[]> record, Listener<? super T> listener)
      throws ClientException {
    var origin = new Origin(record.topic(), record.partition(), record.offset());
    if (record.value() == null) {
      listener.undecodable(origin, "the record has no value");
      return;
    }
    T decoded;
    try {
      decoded = avro.decode(record.value());
    } catch (IOException e) {
      listener.undecodable(origin, String.valueOf(e.getMessage()));
      return;
    } catch (RegistryException e) {
      throw new ClientException(String.valueOf(e.getMessage()), e);
    }
    listener.received(origin, decoded);
  }

  /** Makes a waiting {@link #poll} return at once. From any thread. */
  public void wakeup() {
    consumer.wakeup();
  }

  @Override
  public void close() {
    consumer.close();
  }
}
