package vggstream.local.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What a JobManager says of itself over HTTP. */
final class FlinkRest {
  private static final Duration TIMEOUT = Duration.ofSeconds(15);

  private final String address;
  private final HttpClient http = HttpClient.newBuilder().connectTimeout(TIMEOUT).build();
  private final ObjectMapper json = new ObjectMapper();

  /**
   * @param address such as {@code 127.0.0.1:8081}
   */
  FlinkRest(String address) {
    this.address = address;
  }

  /** The answer for a path; empty if it does not answer: it is starting, or was killed. */
  Optional<JsonNode> get(String path) {
    try {
      HttpResponse<String> response =
          http.send(
              HttpRequest.newBuilder(URI.create("http://" + address + path))
                  .timeout(TIMEOUT)
                  .build(),
              HttpResponse.BodyHandlers.ofString());
      return response.statusCode() == 200
          ? Optional.of(json.readTree(response.body()))
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }

  /** Bytes of a TaskManager's metrics {@code Status.JVM.Memory.*}; none if it does not answer. */
  Map<String, Long> memory(String taskManager, String... names) {
    StringBuilder wanted = new StringBuilder();
    for (String name : names) {
      wanted.append(wanted.isEmpty() ? "" : ",").append("Status.JVM.Memory.").append(name);
    }
    Map<String, Long> values = new TreeMap<>();
    get("/taskmanagers/" + taskManager + "/metrics?get=" + wanted)
        .ifPresent(
            list ->
                list.forEach(
                    metric ->
                        values.put(
                            metric.path("id").asText().substring("Status.JVM.Memory.".length()),
                            metric.path("value").asLong())));
    return values;
  }

  /**
   * The values of the job's metrics of the group {@code vgg} whose names are given, by subtask and
   * name such as {@code 0.inFlight}; those alone that are numbers.
   */
  Map<String, Double> job(String... names) {
    Map<String, Double> values = new TreeMap<>();
    get("/jobs/overview")
        .map(answer -> answer.path("jobs").path(0).path("jid").asText())
        .flatMap(job -> get("/jobs/" + job))
        .ifPresent(
            job ->
                job.path("vertices")
                    .forEach(
                        vertex ->
                            addVertex(
                                "/jobs/"
                                    + job.path("jid").asText()
                                    + "/vertices/"
                                    + vertex.path("id").asText()
                                    + "/metrics",
                                values,
                                names)));
    return values;
  }

  private void addVertex(String path, Map<String, Double> values, String... names) {
    StringBuilder wanted = new StringBuilder();
    get(path)
        .ifPresent(
            list ->
                list.forEach(
                    metric -> {
                      String id = metric.path("id").asText();
                      for (String name : names) {
                        if (id.endsWith(".classify.vgg." + name)) {
                          wanted.append(wanted.isEmpty() ? "" : ",").append(id);
                        }
                      }
                    }));
    if (wanted.isEmpty()) {
      return;
    }
    get(path + "?get=" + wanted)
        .ifPresent(
            list ->
                list.forEach(
                    metric -> {
                      String id = metric.path("id").asText();
                      String subtask = id.substring(0, id.indexOf('.'));
                      String name = id.substring(id.lastIndexOf('.') + 1);
                      values.put(subtask + "." + name, metric.path("value").asDouble());
                    }));
  }
}
