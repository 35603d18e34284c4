package vggstream.job.kafka;

import java.util.List;
import java.util.Optional;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;
import org.apache.flink.api.common.serialization.SerializationSchema;
import org.apache.flink.connector.kafka.lineage.DefaultKafkaDatasetFacet;
import org.apache.flink.connector.kafka.lineage.DefaultKafkaDatasetIdentifier;
import org.apache.flink.connector.kafka.lineage.KafkaDatasetFacet;
import org.apache.flink.connector.kafka.lineage.KafkaDatasetFacetProvider;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import vggstream.avro.FramedAvro;
import vggstream.avro.RegistryException;
import vggstream.avro.RegistryOptions;
import vggstream.avro.SchemaRegistry;
import vggstream.job.codec.EncodedRecord;

/**
 * Writes answers to one topic, which it names, as pooled transactions need. The record's timestamp
 * is the time of writing, not the event's: brokers refuse timestamps from the future and delete old
 * ones at once.
 */
final class EncodedRecordSchema
    implements KafkaRecordSerializationSchema<EncodedRecord>, KafkaDatasetFacetProvider {
  private static final long serialVersionUID = 1L;

  private final String topic;
  private final Class<? extends SpecificRecord> type;
  private final @Nullable RegistryOptions registry;
  private transient @Nullable Integer schemaId;

  /**
   * @param registry where the type's schema is registered, whose id then stands before each record;
   *     null: records are plain
   */
  EncodedRecordSchema(
      String topic, Class<? extends SpecificRecord> type, @Nullable RegistryOptions registry) {
    this.topic = topic;
    this.type = type;
    this.registry = registry;
  }

  @Override
  public void open(SerializationSchema.InitializationContext context, KafkaSinkContext sinkContext)
      throws RegistryException {
    if (registry != null) {
      schemaId =
          new SchemaRegistry(registry)
              .register(topic + "-value", SpecificData.getForClass(type).getSchema(type));
    }
  }

  @Override
  public ProducerRecord<byte[], byte[]> serialize(
      EncodedRecord record, KafkaSinkContext context, @Nullable Long timestamp) {
    return new ProducerRecord<>(topic, null, null, record.key(), framed(record.value()));
  }

  private byte @Nullable [] framed(byte @Nullable [] value) {
    if (registry == null || value == null) {
      return value;
    }
    if (schemaId == null) {
      throw new IllegalStateException("open() must be called first");
    }
    return FramedAvro.framed(schemaId, value);
  }

  @Override
  public Optional<KafkaDatasetFacet> getKafkaDatasetFacet() {
    return Optional.of(
        new DefaultKafkaDatasetFacet(DefaultKafkaDatasetIdentifier.ofTopics(List.of(topic))));
  }
}
