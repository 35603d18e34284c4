package vggstream.job.kafka;

import java.util.Properties;
import org.apache.avro.specific.SpecificRecord;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.flink.connector.kafka.sink.TransactionNamingStrategy;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.OffsetResetStrategy;
import org.apache.kafka.clients.producer.ProducerConfig;
import vggstream.job.codec.EncodedRecord;
import vggstream.job.codec.SourceRecord;
import vggstream.job.config.KafkaOptions;
import vggstream.schema.DeadLetter;
import vggstream.schema.ModelRelease;
import vggstream.schema.Prediction;

/** The job's source and sinks at Kafka. */
public final class KafkaEnds {
  /** A fetch holds a few images, not fifty: what is fetched lies on the heap. */
  private static final int FETCH_BYTES = 16 << 20;

  /** Kafka's default; a record that is larger than a producer's memory is refused. */
  private static final int PRODUCER_MEMORY = 32 << 20;

  /**
   * Milliseconds that producers gather answers, which are seen no sooner than the next commit: a
   * quarter of the requests that Kafka's 5 ms make.
   */
  private static final int PRODUCER_LINGER = 20;

  private KafkaEnds() {}

  /** Raw records of the input topic; committed ones only. */
  public static KafkaSource<SourceRecord> source(KafkaOptions options) {
    return KafkaSource.<SourceRecord>builder()
        .setBootstrapServers(options.bootstrapServers())
        .setTopics(options.inputTopic())
        .setGroupId(options.groupId())
        .setClientIdPrefix(options.groupId())
        .setStartingOffsets(startingOffsets(options))
        .setProperties(consumerProperties(options))
        .setDeserializer(new SourceRecordSchema())
        .build();
  }

  /** Raw records of a topic of releases, from its beginning; committed ones only. */
  public static KafkaSource<SourceRecord> releases(KafkaOptions options, String topic) {
    Properties properties = consumerProperties(options);
    properties.setProperty("commit.offsets.on.checkpoint", "false"); // the state has all of them
    return KafkaSource.<SourceRecord>builder()
        .setBootstrapServers(options.bootstrapServers())
        .setTopics(topic)
        .setClientIdPrefix(options.groupId() + "-models")
        .setStartingOffsets(OffsetsInitializer.earliest())
        .setProperties(properties)
        .setDeserializer(new SourceRecordSchema())
        .build();
  }

  static Properties consumerProperties(KafkaOptions options) {
    Properties properties = new Properties();
    properties.setProperty(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, Integer.toString(FETCH_BYTES));
    properties.putAll(options.clientProperties());
    properties.setProperty(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    return properties;
  }

  @SuppressWarnings("deprecation") // Kafka's, but what Flink's connector asks for
  private static OffsetsInitializer startingOffsets(KafkaOptions options) {
    return switch (options.startingOffsets()) {
      case COMMITTED -> OffsetsInitializer.committedOffsets(OffsetResetStrategy.EARLIEST);
      case EARLIEST -> OffsetsInitializer.earliest();
      case LATEST -> OffsetsInitializer.latest();
    };
  }

  /** Exactly-once sink of predictions. */
  public static KafkaSink<EncodedRecord> predictions(KafkaOptions options) {
    return sink(options, options.predictionsTopic(), "predictions", Prediction.class);
  }

  /** Exactly-once sink of dead letters. */
  public static KafkaSink<EncodedRecord> deadLetters(KafkaOptions options) {
    return sink(options, options.deadLettersTopic(), "dead-letters", DeadLetter.class);
  }

  /** Exactly-once sink of a shadow's predictions. */
  public static KafkaSink<EncodedRecord> shadowPredictions(KafkaOptions options, String topic) {
    return sink(options, topic, "shadow-predictions", Prediction.class);
  }

  /** Exactly-once sink of what is live. */
  public static KafkaSink<EncodedRecord> liveModels(KafkaOptions options, String topic) {
    return sink(options, topic, "models-live", ModelRelease.class);
  }

  /** Two sinks must not share a prefix: each would abort the other's transactions. */
  private static KafkaSink<EncodedRecord> sink(
      KafkaOptions options, String topic, String prefixEnd, Class<? extends SpecificRecord> type) {
    return KafkaSink.<EncodedRecord>builder()
        .setBootstrapServers(options.bootstrapServers())
        .setKafkaProducerConfig(producerProperties(options))
        .setDeliveryGuarantee(DeliveryGuarantee.EXACTLY_ONCE)
        .setTransactionalIdPrefix(options.transactionalIdPrefix() + "-" + prefixEnd)
        .setTransactionNamingStrategy(TransactionNamingStrategy.POOLING)
        .setRecordSerializer(new EncodedRecordSchema(topic, type, options.registry()))
        .build();
  }

  static Properties producerProperties(KafkaOptions options) {
    Properties properties = new Properties();
    properties.setProperty(
        ProducerConfig.BUFFER_MEMORY_CONFIG,
        Integer.toString(Math.max(PRODUCER_MEMORY, options.maxRecordBytes())));
    properties.setProperty(ProducerConfig.LINGER_MS_CONFIG, Integer.toString(PRODUCER_LINGER));
    properties.putAll(options.clientProperties());
    properties.setProperty(
        ProducerConfig.TRANSACTION_TIMEOUT_CONFIG,
        Long.toString(options.transactionTimeout().toMillis()));
    properties.setProperty(
        ProducerConfig.MAX_REQUEST_SIZE_CONFIG, Integer.toString(options.maxRecordBytes()));
    return properties;
  }
}
