package vggstream.client;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import vggstream.avro.RecordCodec;
import vggstream.avro.RegistryException;
import vggstream.schema.ModelRelease;

/**
 * A topic of releases, wanted or live: the last record of each role counts, and a tombstone says
 * that there is none.
 */
public final class ReleaseTopic {
  private static final Duration POLL = Duration.ofMillis(500);
  private static final int EXPECTED_BYTES = 512;

  private final KafkaCluster cluster;
  private final String name;
  private final RecordCodec<ModelRelease> avro;

  private ReleaseTopic(KafkaCluster cluster, String name) {
    this.cluster = cluster;
    this.name = name;
    this.avro = cluster.codec(ModelRelease.class);
  }

  /**
   * Looks whether there is such a topic.
   *
   * @throws ClientException if no broker answers within 10 s, or there is no such topic
   */
  public static ReleaseTopic open(KafkaCluster cluster, String name) throws ClientException {
    KafkaTopic.find(cluster, name);
    return new ReleaseTopic(cluster, name);
  }

  /**
   * Puts a model into service, as far as this topic says; returns once the brokers have it.
   *
   * @throws ClientException if Kafka refuses
   */
  public void release(ModelRelease release) throws ClientException {
    try {
      send(release.getRole(), avro.encode(release, name, EXPECTED_BYTES));
    } catch (RegistryException e) {
      throw new ClientException(String.valueOf(e.getMessage()), e);
    }
  }

  /**
   * Takes the model of a role out of service; returns once the brokers have it.
   *
   * @throws ClientException if Kafka refuses
   */
  public void retire(String role) throws ClientException {
    send(role, null);
  }

  private void send(String role, byte @Nullable [] value) throws ClientException {
    var defaults = new HashMap<String, Object>();
    defaults.put(ProducerConfig.CLIENT_ID_CONFIG, "vgg-client");
    defaults.put(ProducerConfig.ACKS_CONFIG, "all");
    defaults.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, KafkaTopic.PATIENCE.toMillis());
    defaults.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 30_000);
    defaults.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, (int) KafkaTopic.PATIENCE.toMillis());
    try (var producer =
        new KafkaProducer<>(
            cluster.settings(defaults), new ByteArraySerializer(), new ByteArraySerializer())) {
      producer.send(new ProducerRecord<>(name, role.getBytes(StandardCharsets.UTF_8), value)).get();
    } catch (ExecutionException e) {
      throw KafkaTopic.failure(e.getCause() == null ? e : e.getCause(), cluster, name);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ClientException("interrupted", e);
    } catch (KafkaException e) {
      throw KafkaTopic.failure(e, cluster, name);
    }
  }

  /**
   * The last release of each role that has one, by role.
   *
   * @throws ClientException if Kafka refuses, or a record is no release
   */
  public Map<String, ModelRelease> read() throws ClientException {
    var defaults = new HashMap<String, Object>();
    defaults.put(ConsumerConfig.CLIENT_ID_CONFIG, "vgg-client");
    defaults.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    defaults.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    defaults.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    defaults.put(
        ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, (int) KafkaTopic.PATIENCE.toMillis());
    try (var consumer =
        new KafkaConsumer<>(
            cluster.settings(defaults), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      return read(consumer);
    } catch (InterruptException e) {
      throw new ClientException("interrupted", e);
    } catch (KafkaException e) {
      throw KafkaTopic.failure(e, cluster, name);
    }
  }

  private Map<String, ModelRelease> read(KafkaConsumer<byte[], byte[]> consumer)
      throws ClientException {
    List<TopicPartition> partitions =
        consumer.partitionsFor(name).stream()
            .map(p -> new TopicPartition(p.topic(), p.partition()))
            .toList();
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
    Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
    Map<String, ModelRelease> releases = new TreeMap<>();
    while (ends.entrySet().stream().anyMatch(e -> consumer.position(e.getKey()) < e.getValue())) {
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
        add(record, releases);
      }
    }
    return releases;
  }

  private void add(ConsumerRecord<byte[], byte[]> record, Map<String, ModelRelease> releases)
      throws ClientException {
    String role = record.key() == null ? "" : new String(record.key(), StandardCharsets.UTF_8);
    if (record.value() == null) {
      releases.remove(role);
      return;
    }
    try {
      releases.put(role, avro.decode(record.value()));
    } catch (IOException e) {
      throw new ClientException(
          "%s must hold ModelReleases: at offset %d of partition %d is none: %s"
              .formatted(name, record.offset(), record.partition(), e.getMessage()),
          e);
    } catch (RegistryException e) {
      throw new ClientException(String.valueOf(e.getMessage()), e);
    }
  }
}
