package vggstream.local.cluster;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Processes of a cluster are killed and paused, at random times of a seed, while it answers events
 * that all lie in the topic from the beginning; then each event has one answer.
 *
 * <p>{@code -Dvgg.chaos.events=20000} is the full size, {@code -Dvgg.chaos.seed} other times.
 */
@Tag("chaos")
@Timeout(5400)
class ChaosITCase {
  private static final int EVENTS = Integer.getInteger("vgg.chaos.events", 6000);
  private static final long SEED = Long.getLong("vgg.chaos.seed", 1);
  private static final int FULL_SIZE = 20_000;

  /** Each TaskManager is killed while at least so many events were not read. */
  private static final int UNREAD = 1000;

  private static final Duration LONGEST_WAIT = Duration.ofMinutes(15);
  private static final Duration DOUBLES_WOULD_SHOW_WITHIN = Duration.ofSeconds(5);

  /** Longer than Flink waits for a sign of life: what is paused is given up, and comes back. */
  private static final Duration PAUSE = StandaloneCluster.HEARTBEAT_TIMEOUT.plusSeconds(5);

  private enum Blow {
    KILL_TASK_MANAGER,
    KILL_JOB_MANAGER,
    KILL_BROKER,
    PAUSE_TASK_MANAGER
  }

  private final Random random = new Random(SEED);
  private final long start = System.nanoTime();

  @Test
  void eachEventIsAnsweredOnceWhateverIsKilled() throws Exception {
    Path directory = Deployment.directory("ChaosITCase");
    List<Blow> blows = blows();
    say("seed %d, %d events, blows: %s", SEED, EVENTS, blows);
    try (StandaloneCluster cluster = new StandaloneCluster(directory, Deployment.PARALLELISM)) {
      cluster.startBroker();
      Deployment.createTopics(cluster);
      try (KafkaProducer<byte[], byte[]> producer = Workload.producer(cluster.bootstrapServers())) {
        new Workload().send(producer, 0, EVENTS);
      }
      say("all events are in the topic");
      cluster.startJobManager(Deployment.options(directory));
      cluster.startTaskManager();
      cluster.startTaskManager();
      try (Ledger ledger = new Ledger(cluster.bootstrapServers())) {
        int[] times = times(blows.size());
        long seen = 0;
        for (int i = 0; i < times.length; i++) {
          int time = times[i];
          long before = seen;
          poll(
              cluster,
              ledger,
              "%d answers, and a checkpoint after %d".formatted(time, before),
              () -> ledger.answered() >= time && cluster.newestCheckpointNumber() > before);
          ledger.poll(Duration.ofMillis(random.nextInt(1500)));
          strike(blows.get(i), cluster, ledger);
          seen = cluster.newestCheckpointNumber();
        }
        poll(cluster, ledger, "all answers", () -> ledger.answered() >= EVENTS);
        ledger.poll(DOUBLES_WOULD_SHOW_WITHIN);
        say("%s", ledger.state(EVENTS));
        ledger.check(EVENTS);
      }
    }
  }

  private List<Blow> blows() {
    List<Blow> blows =
        new ArrayList<>(List.of(Blow.KILL_JOB_MANAGER, Blow.KILL_BROKER, Blow.PAUSE_TASK_MANAGER));
    blows.addAll(Collections.nCopies(EVENTS >= FULL_SIZE ? 5 : 3, Blow.KILL_TASK_MANAGER));
    Collections.shuffle(blows, random);
    return blows;
  }

  /**
   * Committed answers after which each comes: one in each of so many equal parts of the first half,
   * so that enough events are left for the last.
   */
  private int[] times(int count) {
    int part = EVENTS / 2 / count;
    return IntStream.range(0, count)
        .map(i -> Math.max(EVENTS / 50, i * part + random.nextInt(part)))
        .toArray();
  }

  private void strike(Blow blow, StandaloneCluster cluster, Ledger ledger)
      throws InterruptedException {
    // not answered, less those that may be in flight or answered since the last commit
    int unread =
        EVENTS
            - ledger.answered()
            - Deployment.PARALLELISM * Deployment.CAPACITY
            - ledger.largestCommit();
    switch (blow) {
      case KILL_TASK_MANAGER -> {
        assertTrue(unread >= UNREAD, () -> "at least %d unread: were %d".formatted(UNREAD, unread));
        String name = victim(cluster);
        cluster.killTaskManager(name);
        say(
            "kill -9 of %s: %d answers, at least %d events unread, checkpoint %d",
            name, ledger.answered(), unread, cluster.newestCheckpointNumber());
        ledger.poll(Duration.ofMillis(random.nextInt(2000)));
        say("%s is started", cluster.startTaskManager());
      }
      case KILL_JOB_MANAGER -> {
        cluster.killJobManager();
        say("kill -9 of the JobManager: %d answers", ledger.answered());
        ledger.poll(Duration.ofMillis(random.nextInt(3000)));
        Path checkpoint = cluster.restartJobManager();
        say("the JobManager is started from %s", checkpoint.getFileName());
      }
      case KILL_BROKER -> {
        cluster.killBroker();
        say("kill -9 of the broker: %d answers", ledger.answered());
        ledger.poll(Duration.ofMillis(1000 + random.nextInt(3000)));
        cluster.startBroker();
        say("the broker serves again");
      }
      case PAUSE_TASK_MANAGER -> {
        String name = victim(cluster);
        cluster.taskManager(name).pause(PAUSE);
        say("SIGSTOP of %s for %d s: %d answers", name, PAUSE.toSeconds(), ledger.answered());
        ledger.poll(PAUSE);
        say("%s goes on: %d answers", name, ledger.answered());
      }
    }
  }

  private String victim(StandaloneCluster cluster) throws InterruptedException {
    List<String> busy = cluster.awaitBusyTaskManagers();
    return busy.get(random.nextInt(busy.size()));
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
        "%s %4d s  %s%n",
        LocalTime.now().truncatedTo(ChronoUnit.SECONDS),
        (System.nanoTime() - start) / 1_000_000_000L,
        line.formatted(values));
  }
}
