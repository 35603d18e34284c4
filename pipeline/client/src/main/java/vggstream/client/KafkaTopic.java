package vggstream.client;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * A topic as the cluster describes it.
 *
 * @param name of the topic
 * @param maxMessageBytes its {@code max.message.bytes}, or {@link #LIMIT_BYTES} if this user may
 *     not read it
 */
record KafkaTopic(String name, int maxMessageBytes) {
  /** The largest message of any topic of this project: 25 MiB. */
  static final int LIMIT_BYTES = 25 << 20;

  /** How long a cluster may take to answer at all. */
  static final Duration PATIENCE = Duration.ofSeconds(10);

  /**
   * Asks the cluster for a topic.
   *
   * @throws ClientException if no broker answers, or none knows the topic
   */
  static KafkaTopic find(KafkaCluster cluster, String name) throws ClientException {
    var defaults = new HashMap<String, Object>();
    defaults.put(AdminClientConfig.CLIENT_ID_CONFIG, "vgg-client");
    defaults.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, (int) PATIENCE.toMillis() / 2);
    defaults.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, (int) PATIENCE.toMillis());
    try (Admin admin = Admin.create(cluster.settings(defaults))) {
      await(admin.describeTopics(List.of(name)).allTopicNames(), cluster, name);
      return new KafkaTopic(name, maxMessageBytes(admin, cluster, name));
    } catch (KafkaException e) {
      throw failure(e, cluster, name);
    }
  }

  /** What the cluster answers; waits for it. */
  static <T> T await(KafkaFuture<T> future, KafkaCluster cluster, String name)
      throws ClientException {
    try {
      return future.get();
    } catch (ExecutionException e) {
      throw failure(e.getCause() == null ? e : e.getCause(), cluster, name);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ClientException("interrupted", e);
    }
  }

  private static int maxMessageBytes(Admin admin, KafkaCluster cluster, String name)
      throws ClientException {
    var resource = new ConfigResource(ConfigResource.Type.TOPIC, name);
    try {
      var configs = await(admin.describeConfigs(List.of(resource)).all(), cluster, name);
      var entry = requireNonNull(configs.get(resource)).get(TopicConfig.MAX_MESSAGE_BYTES_CONFIG);
      return entry == null || entry.value() == null ? LIMIT_BYTES : Integer.parseInt(entry.value());
    } catch (ClientException e) {
      if (e.getCause() instanceof AuthorizationException) {
        return LIMIT_BYTES; // the broker then refuses what is too large
      }
      throw e;
    }
  }

  /** The exception as a sentence for the user. */
  static ClientException failure(Throwable e, KafkaCluster cluster, String topic) {
    if (e instanceof TimeoutException) {
      return new ClientException(
          "no Kafka broker at %s answered within %d s"
              .formatted(cluster.bootstrapServers(), PATIENCE.toSeconds()),
          e);
    }
    if (e instanceof UnknownTopicOrPartitionException) {
      return new ClientException(
          "the Kafka cluster at %s has no topic %s".formatted(cluster.bootstrapServers(), topic),
          e);
    }
    Throwable root = e;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    String message = root.getMessage() == null ? root.toString() : root.getMessage();
    return new ClientException(
        "Kafka at %s: %s".formatted(cluster.bootstrapServers(), cluster.withoutValues(message)), e);
  }
}
