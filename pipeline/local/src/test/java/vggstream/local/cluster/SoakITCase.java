package vggstream.local.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Full load for a long time, a release every two minutes: the TaskManagers' resident memory stays
 * as it is.
 *
 * <p>{@code -Dvgg.soak.minutes} says how long. Measuring begins after {@link #WARM_UP}: two
 * releases, so that both networks were loaded, warmed up and closed beside a live one, and classes
 * and code are loaded.
 */
@Tag("soak")
@Timeout(7200)
class SoakITCase {
  private static final Duration LENGTH =
      Duration.ofMinutes(Integer.getInteger("vgg.soak.minutes", 30));
  private static final Duration RELEASES =
      Duration.ofSeconds(Integer.getInteger("vgg.soak.release-seconds", 120));
  private static final Duration WARM_UP = RELEASES.multipliedBy(2);

  /** The first and the last of the measured time, which are compared. */
  private static final Duration COMPARED = min(Duration.ofMinutes(5), LENGTH.dividedBy(3));

  private static final double LARGEST_GROWTH = 0.05;
  private static final Duration LINE = Duration.ofMinutes(1);
  private static final Duration LONGEST_SILENCE = Duration.ofMinutes(5);
  private static final Duration DOUBLES_WOULD_SHOW_WITHIN = Duration.ofSeconds(5);

  /** Events without a committed answer that the topic is filled up to. */
  private static final int AHEAD = 8000;

  private static final int CAPACITY = 32;
  private static final String[] MEMORY = {"Heap.Used", "Metaspace.Used", "Direct.MemoryUsed"};

  private final Map<String, ResidentMemory> resident = new LinkedHashMap<>();
  private final Workload workload = new Workload();
  private long start;
  private int sent;
  private int fewestUnread = Integer.MAX_VALUE;

  @Test
  void residentMemoryStaysAsItIs() throws Exception {
    Path directory = Deployment.directory("SoakITCase");
    Map<String, String> options = Deployment.options(directory);
    options.put("models-topic", Network.TOPIC);
    options.put("batch-linger", "20 ms");
    options.put("capacity", Integer.toString(CAPACITY));
    options.put("checkpoint-interval", "2 s");
    Network demo = Network.demo(Path.of(options.get("model")));
    List<Network> networks =
        List.of(
            demo.scaled("a", -1, directory.resolve("a.onnx")),
            demo.scaled("b", 0.5f, directory.resolve("b.onnx")));
    try (StandaloneCluster cluster = new StandaloneCluster(directory, Deployment.PARALLELISM)) {
      cluster.startBroker();
      createTopics(cluster);
      cluster.startJobManager(options);
      List<String> names = List.of(cluster.startTaskManager(), cluster.startTaskManager());
      try (KafkaProducer<byte[], byte[]> producer = Workload.producer(cluster.bootstrapServers());
          Census census = new Census(cluster.bootstrapServers())) {
        while (census.answered() == 0) {
          step(cluster, producer, census);
        }
        start = System.nanoTime();
        for (String name : names) {
          resident.put(name, new ResidentMemory(cluster.taskManager(name), start));
        }
        load(cluster, producer, census, networks);
        int events = sent;
        Duration stop = elapsed();
        while (census.answered() < events) {
          census.poll();
          assertTrue(
              elapsed().compareTo(stop.plus(LONGEST_SILENCE)) < 0, () -> census.state(events));
        }
        census.poll(DOUBLES_WOULD_SHOW_WITHIN);
        say("%s", census.state(events));
        say("at least %d events unread in the topic at any time", fewestUnread);
        census.check(events);
        assertTrue(fewestUnread > 0, "the topic was never empty");
        names.forEach(this::compare);
      } finally {
        resident.values().forEach(ResidentMemory::close);
      }
    }
  }

  /** Old segments are deleted: what is kept is more than the producer is ahead. */
  private static void createTopics(StandaloneCluster cluster) throws InterruptedException {
    Map<String, String> bounded =
        Map.of("segment.bytes", "16777216", "retention.bytes", "134217728");
    cluster.createTopic(Workload.TOPIC, Deployment.PARTITIONS, bounded);
    for (String topic : Ledger.TOPICS) {
      cluster.createTopic(topic, 1, bounded);
    }
    Network.createTopics(cluster);
  }

  private void load(
      StandaloneCluster cluster,
      KafkaProducer<byte[], byte[]> producer,
      Census census,
      List<Network> networks)
      throws Exception {
    say(
        "%d minutes after a warm-up of %d s, a release every %d s",
        LENGTH.toMinutes(), WARM_UP.toSeconds(), RELEASES.toSeconds());
    Duration end = WARM_UP.plus(LENGTH);
    int releases = 0;
    String expected = "";
    Duration line = Duration.ZERO;
    Duration heard = Duration.ZERO;
    int answeredAtLine = census.answered();
    int answered = census.answered();
    while (elapsed().compareTo(end) < 0) {
      step(cluster, producer, census);
      if (census.answered() > answered) {
        answered = census.answered();
        heard = elapsed();
      }
      assertTrue(elapsed().minus(heard).compareTo(LONGEST_SILENCE) < 0, "no answers");
      if (elapsed().compareTo(RELEASES.multipliedBy(releases)) >= 0) {
        if (releases > 0) {
          assertEquals(expected, census.livePrimary(), "the release before is live");
        }
        Network next = networks.get(releases++ % networks.size());
        expected = next.version();
        next.release(producer, "PRIMARY", 1);
      }
      Duration next = line.plus(LINE);
      if (elapsed().compareTo(next) >= 0) {
        report(cluster, line, next, answered - answeredAtLine, expected);
        answeredAtLine = answered;
        line = next;
      }
    }
  }

  private void step(
      StandaloneCluster cluster, KafkaProducer<byte[], byte[]> producer, Census census) {
    int before = census.answered();
    census.poll();
    int committed = census.answered() - before;
    if (before > 0) {
      // not answered, less those in flight or answered since the last commit
      int unread = sent - census.answered() - committed - Deployment.PARALLELISM * CAPACITY;
      fewestUnread = Math.min(fewestUnread, unread);
    }
    int to = census.answered() + AHEAD;
    if (to > sent) {
      workload.send(producer, sent, to);
      sent = to;
    }
    List<String> ended = cluster.supervise();
    assertTrue(start == 0 || ended.isEmpty(), () -> "ended by itself: " + ended);
  }

  private void report(
      StandaloneCluster cluster, Duration from, Duration to, int answers, String version) {
    StringBuilder line = new StringBuilder();
    resident.forEach(
        (name, memory) ->
            line.append(
                "; %s %.1f MiB %s"
                    .formatted(name, memory.mean(from, to), mebibytes(cluster, name))));
    say("%.1f answers/s, %s%s", answers / (double) to.minus(from).toSeconds(), version, line);
  }

  private static Map<String, Long> mebibytes(StandaloneCluster cluster, String name) {
    Map<String, Long> memory = cluster.rest().memory(name, MEMORY);
    memory.replaceAll((what, bytes) -> bytes >> 20);
    return memory;
  }

  private void compare(String name) {
    ResidentMemory memory = resident.get(name);
    Duration end = WARM_UP.plus(LENGTH);
    double first = memory.mean(WARM_UP, WARM_UP.plus(COMPARED));
    double last = memory.mean(end.minus(COMPARED), end);
    double growth = last / first - 1;
    say(
        "%s: first %d s %.1f MiB, last %d s %.1f MiB: %+.2f %%",
        name, COMPARED.toSeconds(), first, COMPARED.toSeconds(), last, 100 * growth);
    assertTrue(growth <= LARGEST_GROWTH, () -> "%s grows by %f".formatted(name, growth));
  }

  private static Duration min(Duration a, Duration b) {
    return a.compareTo(b) < 0 ? a : b;
  }

  private Duration elapsed() {
    return Duration.ofNanos(System.nanoTime() - start);
  }

  /** A line of the report. */
  private void say(String line, Object... values) {
    System.out.printf("%5d s  %s%n", elapsed().toSeconds(), line.formatted(values));
  }
}
