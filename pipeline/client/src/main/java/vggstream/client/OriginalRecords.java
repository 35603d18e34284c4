package vggstream.client;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import vggstream.avro.RecordCodec;
import vggstream.avro.RegistryException;
import vggstream.schema.DeadLetter;
import vggstream.schema.ImageEvent;
import vggstream.schema.Origin;

/**
 * Records that dead letters do not carry, read where the job read them, if they are still there.
 * Used by one thread.
 */
final class OriginalRecords implements AutoCloseable {
  /** Offsets that a partition holds, from the first to before the last; none if it is not there. */
  private record Extent(long begin, long end) {
    private static final Extent NONE = new Extent(0, 0);

    boolean holds(long offset) {
      return offset >= begin && offset < end;
    }
  }

  private final Consumer<byte[], byte[]> consumer;
  private final RecordCodec<ImageEvent> avro;
  private final Map<TopicPartition, Extent> extents = new HashMap<>();

  OriginalRecords(Consumer<byte[], byte[]> consumer, RecordCodec<ImageEvent> avro) {
    this.consumer = consumer;
    this.avro = avro;
  }

  static OriginalRecords open(KafkaCluster cluster) {
    var defaults = new HashMap<String, Object>();
    defaults.put(ConsumerConfig.CLIENT_ID_CONFIG, "vgg-client-originals");
    defaults.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    defaults.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    defaults.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
    defaults.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 1);
    defaults.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, 1); // a batch at least is always fetched
    defaults.put(
        ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, (int) KafkaTopic.PATIENCE.toMillis());
    return new OriginalRecords(
        new KafkaConsumer<>(
            cluster.settings(defaults), new ByteArrayDeserializer(), new ByteArrayDeserializer()),
        cluster.codec(ImageEvent.class));
  }

  /** The record of a letter; null if it is not there, or is not the event of the letter. */
  @Nullable ConsumerRecord<byte[], byte[]> find(DeadLetter letter) throws RegistryException {
    if (letter.getEventId() == null) {
      return null; // nothing says whether it is the same record
    }
    Origin origin = letter.getOrigin();
    var partition = new TopicPartition(origin.getTopic(), origin.getPartition());
    try {
      if (!extents.computeIfAbsent(partition, this::extent).holds(origin.getOffset())) {
        return null;
      }
      consumer.assign(List.of(partition));
      consumer.seek(partition, origin.getOffset());
      for (var record : consumer.poll(KafkaTopic.PATIENCE)) {
        return isOf(letter, record) ? record : null;
      }
      return null;
    } catch (InterruptException e) {
      throw e;
    } catch (KafkaException e) { // expired meanwhile, not readable for this user
      extents.put(partition, Extent.NONE);
      return null;
    }
  }

  private Extent extent(TopicPartition partition) {
    try {
      boolean exists =
          consumer.partitionsFor(partition.topic()).stream()
              .anyMatch(p -> p.partition() == partition.partition());
      if (!exists) {
        return Extent.NONE;
      }
      long begin = consumer.beginningOffsets(List.of(partition)).getOrDefault(partition, 0L);
      long end = consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
      return new Extent(begin, end);
    } catch (InterruptException e) {
      throw e;
    } catch (KafkaException e) {
      return Extent.NONE;
    }
  }

  private boolean isOf(DeadLetter letter, ConsumerRecord<byte[], byte[]> record)
      throws RegistryException {
    if (record.offset() != letter.getOrigin().getOffset() || record.value() == null) {
      return false;
    }
    try {
      return avro.decode(record.value()).getEventId().equals(letter.getEventId());
    } catch (IOException e) {
      return false;
    }
  }

  @Override
  public void close() {
    consumer.close();
  }
}
