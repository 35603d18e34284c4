package vggstream.client;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;

/**
 * How to reach Kafka. Prints the names of the properties, never their values.
 *
 * @param bootstrapServers comma-separated {@code host:port}
 * @param properties of Kafka's clients, as given by {@code --kafka.<property>}; they win over this
 *     project's own settings
 */
public record KafkaCluster(String bootstrapServers, Map<String, String> properties) {
  public KafkaCluster {
    if (bootstrapServers.isBlank()) {
      throw new IllegalArgumentException(
          "bootstrap servers must be given as host:port: were blank");
    }
    properties = Map.copyOf(properties);
  }

  /** A cluster that needs no properties. */
  public KafkaCluster(String bootstrapServers) {
    this(bootstrapServers, Map.of());
  }

  /** The settings of a client: {@code defaults}, then the user's properties over them. */
  Map<String, Object> settings(Map<String, Object> defaults) {
    var settings = new HashMap<String, Object>(defaults);
    settings.putAll(properties);
    settings.put("bootstrap.servers", bootstrapServers);
    return settings;
  }

  @Override
  public String toString() {
    return "%s, properties %s".formatted(bootstrapServers, new TreeSet<>(properties.keySet()));
  }
}
