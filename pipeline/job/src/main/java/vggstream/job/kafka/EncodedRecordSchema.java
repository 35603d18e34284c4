package vggstream.job.kafka;

import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import vggstream.job.codec.EncodedRecord;

/**
 * Writes answers to one topic. The record's timestamp is the time of writing, not the event's:
 * brokers refuse timestamps from the future and delete old ones at once.
 */
final class EncodedRecordSchema implements KafkaRecordSerializationSchema<EncodedRecord> {
  private static final long serialVersionUID = 1L;

  private final String topic;

  EncodedRecordSchema(String topic) {
    this.topic = topic;
  }

  @Override
  public ProducerRecord<byte[], byte[]> serialize(
      EncodedRecord record, KafkaSinkContext context, @Nullable Long timestamp) {
    return new ProducerRecord<>(topic, null, null, record.key(), record.value());
  }
}
