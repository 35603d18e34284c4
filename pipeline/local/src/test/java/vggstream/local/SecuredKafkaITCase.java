package vggstream.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.graph.StreamGraph;
import org.apache.flink.util.ExceptionUtils;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.Appender;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.LoggerConfig;
import org.apache.logging.log4j.core.config.Property;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import vggstream.client.VggClient;
import vggstream.image.ImageEncoder;
import vggstream.image.Size;
import vggstream.job.VggJob;
import vggstream.job.config.JobCommandLine;
import vggstream.job.config.JobOptions;
import vggstream.job.topology.JobSettings;
import vggstream.model.ModelFiles;

/** A broker that wants TLS and a password: both ends have them from files, and nobody sees them. */
@Timeout(120)
class SecuredKafkaITCase {
  private static final Duration LONGEST = Duration.ofSeconds(60);
  private static final String PASSWORD = "wx7-correct-horse-91";
  private static final String WRONG_PASSWORD = "qy4-wrong-donkey-55";
  private static final String STORE_PASSWORD = "zk8-battery-staple-17";
  private static final List<String> SECRETS = List.of(PASSWORD, WRONG_PASSWORD, STORE_PASSWORD);

  @TempDir private Path directory;

  private final Log log = new Log();
  private final HttpClient http = HttpClient.newHttpClient();

  @BeforeEach
  void listen() {
    log.begin();
  }

  @AfterEach
  void noSecretWasLogged() {
    log.end();
    assertFalse(log.lines.isEmpty(), "something must have been logged");
    assertHoldsNoSecret("the log", log.lines);
  }

  private static void assertHoldsNoSecret(String what, Collection<String> texts) {
    for (String text : texts) {
      for (String secret : SECRETS) {
        assertFalse(text.contains(secret), () -> what + " must hold no secret: " + text);
      }
    }
  }

  @Test
  void imagesAreSentAndAnsweredOverTlsWithAPasswordThatIsNowhereShown() throws Exception {
    int port = EmbeddedBroker.freePort();
    Path images = Files.createDirectory(directory.resolve("images"));
    for (int i = 0; i < 6; i++) {
      Files.write(images.resolve(i + ".png"), png(i % 3));
    }
    try (EmbeddedBroker broker = secured(port);
        LocalCluster cluster = LocalCluster.start(directory.resolve("flink"), 1, 0)) {
      for (String topic : List.of("image-events", "predictions", "dead-letters")) {
        broker.createTopic(topic, 1);
      }
      Path jaas = jaas(PASSWORD);
      client(0, port, jaas, "send", images.toString());
      JobOptions options = options(port, jaas);
      StreamExecutionEnvironment environment = environment(cluster, options);
      LocalJob job = cluster.submit(environment);
      job.awaitRunning(LONGEST);
      String answers =
          client(0, port, jaas, "tail", "--from-beginning", "--max=6", "--timeout=60s");
      Map<String, String> labels = new TreeMap<>();
      for (String line : answers.lines().toList()) {
        JsonNode prediction = new ObjectMapper().readTree(line);
        labels.put(
            prediction.get("eventId").asText(),
            prediction.get("predictions").get(0).get("label").asText());
      }
      assertEquals(
          Map.of(
              "0.png", "red", "1.png", "green", "2.png", "blue", "3.png", "red", "4.png", "green",
              "5.png", "blue"),
          labels);
      assertEquals(Optional.empty(), job.failure());
      assertHoldsNoSecret("the answers", List.of(answers));
      assertHoldsNoSecret("the options", List.of(options.toString()));
      assertHoldsNoSecret("Flink's web UI", web(cluster.ui()));
      assertHoldsNoSecret("the graph", graph(environment(cluster, options)));
      job.cancel();
    }
  }

  @Test
  void wrongPasswordFailsBothEndsWithItsReason() throws Exception {
    int port = EmbeddedBroker.freePort();
    Path image = Files.write(directory.resolve("a.png"), png(0));
    try (EmbeddedBroker broker = secured(port);
        LocalCluster cluster = LocalCluster.start(directory.resolve("flink"), 1, 0)) {
      for (String topic : List.of("image-events", "predictions", "dead-letters")) {
        broker.createTopic(topic, 1);
      }
      Path jaas = jaas(WRONG_PASSWORD);
      String said = client(1, port, jaas, "send", image.toString());
      assertTrue(said.contains("Invalid username or password"), said);
      LocalJob job = cluster.submit(environment(cluster, options(port, jaas)));
      Optional<String> failure = job.failure();
      long end = System.nanoTime() + LONGEST.toNanos();
      while (failure.isEmpty() && System.nanoTime() < end) {
        TimeUnit.MILLISECONDS.sleep(50);
        failure = job.failure();
      }
      assertTrue(failure.orElse("").contains("Invalid username or password"), failure::toString);
      assertHoldsNoSecret("messages", List.of(said, failure.orElse("")));
      assertHoldsNoSecret("Flink's web UI", web(cluster.ui()));
      job.cancel();
    }
  }

  /** A broker whose second listener takes clients with TLS and a password only. */
  private EmbeddedBroker secured(int port) throws Exception {
    Path keys = directory.resolve("broker.p12");
    keytool(
        "-genkeypair",
        "-alias",
        "broker",
        "-keyalg",
        "EC",
        "-dname",
        "CN=broker",
        "-validity",
        "2",
        "-ext",
        "san=ip:127.0.0.1",
        "-storetype",
        "PKCS12",
        "-keystore",
        keys.toString());
    keytool(
        "-exportcert",
        "-rfc",
        "-alias",
        "broker",
        "-keystore",
        keys.toString(),
        "-file",
        directory.resolve("broker.pem").toString());
    return EmbeddedBroker.start(
        directory.resolve("kafka"),
        EmbeddedBroker.freePort(),
        Map.of(
            "listeners",
            "CLIENTS://127.0.0.1:" + port,
            "advertised.listeners",
            "CLIENTS://127.0.0.1:" + port,
            "listener.security.protocol.map",
            "CLIENTS:SASL_SSL",
            "sasl.enabled.mechanisms",
            "PLAIN",
            "listener.name.clients.plain.sasl.jaas.config",
            "org.apache.kafka.common.security.plain.PlainLoginModule required user_camera=\"%s\";"
                .formatted(PASSWORD),
            "ssl.keystore.type",
            "PKCS12",
            "ssl.keystore.location",
            keys.toString(),
            "ssl.keystore.password",
            STORE_PASSWORD));
  }

  private void keytool(String... args) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(List.of(args));
    command.addAll(List.of("-storepass", STORE_PASSWORD));
    Path output = directory.resolve("keytool.txt");
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    assertTrue(process.waitFor(60, TimeUnit.SECONDS), "keytool hangs");
    assertEquals(0, process.exitValue(), () -> command.get(1) + ", see " + output);
  }

  private Path jaas(String password) throws Exception {
    return Files.writeString(
        directory.resolve("jaas.conf"),
        "org.apache.kafka.common.security.plain.PlainLoginModule required username=\"camera\" password=\"%s\";\n"
            .formatted(password));
  }

  private List<String> kafkaOptions(int port, Path jaas) {
    return List.of(
        "--bootstrap-servers=127.0.0.1:" + port,
        "--kafka.security.protocol=SASL_SSL",
        "--kafka.sasl.mechanism=PLAIN",
        "--kafka.sasl.jaas.config=@file:" + jaas,
        "--kafka.ssl.truststore.type=PEM",
        "--kafka.ssl.truststore.location=" + directory.resolve("broker.pem"));
  }

  /** Runs vgg-client; what it says. */
  private String client(int code, int port, Path jaas, String command, String... args) {
    List<String> all = new ArrayList<>(List.of(command));
    all.addAll(kafkaOptions(port, jaas));
    all.addAll(List.of(args));
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int ended =
        VggClient.commandLine()
            .setOut(new PrintWriter(out))
            .setErr(new PrintWriter(err))
            .execute(all.toArray(String[]::new));
    assertEquals(code, ended, () -> err + "" + out);
    assertHoldsNoSecret("vgg-client's messages", List.of(err.toString()));
    return code == 0 ? out.toString() : err.toString();
  }

  private JobOptions options(int port, Path jaas) throws Exception {
    List<String> args = new ArrayList<>(kafkaOptions(port, jaas));
    args.add("--model=" + ModelFiles.colour(directory.resolve("colour.onnx")));
    args.addAll(List.of("--scales=8", "--device=cpu", "--batch-linger=5 ms"));
    args.add("--checkpoint-interval=300 ms");
    return JobCommandLine.parse(args.toArray(String[]::new));
  }

  private static StreamExecutionEnvironment environment(LocalCluster cluster, JobOptions options) {
    StreamExecutionEnvironment environment = cluster.environment(JobSettings.of(options));
    environment.setParallelism(1);
    VggJob.define(environment, options);
    return environment;
  }

  /** What can be read of a job before it runs: not its operators, in which the secret travels. */
  private static List<String> graph(StreamExecutionEnvironment environment) {
    StreamGraph graph = environment.getStreamGraph();
    return List.of(
        environment.getConfiguration().toString(),
        environment.getConfig().toConfiguration().toString(),
        graph.getStreamingPlanAsJSON(),
        graph.getJobConfiguration().toString(),
        graph.getJobGraph().getJobConfiguration().toString());
  }

  /** What Flink's web UI shows of cluster and job. */
  private List<String> web(URI ui) throws Exception {
    String id = new ObjectMapper().readTree(get(ui, "/jobs")).at("/jobs/0/id").asText();
    List<String> shown = new ArrayList<>();
    for (String path :
        List.of("/config", "/jobmanager/config", "/jobmanager/environment", "/jobs/overview")) {
      shown.add(get(ui, path));
    }
    for (String path :
        List.of("", "/config", "/plan", "/exceptions", "/checkpoints/config", "/accumulators")) {
      shown.add(get(ui, "/jobs/" + id + path));
    }
    return shown;
  }

  private String get(URI ui, String path) throws Exception {
    HttpResponse<String> response =
        http.send(
            HttpRequest.newBuilder(ui.resolve(path)).timeout(LONGEST).build(),
            HttpResponse.BodyHandlers.ofString());
    assertEquals(200, response.statusCode(), path);
    return response.body();
  }

  private static byte[] png(int colour) {
    byte[] rgb = new byte[16 * 20 * 3]; // (H, W, 3)
    for (int p = 0; p < rgb.length; p += 3) {
      rgb[p + colour] = (byte) 255;
    }
    return ImageEncoder.png(ByteBuffer.wrap(rgb), new Size(16, 20));
  }

  /** All that is logged at INFO and above in this JVM, in place of its usual log. */
  private static final class Log extends AbstractAppender {
    private final Collection<String> lines = new ConcurrentLinkedQueue<>();
    private final Map<LoggerConfig, Level> levels = new HashMap<>();
    private final Map<String, Appender> usual = new HashMap<>();
    private final LoggerContext context = LoggerContext.getContext(false);

    Log() {
      super("secrets", null, null, true, Property.EMPTY_ARRAY);
    }

    @Override
    public void append(LogEvent event) {
      Throwable thrown = event.getThrown();
      lines.add(
          event.getMessage().getFormattedMessage()
              + (thrown == null ? "" : ExceptionUtils.stringifyException(thrown)));
    }

    void begin() {
      start();
      LoggerConfig root = context.getConfiguration().getRootLogger();
      usual.putAll(root.getAppenders());
      usual.keySet().forEach(root::removeAppender);
      root.addAppender(this, null, null);
      for (LoggerConfig logger : context.getConfiguration().getLoggers().values()) {
        levels.put(logger, logger.getLevel());
        logger.setLevel(Level.INFO);
      }
      context.updateLoggers();
    }

    void end() {
      LoggerConfig root = context.getConfiguration().getRootLogger();
      root.removeAppender(getName());
      usual.values().forEach(appender -> root.addAppender(appender, null, null));
      levels.forEach(LoggerConfig::setLevel);
      context.updateLoggers();
      stop();
    }
  }
}
