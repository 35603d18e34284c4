package vggstream.local.cluster;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** {@code vgg-job.jar} on processes of Flink's own, as it is deployed; one is killed. */
@Timeout(600)
class ClusterITCase {
  private static final int EVENTS = 300;
  private static final Duration LONGEST = Duration.ofSeconds(300);
  private static final Duration DOUBLES_WOULD_SHOW_WITHIN = Duration.ofSeconds(3);

  @Test
  void eachEventIsAnsweredOnceThoughATaskManagerIsKilled() throws Exception {
    Path directory = Deployment.directory("ClusterITCase");
    try (StandaloneCluster cluster = new StandaloneCluster(directory, 2)) {
      cluster.startBroker();
      Deployment.createTopics(cluster);
      cluster.startJobManager(Deployment.options(directory));
      cluster.startTaskManager();
      try (KafkaProducer<byte[], byte[]> producer = Workload.producer(cluster.bootstrapServers());
          Ledger ledger = new Ledger(cluster.bootstrapServers())) {
        Workload workload = new Workload();
        workload.send(producer, 0, EVENTS / 2);
        long deadline = System.nanoTime() + LONGEST.toNanos();
        while (ledger.answered() < EVENTS / 4 && System.nanoTime() < deadline) {
          ledger.poll();
          cluster.supervise();
        }
        assertFalse(ledger.answered() < EVENTS / 4, () -> "no answers: " + ledger.state(EVENTS));
        workload.send(producer, EVENTS / 2, EVENTS);
        List<String> busy = cluster.awaitBusyTaskManagers();
        assertTrue(busy.size() == 1, () -> "one TaskManager has tasks: " + busy);
        cluster.killTaskManager(busy.get(0));
        cluster.startTaskManager();
        while (ledger.answered() < EVENTS && System.nanoTime() < deadline) {
          ledger.poll();
          cluster.supervise();
        }
        ledger.poll(DOUBLES_WOULD_SHOW_WITHIN);
        ledger.check(EVENTS);
      }
    }
  }
}
