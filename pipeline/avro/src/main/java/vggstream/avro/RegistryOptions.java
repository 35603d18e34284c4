package vggstream.avro;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.Serializable;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Where the schema registry is. Its text shows no secret.
 *
 * @param url of the REST API, {@code http} or {@code https}, without user and query; schemas are at
 *     {@code url/schemas/ids/N}
 * @param properties {@code basic.auth.user.info} (user:password) or {@code bearer.auth.token}
 * @param timeout of one request
 * @param patience for how long requests that fail for a while are made again
 */
public record RegistryOptions(
    URI url, Map<String, String> properties, Duration timeout, Duration patience)
    implements Serializable {
  /** Property of Kafka's clients, as Confluent's own call it: where the registry is. */
  public static final String URL = "schema.registry.url";

  private static final String BASIC = "basic.auth.user.info";
  private static final String BEARER = "bearer.auth.token";
  private static final Set<String> KNOWN = Set.of(BASIC, BEARER);

  public RegistryOptions {
    properties = Map.copyOf(properties);
    String scheme = url.getScheme() == null ? "" : url.getScheme();
    if (!(scheme.equals("http") || scheme.equals("https"))
        || url.getHost() == null
        || url.getRawUserInfo() != null
        || url.getRawQuery() != null
        || url.getRawFragment() != null) { // whose text may hold a password
      throw new IllegalArgumentException(
          URL + " must be like https://host:port/path, without user and query: was not");
    }
    for (String name : properties.keySet()) {
      if (!KNOWN.contains(name)) {
        throw new IllegalArgumentException(
            "properties of the schema registry must be of %s: was %s"
                .formatted(new TreeSet<>(KNOWN), name));
      }
    }
    if (properties.size() > 1) {
      throw new IllegalArgumentException("one of %s must be given: both were".formatted(KNOWN));
    }
    if (!url.getPath().endsWith("/")) {
      url = URI.create(url + "/");
    }
  }

  /**
   * What the properties of a Kafka client say; null: no registry.
   *
   * @throws IllegalArgumentException if they break a rule; the message holds no value
   */
  public static @Nullable RegistryOptions in(Map<String, String> properties) {
    String url = properties.get(URL);
    Map<String, String> secrets = new TreeMap<>(properties);
    secrets.keySet().retainAll(KNOWN);
    if (url == null) {
      if (!secrets.isEmpty()) {
        throw new IllegalArgumentException(
            "%s must go with %s: is alone".formatted(secrets.keySet(), URL));
      }
      return null;
    }
    try {
      return of(new URI(url), secrets);
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException(URL + " must be a URL: was none");
    }
  }

  /** The properties that are Kafka's own. */
  public static Map<String, String> without(Map<String, String> properties) {
    Map<String, String> others = new TreeMap<>(properties);
    others.keySet().removeAll(KNOWN);
    others.remove(URL);
    return others;
  }

  /** With 5 s for a request, and a minute for all. */
  public static RegistryOptions of(URI url, Map<String, String> properties) {
    return new RegistryOptions(url, properties, Duration.ofSeconds(5), Duration.ofMinutes(1));
  }

  /** The value of the header Authorization; null: none. */
  @Nullable String authorization() {
    String user = properties.get(BASIC);
    if (user != null) {
      return "Basic " + Base64.getEncoder().encodeToString(user.getBytes(UTF_8));
    }
    String token = properties.get(BEARER);
    return token == null ? null : "Bearer " + token;
  }

  @Override
  public String toString() {
    return "%s, properties %s (values not shown)"
        .formatted(url, new TreeSet<>(properties.keySet()));
  }
}
