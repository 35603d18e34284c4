package vggstream.avro;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/**
 * A schema registry's REST API, as far as it is needed: schemas by id, and the id of a schema under
 * a subject. What was answered is remembered, the latest {@value #REMEMBERED} ids; that there is no
 * such schema for half a minute. Thread-safe; one request at a time.
 */
public final class SchemaRegistry {
  static final int REMEMBERED = 1000;
  private static final long UNKNOWN_NANOS = TimeUnit.SECONDS.toNanos(30);
  private static final int LARGEST_ANSWER = 1 << 20;
  private static final long FIRST_PAUSE_MILLIS = 100;
  private static final long LONGEST_PAUSE_MILLIS = 5_000;
  private static final String TYPE = "application/vnd.schemaregistry.v1+json";

  /** A schema, or when it was found that there is none, and why. */
  private record Known(@Nullable Schema schema, String why, long since) {}

  private final RegistryOptions options;
  private final HttpClient http;
  private final ObjectMapper json = new ObjectMapper();
  private final Map<Integer, Known> byId = remembering();
  private final Map<String, Integer> registered = remembering();

  /** Connects when it is first asked. */
  public SchemaRegistry(RegistryOptions options) {
    this.options = options;
    http =
        HttpClient.newBuilder()
            .connectTimeout(options.timeout())
            .followRedirects(HttpClient.Redirect.NEVER) // the header goes to nobody else
            .build();
  }

  private static <K, V> Map<K, V> remembering() {
    return new LinkedHashMap<>(16, 0.75f, true) {
      private static final long serialVersionUID = 1L;

      @Override
      protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
        return size() > REMEMBERED;
      }
    };
  }

  /**
   * The schema of an id.
   *
   * @throws UnknownSchemaException if the registry has none, or one that is not of Avro's
   * @throws RegistryException if it does not answer within the options' patience, or refuses
   */
  public synchronized Schema schema(int id) throws UnknownSchemaException, RegistryException {
    Known known = byId.get(id);
    if (known == null
        || known.schema() == null && System.nanoTime() - known.since() > UNKNOWN_NANOS) {
      known = ask(id);
      byId.put(id, known);
    }
    if (known.schema() == null) {
      throw new UnknownSchemaException(known.why());
    }
    return known.schema();
  }

  private Known ask(int id) throws RegistryException {
    Answer answer = request("schemas/ids/" + id, null);
    long now = System.nanoTime();
    if (answer.status() == 404) {
      return new Known(null, "the schema registry has no schema " + id, now);
    }
    JsonNode type = answer.body().path("schemaType");
    if (!type.isMissingNode() && !type.asText().equals("AVRO")) {
      return new Known(null, "schema %d must be Avro: is %s".formatted(id, type.asText()), now);
    }
    if (!answer.body().path("references").isEmpty()) {
      return new Known(null, "schema %d must be whole: refers to others".formatted(id), now);
    }
    try {
      Schema schema = new Schema.Parser().parse(answer.body().path("schema").asText());
      return new Known(schema, "", now);
    } catch (AvroRuntimeException e) {
      return new Known(null, "schema %d cannot be parsed: %s".formatted(id, e.getMessage()), now);
    }
  }

  /**
   * The id of a schema under a subject, where it is registered unless it is already.
   *
   * @throws RegistryException if the registry does not answer within the options' patience, or
   *     refuses, for example a schema that is not compatible
   */
  public synchronized int register(String subject, Schema schema) throws RegistryException {
    String text = schema.toString();
    String key = subject + "\n" + text;
    Integer known = registered.get(key);
    if (known != null) {
      return known;
    }
    String path =
        "subjects/%s/versions"
            .formatted(URLEncoder.encode(subject, StandardCharsets.UTF_8).replace("+", "%20"));
    Answer answer = request(path, json.createObjectNode().put("schema", text).toString());
    JsonNode id = answer.body().path("id");
    if (!id.canConvertToInt()) {
      throw new RegistryException(
          "the schema registry must answer with an id for subject %s: status %d"
              .formatted(subject, answer.status()));
    }
    registered.put(key, id.asInt());
    byId.put(id.asInt(), new Known(schema, "", System.nanoTime()));
    return id.asInt();
  }

  /** Status 200, or 404; with its JSON. */
  private record Answer(int status, JsonNode body) {}

  private Answer request(String path, @Nullable String body) throws RegistryException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(options.url().resolve(path))
            .timeout(options.timeout())
            .header("Accept", TYPE + ", application/json");
    String authorization = options.authorization();
    if (authorization != null) {
      request.header("Authorization", authorization);
    }
    if (body != null) {
      request.header("Content-Type", TYPE).POST(HttpRequest.BodyPublishers.ofString(body));
    }
    long end = System.nanoTime() + options.patience().toNanos();
    long pause = FIRST_PAUSE_MILLIS;
    while (true) {
      String why;
      try {
        HttpResponse<InputStream> response =
            http.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
        Answer answer = answer(response);
        if (answer != null) {
          return answer;
        }
        why = "answers with status " + response.statusCode();
      } catch (InterruptedException | InterruptedIOException e) {
        Thread.currentThread().interrupt();
        throw new RegistryException("interrupted", e);
      } catch (IOException e) {
        why = "does not answer: " + e;
      }
      if (System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(pause) - end >= 0) {
        throw new RegistryException("the schema registry " + options.url() + " " + why);
      }
      await(Duration.ofMillis(pause));
      pause = Math.min(2 * pause, LONGEST_PAUSE_MILLIS);
    }
  }

  /** Null if it should be asked again. */
  private @Nullable Answer answer(HttpResponse<InputStream> response)
      throws IOException, RegistryException {
    byte[] bytes;
    try (InputStream in = response.body()) {
      bytes = in.readNBytes(LARGEST_ANSWER + 1);
    }
    int status = response.statusCode();
    if (status >= 500 || status == 408 || status == 429) {
      return null;
    }
    if (bytes.length > LARGEST_ANSWER) {
      throw new RegistryException(
          "an answer of the schema registry must have at most %d bytes: has more"
              .formatted(LARGEST_ANSWER));
    }
    JsonNode body;
    try {
      body = json.readTree(bytes);
    } catch (JsonProcessingException e) {
      body = json.missingNode();
    }
    // what is not the API's own 404 comes from something else in between
    boolean isUnknown = status == 404 && body.path("error_code").asInt() / 100 == 404;
    if (status == 200 && body.isObject()
        || isUnknown
        || status == 404 && body.path("error_code").asInt() == 404) {
      return new Answer(status, body);
    }
    throw new RegistryException(
        "the schema registry %s answers with status %d: %s"
            .formatted(options.url(), status, body.path("message").asText("no message")));
  }

  private static void await(Duration pause) throws RegistryException {
    try {
      TimeUnit.MILLISECONDS.sleep(pause.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RegistryException("interrupted", e);
    }
  }
}
