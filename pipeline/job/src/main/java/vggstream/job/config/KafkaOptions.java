package vggstream.job.config;

import java.io.Serializable;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import vggstream.avro.RegistryOptions;

/**
 * Where the job reads and writes.
 *
 * @param bootstrapServers brokers
 * @param inputTopic of image events
 * @param predictionsTopic of predictions
 * @param deadLettersTopic of dead letters
 * @param groupId consumer group
 * @param startingOffsets where a job without a checkpoint starts
 * @param transactionalIdPrefix unique among running jobs
 * @param transactionTimeout after which a broker aborts an open transaction
 * @param maxRecordBytes largest record of the topics; no larger answer is written
 * @param properties passed to every Kafka client, but for those of a schema registry; may hold
 *     secrets, so values are never printed
 */
public record KafkaOptions(
    String bootstrapServers,
    String inputTopic,
    String predictionsTopic,
    String deadLettersTopic,
    String groupId,
    StartingOffsets startingOffsets,
    String transactionalIdPrefix,
    Duration transactionTimeout,
    int maxRecordBytes,
    Map<String, String> properties)
    implements Serializable {

  public KafkaOptions {
    properties = Map.copyOf(properties);
  }

  /** Those of {@link #properties} that are Kafka's own. */
  public Map<String, String> clientProperties() {
    return RegistryOptions.without(properties);
  }

  /** Where the schemas of records are registered; null: records are plain. */
  public @Nullable RegistryOptions registry() {
    return RegistryOptions.in(properties);
  }

  @Override
  public String toString() {
    return ("KafkaOptions[%s: %s -> %s, %s; group %s from %s; transactions %s, %s; records up to"
            + " %d bytes; properties %s (values not shown)]")
        .formatted(
            bootstrapServers,
            inputTopic,
            predictionsTopic,
            deadLettersTopic,
            groupId,
            startingOffsets,
            transactionalIdPrefix,
            transactionTimeout,
            maxRecordBytes,
            new TreeMap<>(properties).keySet());
  }
}
