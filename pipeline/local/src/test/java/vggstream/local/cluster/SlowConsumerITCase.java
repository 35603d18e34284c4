package vggstream.local.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.quota.ClientQuotaAlteration;
import org.apache.kafka.common.quota.ClientQuotaEntity;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The topic is full, and then the broker takes answers slowly, stands still, and one TaskManager
 * crawls: events wait in the topic, not in memory, and afterwards each has one answer.
 */
@Tag("chaos")
@Timeout(1800)
class SlowConsumerITCase {
  private static final int EVENTS = Integer.getInteger("vgg.slow.events", 12_000);
  private static final int WARM_UP = EVENTS / 6;

  /** Below what two subtasks write in a second, some 600 bytes an answer. */
  private static final double SLOW_BYTES = 20_000;

  private static final Duration SLOW = Duration.ofSeconds(20);
  private static final Duration PAUSE = Duration.ofSeconds(15);
  private static final Duration LONGEST_WAIT = Duration.ofMinutes(10);
  private static final Duration DOUBLES_WOULD_SHOW_WITHIN = Duration.ofSeconds(5);
  private static final double LARGEST_GROWTH = 0.05;
  private static final long BATCH_MEMORY = 16 << 20;

  private final long start = System.nanoTime();
  private final Map<String, Double> largest = new TreeMap<>(); // of the metrics, by name
  private final Workload workload = new Workload();

  @Test
  void whatIsNotAnsweredWaitsInTheTopic() throws Exception {
    Path directory = Deployment.directory("SlowConsumerITCase");
    Map<String, String> options = Deployment.options(directory);
    options.put("batch-linger", "20 ms");
    try (StandaloneCluster cluster = new StandaloneCluster(directory, Deployment.PARALLELISM)) {
      cluster.startBroker();
      Deployment.createTopics(cluster);
      try (KafkaProducer<byte[], byte[]> producer = Workload.producer(cluster.bootstrapServers())) {
        workload.send(producer, 0, EVENTS);
      }
      say("%d events are in the topic", EVENTS);
      cluster.startJobManager(options);
      List<String> names = List.of(cluster.startTaskManager(), cluster.startTaskManager());
      try (Ledger ledger = new Ledger(cluster.bootstrapServers())) {
        poll(cluster, ledger, "the first answers", () -> ledger.answered() >= WARM_UP);
        Map<String, ResidentMemory> resident = new TreeMap<>();
        for (String name : names) {
          resident.put(name, new ResidentMemory(cluster.taskManager(name), start));
        }
        try {
          Duration quick = watch(cluster, ledger, "at full speed", Duration.ofSeconds(8));
          Duration before = quick.minusSeconds(8);
          quota(cluster, SLOW_BYTES);
          Duration slow = watch(cluster, ledger, "output of 20 kB/s", SLOW);
          quota(cluster, null);
          cluster.broker().pause(PAUSE);
          Duration paused = watch(cluster, ledger, "broker stopped", PAUSE);
          cluster.taskManager(names.get(0)).crawl(SLOW);
          Duration crawled = watch(cluster, ledger, "one TaskManager crawls", SLOW);
          assertTrue(ledger.answered() < EVENTS, "events are left in the topic");
          resident.forEach(
              (name, memory) -> {
                double first = memory.mean(before, quick);
                double most = memory.largest(quick, crawled);
                say(
                    "%s: %.1f MiB at full speed, at most %.1f MiB since: %+.2f %%",
                    name, first, most, 100 * (most / first - 1));
                assertTrue(most <= first * (1 + LARGEST_GROWTH), name + " grows");
              });
          say("slow from %s to %s, stopped to %s", quick, slow, paused);
        } finally {
          resident.values().forEach(ResidentMemory::close);
        }
        poll(cluster, ledger, "all answers", () -> ledger.answered() >= EVENTS);
        ledger.poll(DOUBLES_WOULD_SHOW_WITHIN);
        say("%s; most seen: %s", ledger.state(EVENTS), largest);
        ledger.check(EVENTS);
        checkBounds();
      }
    }
  }

  private void checkBounds() {
    double most = Deployment.CAPACITY;
    assertEquals(most, largest.get("inFlight"), "a subtask takes capacity events, and no more");
    assertTrue(
        largest.get("bytesInFlight") <= most * workload.largestImage(),
        () -> "bytes in flight: " + largest);
    assertTrue(largest.get("batchBytes") <= 2.25 * BATCH_MEMORY, () -> "batches: " + largest);
  }

  /** Watches the metrics for so long; when it ended, since the start. */
  private Duration watch(StandaloneCluster cluster, Ledger ledger, String what, Duration length) {
    int before = ledger.answered();
    long end = System.nanoTime() + length.toNanos();
    while (System.nanoTime() < end) {
      ledger.poll();
      cluster
          .rest()
          .job("inFlight", "bytesInFlight", "batchBytes")
          .forEach(
              (metric, value) -> largest.merge(metric.replaceFirst(".*\\.", ""), value, Math::max));
    }
    say(
        "%s for %d s: %d answers, in all %d of %d; most until now: %s",
        what, length.toSeconds(), ledger.answered() - before, ledger.answered(), EVENTS, largest);
    return Duration.ofNanos(System.nanoTime() - start);
  }

  /** Bytes a second that each producer may write; null: no limit. */
  private static void quota(StandaloneCluster cluster, Double bytes) throws Exception {
    Map<String, Object> client =
        Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, cluster.bootstrapServers());
    ClientQuotaEntity everyClient =
        new ClientQuotaEntity(Collections.singletonMap(ClientQuotaEntity.CLIENT_ID, null));
    try (Admin admin = Admin.create(client)) {
      admin
          .alterClientQuotas(
              List.of(
                  new ClientQuotaAlteration(
                      everyClient,
                      List.of(new ClientQuotaAlteration.Op("producer_byte_rate", bytes)))))
          .all()
          .get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("cannot set a quota", e.getCause());
    }
  }

  private void poll(
      StandaloneCluster cluster, Ledger ledger, String what, BooleanSupplier condition) {
    long deadline = System.nanoTime() + LONGEST_WAIT.toNanos();
    while (!condition.getAsBoolean()) {
      ledger.poll();
      cluster.supervise().forEach(ended -> say("ended by itself: %s", ended));
      assertTrue(
          System.nanoTime() < deadline,
          () -> "%s: not within %s: %s".formatted(what, LONGEST_WAIT, ledger.state(EVENTS)));
    }
  }

  /** A line of the report. */
  private void say(String line, Object... values) {
    System.out.printf(
        "%4d s  %s%n", (System.nanoTime() - start) / 1_000_000_000L, line.formatted(values));
  }
}
