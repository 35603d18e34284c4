package vggstream.client;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsOptions;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * How far the letters of each reason were sent back: the offsets of one consumer group a reason,
 * which are committed in the transaction that sends the records. Used by one thread.
 */
final class RedriveOffsets {
  /** By reason: before which offset everything was sent back in earlier runs. */
  private final Map<String, Map<TopicPartition, Long>> earlier = new HashMap<>();

  /** Where this run is. */
  private final Map<TopicPartition, Long> next = new HashMap<>();

  /**
   * Reads what earlier runs committed; nothing of it with {@code again}, or without reasons.
   *
   * @throws ClientException if the cluster does not say
   */
  static RedriveOffsets read(
      Admin admin, KafkaCluster cluster, RedrivePlan plan, Collection<TopicPartition> partitions)
      throws ClientException {
    var offsets = new RedriveOffsets();
    for (String reason : plan.reasons()) {
      var known = new HashMap<TopicPartition, Long>();
      if (!plan.again()) {
        String group = plan.groupOf(reason);
        var committed =
            KafkaTopic.await(
                admin
                    .listConsumerGroupOffsets(
                        Map.of(
                            group, new ListConsumerGroupOffsetsSpec().topicPartitions(partitions)),
                        new ListConsumerGroupOffsetsOptions().requireStable(true))
                    .partitionsToOffsetAndMetadata(group),
                cluster,
                plan.deadLettersTopic());
        committed.forEach(
            (partition, offset) -> {
              if (offset != null) {
                known.put(partition, offset.offset());
              }
            });
      }
      offsets.earlier.put(reason, known);
    }
    return offsets;
  }

  /** Where reading begins: at the first letter that some reason may still want. */
  long start(TopicPartition partition, long beginning) {
    long first =
        earlier.values().stream()
            .mapToLong(known -> known.getOrDefault(partition, beginning))
            .min()
            .orElse(beginning);
    return Math.max(first, beginning);
  }

  boolean isEarlier(String reason, TopicPartition partition, long offset) {
    return offset < earlier.getOrDefault(reason, Map.of()).getOrDefault(partition, 0L);
  }

  /** Everything before {@code position} was dealt with. */
  void advance(TopicPartition partition, long position) {
    next.put(partition, position);
  }

  /** What to commit for a reason: no step back, as one reason may be ahead of another. */
  Map<TopicPartition, OffsetAndMetadata> toCommit(String reason) {
    var commit = new HashMap<TopicPartition, OffsetAndMetadata>();
    next.forEach(
        (partition, position) -> {
          if (!isEarlier(reason, partition, position)) {
            commit.put(partition, new OffsetAndMetadata(position));
          }
        });
    return commit;
  }
}
