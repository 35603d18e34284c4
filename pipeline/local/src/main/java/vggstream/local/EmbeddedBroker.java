package vggstream.local;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.utils.Exit;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;

/**
 * One real Kafka node (KRaft: broker and controller) in this JVM, listening on 127.0.0.1 only.
 *
 * <p>A broker that was closed is started again, with everything it held, by {@link #start(Path,
 * int)} with the same directory and {@link #port()}. Settings are Kafka's defaults but for
 * replication (there is one node), the size of a message and of the buffers.
 */
public final class EmbeddedBroker implements AutoCloseable {

  /** The largest message, in bytes (25 MiB): an image of 20 MiB and what goes with it. */
  public static final int MAX_MESSAGE_BYTES = 25 << 20;

  /** Constant, as a directory belongs to the cluster that first used it. */
  private static final String CLUSTER_ID = "vggstreamLocalBroker0A";

  private static final int NODE_ID = 1;
  private static final String HOST = "127.0.0.1";

  private static final Set<String> LISTENERS =
      Set.of("listeners", "advertised.listeners", "listener.security.protocol.map");

  static {
    // Kafka ends its process when a broker fails; here that is the caller's process
    Exit.Procedure refuse =
        (status, message) -> {
          throw new IllegalStateException(
              "the Kafka broker failed" + (message == null ? "" : ": " + message));
        };
    Exit.setHaltProcedure(refuse);
    Exit.setExitProcedure(refuse);
  }

  private final KafkaRaftServer server;
  private final int port;
  private boolean closed;

  private EmbeddedBroker(KafkaRaftServer server, int port) {
    this.server = server;
    this.port = port;
  }

  /** Starts a broker on a free port; see {@link #start(Path, int)}. */
  public static EmbeddedBroker start(Path directory) {
    return start(directory, freePort());
  }

  /**
   * Starts a broker that keeps its data in {@code directory} (made where absent; an earlier
   * broker's directory is taken up again) and listens on {@code port}. It accepts clients when this
   * returns.
   *
   * @throws UncheckedIOException if the directory cannot be written
   * @throws RuntimeException of Kafka's if the port is taken
   */
  public static EmbeddedBroker start(Path directory, int port) {
    return start(directory, port, Map.of());
  }

  /**
   * As {@link #start(Path, int)}.
   *
   * @param more settings of the broker, over those that it has; listeners are added to its own
   */
  static EmbeddedBroker start(Path directory, int port, Map<String, String> more) {
    if (port < 1 || port > 65_535) {
      throw new IllegalArgumentException("port must be within 1..65535: was " + port);
    }
    try {
      Files.createDirectories(directory);
      new Formatter()
          .setPrintStream(
              new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8))
          .setNodeId(NODE_ID)
          .setClusterId(CLUSTER_ID)
          .setDirectories(List.of(directory.toString()))
          .setMetadataLogDirectory(directory.toString())
          .setControllerListenerName("CONTROLLER")
          .setIgnoreFormatted(true)
          .run();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot prepare the broker's directory " + directory, e);
    } catch (Exception e) { // the formatter declares no narrower type
      throw new IllegalStateException("cannot prepare the broker's directory " + directory, e);
    }
    Map<String, Object> settings = settings(directory, port);
    more.forEach(
        (name, value) ->
            settings.merge(
                name,
                value,
                (ours, theirs) -> LISTENERS.contains(name) ? ours + "," + theirs : theirs));
    KafkaRaftServer server = new KafkaRaftServer(new KafkaConfig(settings, false), Time.SYSTEM);
    try {
      server.startup();
    } catch (Throwable e) {
      server.shutdown();
      server.awaitShutdown();
      throw e;
    }
    return new EmbeddedBroker(server, port);
  }

  private static Map<String, Object> settings(Path directory, int port) {
    int controllerPort = freePort();
    Map<String, Object> settings = new HashMap<>();
    settings.put("process.roles", "broker,controller");
    settings.put("node.id", Integer.toString(NODE_ID));
    settings.put("controller.quorum.voters", NODE_ID + "@" + HOST + ":" + controllerPort);
    settings.put("controller.listener.names", "CONTROLLER");
    settings.put(
        "listeners",
        "PLAINTEXT://" + HOST + ":" + port + ",CONTROLLER://" + HOST + ":" + controllerPort);
    settings.put("advertised.listeners", "PLAINTEXT://" + HOST + ":" + port);
    settings.put("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT");
    settings.put("inter.broker.listener.name", "PLAINTEXT");
    settings.put("log.dirs", directory.toString());
    settings.put("auto.create.topics.enable", "false");
    settings.put("message.max.bytes", Integer.toString(MAX_MESSAGE_BYTES));
    for (String topic : List.of("offsets.topic", "transaction.state.log")) {
      settings.put(topic + ".replication.factor", "1");
      settings.put(topic + ".num.partitions", "1");
    }
    settings.put("transaction.state.log.min.isr", "1");
    settings.put("share.coordinator.state.topic.replication.factor", "1");
    settings.put("share.coordinator.state.topic.min.isr", "1");
    settings.put("group.initial.rebalance.delay.ms", "0");
    // one node on a machine that has other work: few threads, small buffers
    settings.put("num.network.threads", "2");
    settings.put("num.io.threads", "4");
    settings.put("background.threads", "2");
    settings.put("log.cleaner.dedupe.buffer.size", Integer.toString(8 << 20));
    return settings;
  }

  /** Where clients connect: {@code host:port}. */
  public String bootstrapServers() {
    return HOST + ":" + port;
  }

  /** The port on which clients connect. */
  public int port() {
    return port;
  }

  /**
   * Makes a topic that takes messages up to {@link #MAX_MESSAGE_BYTES}; one that exists already
   * stays as it is.
   */
  public void createTopic(String name, int partitions) {
    createTopic(name, partitions, Map.of());
  }

  /** As {@link #createTopic(String, int)}, with topic settings besides. */
  public void createTopic(String name, int partitions, Map<String, String> settings) {
    Map<String, String> all = new HashMap<>(settings);
    all.putIfAbsent(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, Integer.toString(MAX_MESSAGE_BYTES));
    try (Admin admin =
        Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers()))) {
      admin
          .createTopics(List.of(new NewTopic(name, partitions, (short) 1).configs(all)))
          .all()
          .get();
    } catch (ExecutionException e) {
      if (!(e.getCause() instanceof TopicExistsException)) {
        throw new IllegalStateException("cannot make the topic " + name, e.getCause());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while making the topic " + name, e);
    }
  }

  /** Deletes a topic with all that it holds; does nothing where there is none. */
  public void deleteTopic(String name) {
    try (Admin admin =
        Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers()))) {
      admin.deleteTopics(List.of(name)).all().get();
    } catch (ExecutionException e) {
      if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
        throw new IllegalStateException("cannot delete the topic " + name, e.getCause());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while deleting the topic " + name, e);
    }
  }

  /** A port of 127.0.0.1 that nobody uses now. */
  static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName(HOST))) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException("no free port on " + HOST, e);
    }
  }

  /** Stops the broker and waits until its threads and files are closed. */
  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      server.shutdown();
      server.awaitShutdown();
    }
  }
}
