package vggstream.client;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.apache.avro.specific.SpecificRecord;
import vggstream.avro.RecordCodec;
import vggstream.avro.RegistryOptions;

/**
 * How to reach Kafka. Prints the names of the properties, never their values.
 *
 * @param bootstrapServers comma-separated {@code host:port}
 * @param properties of Kafka's clients, as given by {@code --kafka.<property>}; they win over this
 *     project's own settings. {@code schema.registry.url} and the like are those of a registry
 */
public record KafkaCluster(String bootstrapServers, Map<String, String> properties) {
  private static final String JAAS = "sasl.jaas.config";

  /** Shorter values, such as true or PLAIN, tell nothing and would be found in any message. */
  private static final int TELLING = 6;

  public KafkaCluster {
    if (bootstrapServers.isBlank()) {
      throw new IllegalArgumentException(
          "bootstrap servers must be given as host:port: were blank");
    }
    properties = Map.copyOf(properties);
    RegistryOptions.in(properties); // its rules
  }

  /** How records of a type are read and written. */
  <T extends SpecificRecord> RecordCodec<T> codec(Class<T> type) {
    return new RecordCodec<>(type, RegistryOptions.in(properties));
  }

  /** A cluster that needs no properties. */
  public KafkaCluster(String bootstrapServers) {
    this(bootstrapServers, Map.of());
  }

  /** The settings of a client: {@code defaults}, then the user's properties over them. */
  Map<String, Object> settings(Map<String, Object> defaults) {
    var settings = new HashMap<String, Object>(defaults);
    settings.putAll(RegistryOptions.without(properties));
    settings.put("bootstrap.servers", bootstrapServers);
    return settings;
  }

  /** A message of Kafka's that repeats none of the properties' values. */
  String withoutValues(String message) {
    if (message.contains("JAAS") && properties.containsKey(JAAS)) {
      return JAAS + " cannot be read (why is not shown: it may quote the value)";
    }
    String cleaned = message;
    for (String value : longestFirst()) {
      cleaned = cleaned.replace(value, "(not shown)");
    }
    return cleaned;
  }

  /** Those of some length, and shorter ones of names that tell of a secret. */
  private List<String> longestFirst() {
    return properties.entrySet().stream()
        .filter(
            property ->
                property.getValue().length() >= TELLING
                    || !property.getValue().isEmpty() && Secret.isNameOfSecret(property.getKey()))
        .map(Map.Entry::getValue)
        .sorted(Comparator.comparingInt(String::length).reversed())
        .toList();
  }

  @Override
  public String toString() {
    return "%s, properties %s".formatted(bootstrapServers, new TreeSet<>(properties.keySet()));
  }
}
