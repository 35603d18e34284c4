package vggstream.local.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import vggstream.job.release.EventHash;
import vggstream.schema.Prediction;

/**
 * Models are released on a cluster of processes under load, of which one is killed: the first, a
 * canary, that for all, a broken one, the first again.
 *
 * <p>{@code -Dvgg.release.events=10000} is the full size.
 */
@Tag("chaos")
@Timeout(3600)
class ReleaseUnderLoadITCase {
  private static final int EVENTS = Integer.getInteger("vgg.release.events", 4000);

  /** No more events than this wait; so many come a second. */
  private static final int BACKLOG = EVENTS / 20;

  private static final int EVENTS_A_SECOND = EVENTS / 120;
  private static final int CANARY_EVENTS = EVENTS / 2 + EVENTS / 20;
  private static final int SECOND_EVENTS = EVENTS / 20;
  private static final double SHARE = 0.1;
  private static final int SAMPLES = 200;
  private static final Duration LONGEST_WAIT = Duration.ofMinutes(15);
  private static final Duration DOUBLES_WOULD_SHOW_WITHIN = Duration.ofSeconds(5);
  private static final int SECONDS_AFTER_CRASH = 20;
  private static final int SLOW_SECONDS = 5;

  private final Workload workload = new Workload();
  private final long start = System.nanoTime();
  private int sent;
  private long nextSend = start;

  @Test
  void releasesUnderLoadLoseAndDoubleNothing() throws Exception {
    Path directory = Deployment.directory("ReleaseUnderLoadITCase");
    Map<String, String> options = Deployment.options(directory);
    options.put("models-topic", Network.TOPIC);
    Network first = Network.demo(Path.of(options.get("model")));
    Network second = first.scaled("second", -1, directory.resolve("second.onnx"));
    Network broken =
        new Network(
            first.name(),
            "broken",
            Files.writeString(directory.resolve("broken.onnx"), "no model"));
    try (StandaloneCluster cluster = new StandaloneCluster(directory, Deployment.PARALLELISM)) {
      cluster.startBroker();
      Deployment.createTopics(cluster);
      Network.createTopics(cluster);
      cluster.startJobManager(options);
      cluster.startTaskManager();
      cluster.startTaskManager();
      try (KafkaProducer<byte[], byte[]> producer = Workload.producer(cluster.bootstrapServers());
          Ledger ledger = new Ledger(cluster.bootstrapServers(), List.of(Network.LIVE_TOPIC))) {
        Load load = new Load(cluster, producer, ledger);
        Releasing releasing = load.release(first, second, broken);
        load.await("all answers", () -> ledger.answered() >= EVENTS);
        ledger.poll(DOUBLES_WOULD_SHOW_WITHIN);
        say("%s", ledger.state(EVENTS));
        ledger.check(EVENTS);
        assertEquals(List.of("RELEASE_NOT_LOADABLE"), ledger.releaseLetters());
        checkPhase(ledger, releasing.canary, first, second);
        checkPhase(ledger, releasing.second, second, second);
        checkPhase(ledger, releasing.back, first, second);
        Map<String, Integer> computed =
            new Recomputation(workload, List.of(first, second)).check(ledger, EVENTS, SAMPLES);
        say("computed again, by version: %s", computed);
        checkThroughput(ledger, releasing.crash);
      }
    }
  }

  /** Events from a number (inclusive) to another (exclusive), all sent while the same was live. */
  private record Phase(String name, int from, int to) {}

  private record Releasing(Phase canary, Phase second, Phase back, Instant crash) {}

  /** A steady load, and what is released under it. */
  private final class Load {
    private final StandaloneCluster cluster;
    private final KafkaProducer<byte[], byte[]> producer;
    private final Ledger ledger;

    Load(StandaloneCluster cluster, KafkaProducer<byte[], byte[]> producer, Ledger ledger) {
      this.cluster = cluster;
      this.producer = producer;
      this.ledger = ledger;
    }

    Releasing release(Network first, Network second, Network broken) throws Exception {
      publish("PRIMARY", first, 1);
      await("the first is live", () -> first.version().equals(ledger.live().get("PRIMARY")));

      publish("CANARY", second, SHARE);
      await("the canary is live", () -> second.version().equals(ledger.live().get("CANARY")));
      Phase canary = new Phase("canary", sent, sent + CANARY_EVENTS);
      await("half of the canary's events", () -> ledger.allBelow((canary.from + canary.to) / 2));
      String victim = cluster.awaitBusyTaskManagers().get(0);
      Instant crash = Instant.now();
      cluster.killTaskManager(victim);
      say("kill -9 of %s: %d answers", victim, ledger.answered());
      cluster.startTaskManager();
      await("the canary's events", () -> ledger.allBelow(canary.to));

      publish("PRIMARY", second, 1);
      await("the second is live", () -> second.version().equals(ledger.live().get("PRIMARY")));
      int fromSecond = sent;
      publish("PRIMARY", broken, 1);
      await("the broken one is refused", () -> !ledger.releaseLetters().isEmpty());
      int toSecond = Math.max(sent, fromSecond + SECOND_EVENTS);
      await("the second's events", () -> ledger.allBelow(toSecond));

      publish("PRIMARY", first, 1);
      await("the first is back", () -> first.version().equals(ledger.live().get("PRIMARY")));
      say("the first is live again: %d events sent", sent);
      assertTrue(sent < EVENTS, "events are left for the end");
      return new Releasing(
          canary,
          new Phase("second", fromSecond, toSecond),
          new Phase("back", sent, EVENTS),
          crash);
    }

    private void publish(String role, Network network, double share) throws Exception {
      network.release(producer, role, share);
      say("%s %s: %d events sent, %d answered", role, network.version(), sent, ledger.answered());
    }

    /** Meanwhile events flow: so many a second, unless too many wait already. */
    void await(String what, BooleanSupplier condition) {
      long deadline = System.nanoTime() + LONGEST_WAIT.toNanos();
      while (!condition.getAsBoolean()) {
        long now = System.nanoTime();
        if (now >= nextSend) {
          int to = Math.min(EVENTS, Math.min(ledger.answered() + BACKLOG, sent + EVENTS_A_SECOND));
          if (to > sent) {
            workload.send(producer, sent, to);
            sent = to;
          }
          nextSend = Math.max(now, nextSend + 1_000_000_000L);
        }
        ledger.poll();
        cluster.supervise().forEach(ended -> say("ended by itself: %s", ended));
        assertTrue(
            System.nanoTime() < deadline,
            () -> "%s: not within %s: %s".formatted(what, LONGEST_WAIT, ledger.state(EVENTS)));
      }
    }
  }

  /** Each event has the answer of the model that its id says, and the share is as released. */
  private void checkPhase(Ledger ledger, Phase phase, Network primary, Network canary)
      throws Exception {
    String ofPrimary = primary.sha256() + " PRIMARY";
    String ofCanary = canary.sha256() + " CANARY";
    int events = 0;
    int canaries = 0;
    for (int i = phase.from; i < phase.to; i++) {
      if (ledger.answer(i) instanceof Prediction prediction) {
        boolean chosen = EventHash.slot(Workload.id(i)) < SHARE * EventHash.SLOTS;
        assertEquals(
            chosen ? ofCanary : ofPrimary,
            prediction.getModel().getSha256() + " " + prediction.getModel().getRole(),
            () -> phase + ": " + prediction.getEventId());
        events++;
        canaries += chosen ? 1 : 0;
      }
    }
    double share = (double) canaries / events;
    double error = Math.sqrt(SHARE * (1 - SHARE) / events);
    say(
        "%s: %d of %d predictions are the canary's: %.4f; a standard error is %.4f",
        phase.name, canaries, events, share, error);
    assertTrue(Math.abs(share - SHARE) <= 4 * error, "share " + share);
  }

  /**
   * Answers a second, by when they were computed, from the first to the last; those computed before
   * the crash and not committed do not count.
   */
  private void checkThroughput(Ledger ledger, Instant crash) {
    TreeMap<Long, Integer> bySecond = new TreeMap<>();
    for (int i = 0; i < EVENTS; i++) {
      if (ledger.answer(i) instanceof Prediction prediction) {
        bySecond.merge(prediction.getPredictedAt().getEpochSecond(), 1, Integer::sum);
      }
    }
    long first = bySecond.firstKey();
    long last = bySecond.lastKey();
    double mean =
        bySecond.values().stream().mapToInt(Integer::intValue).sum() / (last - first + 1.0);
    long from = crash.getEpochSecond();
    int slow = 0;
    int longest = 0;
    int silent = 0; // after the crash
    for (long second = first + 1; second < last; second++) {
      int answers = bySecond.getOrDefault(second, 0);
      boolean excused = second >= from && second <= from + SECONDS_AFTER_CRASH;
      silent += excused && answers == 0 ? 1 : 0;
      slow = excused || answers >= mean / 2 ? 0 : slow + 1;
      longest = Math.max(longest, slow);
    }
    say(
        "throughput: mean %.1f answers/s over %d s; below half of it for at most %d s in a row but"
            + " for %d s after the crash, of which %d s had no answer",
        mean, last - first + 1, longest, SECONDS_AFTER_CRASH, silent);
    assertTrue(longest <= SLOW_SECONDS, "slow for " + longest + " s: " + bySecond);
  }

  /** A line of the report. */
  private void say(String line, Object... values) {
    System.out.printf(
        "%4d s  %s%n", (System.nanoTime() - start) / 1_000_000_000L, line.formatted(values));
  }
}
