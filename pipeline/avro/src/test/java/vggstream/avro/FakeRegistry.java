package vggstream.avro;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;

/** A schema registry as its REST API is documented, for schemas by id and their registration. */
public final class FakeRegistry implements AutoCloseable {
  private final HttpServer server;
  private final ObjectMapper json = new ObjectMapper();
  private final Map<Integer, String> answers = new LinkedHashMap<>();
  private final Map<String, Integer> ids = new LinkedHashMap<>();

  /** Statuses of the next answers, in place of what they would be. */
  final ConcurrentLinkedQueue<Integer> failures = new ConcurrentLinkedQueue<>();

  /** Method, path and Authorization of each request. */
  final List<String> requests = Collections.synchronizedList(new ArrayList<>());

  public FakeRegistry() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/api/", this::handle);
    server.start();
  }

  /** Method, path and Authorization of each request so far. */
  public List<String> requests() {
    synchronized (requests) {
      return List.copyOf(requests);
    }
  }

  public URI url() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/api");
  }

  /** Answers requests for the schema of an id so. */
  public synchronized void put(int id, String answer) {
    answers.put(id, answer);
  }

  private synchronized void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getRawPath().substring("/api/".length());
      requests.add(
          "%s %s %s"
              .formatted(
                  exchange.getRequestMethod(),
                  path,
                  exchange.getRequestHeaders().getFirst("Authorization")));
      Integer failure = failures.poll();
      if (failure != null) {
        answer(exchange, failure, "{\"error_code\":%d,\"message\":\"made up\"}".formatted(failure));
      } else if (path.startsWith("schemas/ids/")) {
        String found = answers.get(Integer.parseInt(path.substring("schemas/ids/".length())));
        if (found == null) {
          answer(exchange, 404, "{\"error_code\":40403,\"message\":\"Schema not found\"}");
        } else {
          answer(exchange, 200, found);
        }
      } else {
        JsonNode body = json.readTree(exchange.getRequestBody());
        String schema = body.path("schema").asText();
        int id = ids.computeIfAbsent(schema, s -> 100 + ids.size());
        answers.put(id, json.createObjectNode().put("schema", schema).toString());
        answer(exchange, 200, "{\"id\":%d}".formatted(id));
      }
    }
  }

  private static void answer(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/vnd.schemaregistry.v1+json");
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
