package vggstream.local.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.jspecify.annotations.Nullable;

/**
 * A broker, a JobManager that runs the job of {@code vgg-job.jar} (Flink's application mode), and
 * TaskManagers, each a process. All end with {@link #close} or with this JVM.
 */
final class StandaloneCluster implements AutoCloseable {
  /** How long Flink waits for a sign of life. */
  static final Duration HEARTBEAT_TIMEOUT = Duration.ofSeconds(20);

  static final int SLOTS = 2;

  private static final Duration START = Duration.ofSeconds(240);
  private static final int MOST_REVIVALS = 6;
  private static final long POLL_MILLIS = 100;
  private static final String HOST = "127.0.0.1";

  private final Path directory;
  private final FlinkDirectory flink;
  private final int brokerPort = freePort();
  private final FlinkRest rest;
  private final List<String> jobArguments = new ArrayList<>();
  private final Map<String, Child> taskManagers = new LinkedHashMap<>();
  private @Nullable Child broker;
  private @Nullable Child jobManager;
  private int started;
  private int revivals;

  /**
   * Makes the directories; nothing runs yet.
   *
   * @param parallelism of the job
   */
  StandaloneCluster(Path directory, int parallelism) throws IOException {
    this.directory = directory;
    int restPort = freePort();
    this.rest = new FlinkRest(HOST + ":" + restPort);
    Map<String, String> settings = new HashMap<>();
    settings.put("jobmanager.rpc.address", HOST);
    settings.put("jobmanager.bind-host", HOST);
    settings.put("jobmanager.rpc.port", Integer.toString(freePort()));
    settings.put("rest.address", HOST);
    settings.put("rest.bind-address", HOST);
    settings.put("rest.port", Integer.toString(restPort));
    settings.put("taskmanager.host", HOST);
    settings.put("taskmanager.bind-host", HOST);
    settings.put("taskmanager.numberOfTaskSlots", Integer.toString(SLOTS));
    settings.put("taskmanager.load-balance.mode", "SLOTS");
    settings.put("parallelism.default", Integer.toString(parallelism));
    settings.put("execution.checkpointing.dir", checkpoints().toUri().toString());
    settings.put("io.tmp.dirs", Files.createDirectories(directory.resolve("tmp")).toString());
    settings.put("classloader.parent-first-patterns.additional", "ai.onnxruntime;org.bytedeco");
    settings.put("metrics.fetcher.update-interval", "1 s");
    settings.put("heartbeat.interval", "1 s");
    settings.put("heartbeat.timeout", HEARTBEAT_TIMEOUT.toSeconds() + " s");
    // on a machine that has other work
    settings.put("pekko.ask.timeout", "60 s");
    settings.put("pekko.tcp.timeout", "60 s");
    // what bin/taskmanager.sh would compute
    settings.put("taskmanager.cpu.cores", "2.0");
    settings.put("taskmanager.memory.framework.heap.size", "128m");
    settings.put("taskmanager.memory.task.heap.size", "192m");
    settings.put("taskmanager.memory.framework.off-heap.size", "64m");
    settings.put("taskmanager.memory.task.off-heap.size", "128m");
    settings.put("taskmanager.memory.network.min", "32m");
    settings.put("taskmanager.memory.network.max", "32m");
    settings.put("taskmanager.memory.managed.size", "16m");
    settings.put("taskmanager.memory.jvm-metaspace.size", "256m");
    settings.put("taskmanager.memory.jvm-overhead.min", "256m");
    settings.put("taskmanager.memory.jvm-overhead.max", "256m");
    Files.createDirectories(checkpoints());
    this.flink = FlinkDirectory.make(directory.resolve("flink"), settings);
  }

  String bootstrapServers() {
    return HOST + ":" + brokerPort;
  }

  /** Starts the broker, on what it held before if it ran before, and waits until it serves. */
  void startBroker() throws InterruptedException {
    Child starting =
        Child.start(
            "broker",
            flink.log("broker"),
            Map.of(),
            List.of("-Xmx384m"),
            System.getProperty("java.class.path"),
            BrokerProcess.class.getName(),
            List.of(directory.resolve("kafka").toString(), Integer.toString(brokerPort)));
    broker = starting;
    await("the broker", START, starting, () -> serves(brokerPort));
  }

  void createTopic(String name, int partitions, Map<String, String> settings)
      throws InterruptedException {
    Map<String, Object> client =
        Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers());
    try (Admin admin = Admin.create(client)) {
      admin
          .createTopics(List.of(new NewTopic(name, partitions, (short) 1).configs(settings)))
          .all()
          .get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("cannot make the topic " + name, e.getCause());
    }
  }

  /**
   * Starts the job with these options; {@link #restartJobManager} starts it with the same.
   *
   * @param options by the job's words, without bootstrap-servers
   */
  void startJobManager(Map<String, String> options) {
    jobArguments.clear();
    jobArguments.addAll(List.of("--bootstrap-servers", bootstrapServers()));
    options.forEach((word, value) -> jobArguments.addAll(List.of("--" + word, value)));
    startJobManager(List.of());
  }

  /** Starts the job again, from the newest checkpoint that has its metadata; which it was. */
  Path restartJobManager() {
    Path checkpoint =
        newestCheckpoint()
            .orElseThrow(() -> new IllegalStateException("no checkpoint below " + checkpoints()));
    startJobManager(List.of("-Dexecution.state-recovery.path=" + checkpoint.toUri()));
    return checkpoint;
  }

  private void startJobManager(List<String> more) {
    List<String> arguments = new ArrayList<>();
    arguments.addAll(List.of("--configDir", flink.conf().toString()));
    arguments.addAll(List.of("--job-classname", "vggstream.job.VggJob"));
    arguments.addAll(more);
    arguments.addAll(jobArguments);
    jobManager =
        startFlink(
            "jobmanager",
            List.of("-Xmx320m"),
            "org.apache.flink.container.entrypoint.StandaloneApplicationClusterEntryPoint",
            arguments);
  }

  /** Starts a TaskManager; its name. */
  String startTaskManager() {
    String name = "taskmanager-" + ++started;
    taskManagers.put(
        name,
        startFlink(
            name,
            // the heap is resident from the start, so that what grows later is not heap
            List.of(
                "-Xms320m",
                "-Xmx320m",
                "-XX:+AlwaysPreTouch",
                "-XX:MaxDirectMemorySize=224m",
                "-XX:MaxMetaspaceSize=256m",
                "-XX:+IgnoreUnrecognizedVMOptions", // of which the next is in older JDKs
                "-XX:TrimNativeHeapInterval=60000"), // see the README of pipeline/job
            "org.apache.flink.runtime.taskexecutor.TaskManagerRunner",
            List.of("--configDir", flink.conf().toString(), "-Dtaskmanager.resource-id=" + name)));
    return name;
  }

  private Child startFlink(
      String name, List<String> jvm, String mainClass, List<String> arguments) {
    List<String> all = new ArrayList<>(jvm);
    all.addAll(flink.jvmArguments());
    return Child.start(
        name, flink.log(name), flink.environment(), all, flink.classPath(), mainClass, arguments);
  }

  /** What the JobManager says. */
  FlinkRest rest() {
    return rest;
  }

  Child broker() {
    return require(broker, "broker");
  }

  void killBroker() {
    require(broker, "broker").kill();
  }

  void killJobManager() {
    require(jobManager, "JobManager").kill();
  }

  /** Kills it for good; another is started by {@link #startTaskManager}. */
  void killTaskManager(String name) {
    taskManager(name).kill();
    taskManagers.remove(name);
  }

  Child taskManager(String name) {
    return require(taskManagers.get(name), name);
  }

  /**
   * Starts again what has ended by itself, as Kubernetes does: on a machine that is starved of
   * time, Flink's processes give up 10 s after their start. To be called while one waits.
   *
   * @return what was started again
   * @throws IllegalStateException with the end of its log if the broker has ended, or too many have
   */
  List<String> supervise() {
    List<String> ended = new ArrayList<>();
    for (Child child : List.copyOf(taskManagers.values())) {
      if (!child.alive()) {
        countRevival(child);
        taskManagers.remove(child.name());
        ended.add(child.name() + ", now " + startTaskManager());
      }
    }
    Child manager = require(jobManager, "JobManager");
    if (!manager.alive()) {
      countRevival(manager);
      if (newestCheckpoint().isPresent()) {
        restartJobManager();
      } else {
        startJobManager(List.of());
      }
      ended.add(manager.name());
    }
    Child serving = require(broker, "broker");
    if (!serving.alive()) {
      throw new IllegalStateException("the broker has ended:\n" + serving.lastOutput());
    }
    return ended;
  }

  private void countRevival(Child child) {
    if (++revivals > MOST_REVIVALS) {
      throw new IllegalStateException(child.name() + " has ended:\n" + child.lastOutput());
    }
  }

  private static Child require(@Nullable Child child, String name) {
    if (child == null) {
      throw new IllegalStateException("no " + name + " was started");
    }
    return child;
  }

  /** TaskManagers in whose slots tasks are, as the JobManager says; empty if it does not answer. */
  List<String> busyTaskManagers() {
    List<String> busy = new ArrayList<>();
    rest.get("/taskmanagers")
        .ifPresent(
            answer -> {
              for (JsonNode node : answer.path("taskmanagers")) {
                String name = node.path("id").asText();
                if (node.path("freeSlots").asInt() < SLOTS && taskManagers.containsKey(name)) {
                  busy.add(name);
                }
              }
            });
    return busy;
  }

  /** As {@link #busyTaskManagers}, once there is one. */
  List<String> awaitBusyTaskManagers() throws InterruptedException {
    List<String> busy = new ArrayList<>();
    await(
        "a task", START, require(jobManager, "JobManager"), () -> busy.addAll(busyTaskManagers()));
    return busy;
  }

  /** Whether all tasks of the job run. */
  boolean runs() {
    return rest.get("/jobs/overview")
        .map(answer -> answer.path("jobs").path(0))
        .map(job -> job.path("tasks"))
        .map(
            tasks ->
                tasks.path("total").asInt() > 0
                    && tasks.path("running").asInt() == tasks.path("total").asInt())
        .orElse(false);
  }

  void awaitRunning() throws InterruptedException {
    await("the job", START, require(jobManager, "JobManager"), this::runs);
  }

  private Path checkpoints() {
    return directory.resolve("checkpoints");
  }

  /** The directory of the newest checkpoint that has its metadata. */
  Optional<Path> newestCheckpoint() {
    try (Stream<Path> jobs = Files.list(checkpoints())) {
      return jobs.flatMap(StandaloneCluster::complete)
          .max(Comparator.comparingLong(StandaloneCluster::number));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Number of the newest checkpoint that has its metadata; 0 if there is none. */
  long newestCheckpointNumber() {
    return newestCheckpoint().map(StandaloneCluster::number).orElse(0L);
  }

  private static Stream<Path> complete(Path job) {
    try (Stream<Path> checkpoints = Files.list(job)) {
      return checkpoints
          .filter(c -> c.getFileName().toString().startsWith("chk-"))
          .filter(c -> Files.isRegularFile(c.resolve("_metadata")))
          .toList()
          .stream();
    } catch (IOException | UncheckedIOException e) {
      return Stream.empty(); // deleted meanwhile
    }
  }

  private static long number(Path checkpoint) {
    return Long.parseLong(checkpoint.getFileName().toString().substring("chk-".length()));
  }

  private static void await(String what, Duration limit, Child process, BooleanSupplier condition)
      throws InterruptedException {
    long deadline = System.nanoTime() + limit.toNanos();
    while (!condition.getAsBoolean()) {
      if (!process.alive() || System.nanoTime() > deadline) {
        throw new IllegalStateException(
            "%s does not run%s:%n%s"
                .formatted(
                    what,
                    process.alive() ? " after " + limit.toSeconds() + " s" : ": it has ended",
                    process.lastOutput()));
      }
      Thread.sleep(POLL_MILLIS);
    }
  }

  private static boolean serves(int port) {
    try (Socket socket = new Socket(HOST, port)) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  private static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName(HOST))) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException("no free port on " + HOST, e);
    }
  }

  @Override
  public void close() {
    taskManagers.values().forEach(Child::close);
    if (jobManager != null) {
      jobManager.close();
    }
    if (broker != null) {
      broker.close();
    }
  }
}
