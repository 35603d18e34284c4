package vggstream.local.cluster;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import vggstream.local.demo.Demo;

/** How these tests run the job: the demo's network, quick checkpoints and restarts. */
final class Deployment {
  static final int PARTITIONS = 4;
  static final int PARALLELISM = 2;
  static final int CAPACITY = 16;
  static final List<Integer> SCALES = List.of(32, 40);

  private Deployment() {}

  /** The topics without releases. */
  static void createTopics(StandaloneCluster cluster) throws InterruptedException {
    cluster.createTopic(Workload.TOPIC, PARTITIONS, Map.of());
    for (String topic : Ledger.TOPICS) {
      cluster.createTopic(topic, 1, Map.of());
    }
  }

  /** Options of the job; the network is written into this directory. */
  static Map<String, String> options(Path directory) throws IOException {
    Map<String, String> options = new HashMap<>();
    options.put("model", demoModel(directory.resolve("scenes.onnx")).toString());
    options.put("scales", "32,40");
    options.put("device", "cpu");
    options.put("starting-offsets", "earliest");
    options.put("batch-size", "8");
    // batches seldom fill, so each image waits this long: some 160 a second, on any machine
    options.put("batch-linger", "200 ms");
    options.put("batch-memory", "16 MiB");
    options.put("capacity", Integer.toString(CAPACITY));
    options.put("checkpoint-interval", "1 s");
    options.put("restart-delay", "500 ms");
    options.put("timeout", "60 s");
    options.put("transaction-timeout", "3 min");
    return options;
  }

  /**
   * A new directory for a test below {@code target}; it stays, with the logs, till the next run.
   */
  static Path directory(String test) throws IOException {
    Path directory = FlinkDirectory.target().resolve("cluster").resolve(test);
    if (Files.exists(directory)) {
      try (Stream<Path> files = Files.walk(directory)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
    return Files.createDirectories(directory);
  }

  /** Writes the demo's classifying network to a file. */
  static Path demoModel(Path file) throws IOException {
    try (InputStream in = Demo.class.getResourceAsStream("scenes.onnx")) {
      Files.copy(in, file);
    }
    return file;
  }
}
