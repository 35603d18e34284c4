package vggstream.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import vggstream.image.ImageEncoder;
import vggstream.image.Size;
import vggstream.job.VggJob;
import vggstream.job.config.JobOptions;
import vggstream.job.metric.JobMetric;
import vggstream.model.ModelFiles;
import vggstream.schema.ImageEvent;

/** Every metric of the job, as Flink's Prometheus reporter serves it. */
@Timeout(180)
class MetricsITCase {
  private static final int GOOD = 40;
  private static final int BAD = 3;
  private static final Duration LONGEST = Duration.ofSeconds(90);
  private static final List<String> TOPICS =
      List.of(
          "image-events",
          "predictions",
          "dead-letters",
          "models",
          "models-live",
          "shadow-predictions");

  private static final String PREFIX = "flink_taskmanager_job_task_operator_vgg_";

  private final HttpClient http = HttpClient.newHttpClient();

  @Test
  void prometheusScrapesEveryMetricOfTheJob(@TempDir Path directory) throws Exception {
    int port = freePort();
    Configuration reporter = new Configuration();
    reporter.setString("metrics.reporters", "prom");
    reporter.setString(
        "metrics.reporter.prom.factory.class",
        "org.apache.flink.metrics.prometheus.PrometheusReporterFactory");
    reporter.setString("metrics.reporter.prom.port", Integer.toString(port));
    Path model = ModelFiles.colour(directory.resolve("colour.onnx"));
    try (EmbeddedBroker broker = EmbeddedBroker.start(directory.resolve("kafka"));
        LocalCluster cluster = LocalCluster.start(directory.resolve("flink"), 1, 0, reporter)) {
      for (String topic : TOPICS) {
        broker.createTopic(topic, 1);
      }
      send(broker.bootstrapServers());
      StreamExecutionEnvironment environment = cluster.environment();
      environment.setParallelism(1);
      VggJob.define(
          environment,
          JobOptions.of(
              Map.of(
                  "bootstrap-servers", broker.bootstrapServers(),
                  "model", model.toString(),
                  "models-topic", "models",
                  "scales", "8",
                  "device", "cpu",
                  "starting-offsets", "earliest")));
      cluster.submit(environment);
      URI metrics = URI.create("http://127.0.0.1:%d/metrics".formatted(port));
      List<String> lines = awaitAnswers(metrics);
      for (JobMetric metric : JobMetric.values()) {
        requireServed(metric, lines);
      }
      assertEquals(GOOD, value(lines, "predictions"), 0);
      assertEquals(BAD, value(labelled(lines, "operator_name=\"classify\""), "deadLetters"), 0);
      assertEquals(
          BAD, value(labelled(lines, "reason=\"EMPTY\""), "reason_deadLettersByReason"), 0);
      assertEquals(1, value(labelled(lines, "operator_name=\"read_events\""), "deadLetters"), 0);
      List<String> live = named(lines, "name_version_sha256_role_liveModel");
      for (String label : List.of("name=\"colour\"", "version=\"1\"", "role=\"PRIMARY\"")) {
        assertTrue(live.get(0).contains(label), live::toString);
      }
      assertTrue(
          labelled(lines, "quantile=\"0.99\"").stream().anyMatch(l -> l.contains("totalMicros")));
      assertEquals(GOOD, value(lines, "decodeMicros_count"), 0);
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      return socket.getLocalPort();
    }
  }

  private static void send(String bootstrapServers) {
    byte[] png = ImageEncoder.png(ByteBuffer.wrap(new byte[16 * 16 * 3]), new Size(16, 16));
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", bootstrapServers),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      for (int i = 0; i < GOOD + BAD; i++) {
        ImageEvent event =
            ImageEvent.newBuilder()
                .setEventId("event-" + i)
                .setSource("camera")
                .setCapturedAt(Instant.EPOCH)
                .setPayload(i < GOOD ? ByteBuffer.wrap(png) : ByteBuffer.allocate(0))
                .setAttributes(Map.of())
                .build();
        producer.send(new ProducerRecord<>("image-events", Records.encode(event)));
      }
      producer.send(new ProducerRecord<>("image-events", new byte[] {1, 2, 3}));
    }
  }

  /** Scrapes until every image is answered and counted. */
  private List<String> awaitAnswers(URI metrics) throws Exception {
    long deadline = System.nanoTime() + LONGEST.toNanos();
    while (true) {
      List<String> lines = scrape(metrics);
      List<String> answered = named(lines, "totalMicros_count");
      if (!answered.isEmpty()
          && value(answered, "totalMicros_count") == GOOD + BAD
          && value(lines, "bytesInFlight") == 0
          && value(lines, "inFlight") == 0
          && reached(lines, "predictions", GOOD)
          && reached(labelled(lines, "operator_name=\"classify\""), "deadLetters", BAD)
          && reached(labelled(lines, "reason=\"EMPTY\""), "reason_deadLettersByReason", BAD)
          && reached(labelled(lines, "operator_name=\"read_events\""), "deadLetters", 1)) {
        return lines;
      }
      assertTrue(System.nanoTime() < deadline, () -> "not all answered: " + answered);
    }
  }

  private List<String> scrape(URI metrics) throws Exception {
    HttpResponse<String> response =
        http.send(
            HttpRequest.newBuilder(metrics).timeout(LONGEST).build(),
            HttpResponse.BodyHandlers.ofString());
    assertEquals(200, response.statusCode());
    List<String> lines = new ArrayList<>();
    response.body().lines().filter(l -> l.contains("_vgg_")).forEach(lines::add);
    return lines;
  }

  private static void requireServed(JobMetric metric, List<String> lines) {
    String name =
        metric.labels().isEmpty()
            ? metric.metricName()
            : String.join("_", metric.labels()) + "_" + metric.metricName();
    String type =
        switch (metric.kind()) {
          case HISTOGRAM -> "summary";
          case COUNTER, GAUGE, METER -> "gauge";
        };
    assertTrue(
        lines.contains("# TYPE " + PREFIX + name + " " + type),
        () -> name + " must be served as " + type);
    for (String label : metric.labels()) {
      assertTrue(
          named(lines, name).stream().allMatch(l -> l.contains(label + "=\"")),
          () -> name + " must have the label " + label);
    }
  }

  private static List<String> named(List<String> lines, String name) {
    return lines.stream().filter(l -> l.startsWith(PREFIX + name + "{")).toList();
  }

  private static List<String> labelled(List<String> lines, String label) {
    return lines.stream().filter(l -> l.contains(label)).toList();
  }

  private static boolean reached(List<String> lines, String name, int least) {
    return !named(lines, name).isEmpty() && value(lines, name) >= least;
  }

  /** The value of the one line of this name. */
  private static double value(List<String> lines, String name) {
    List<String> found = named(lines, name);
    assertEquals(1, found.size(), () -> name + " must be there once: " + found);
    return Double.parseDouble(found.get(0).substring(found.get(0).lastIndexOf(' ') + 1));
  }
}
