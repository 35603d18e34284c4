package vggstream.local.bench;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import vggstream.client.KafkaCluster;
import vggstream.job.config.JobOptions;
import vggstream.local.LocalJob;
import vggstream.local.LocalStream;
import vggstream.local.run.RunFailedException;

/**
 * The job of a benchmark, started anew for each measurement, with topics of its own.
 *
 * @param words the job's options but for brokers and topics
 * @param parallelism subtasks, and partitions of the input topic
 */
record BenchJob(LocalStream stream, Map<String, String> words, int parallelism) {
  private static final Duration START_TIMEOUT = Duration.ofMinutes(5);

  BenchJob {
    words = Map.copyOf(words);
  }

  /**
   * The options of a measurement.
   *
   * @param name for its topics
   * @param more by their words; they win
   */
  JobOptions options(String name, Map<String, String> more) {
    Map<String, String> all = new TreeMap<>(words);
    all.put("bootstrap-servers", stream.broker().bootstrapServers());
    all.put("input-topic", name + "-events");
    all.put("predictions-topic", name + "-predictions");
    all.put("dead-letters-topic", name + "-dead-letters");
    all.put("group-id", name);
    all.put("transactional-id-prefix", name);
    all.putAll(more);
    return JobOptions.of(all);
  }

  void createInput(JobOptions options) {
    stream.broker().createTopic(options.kafka().inputTopic(), parallelism);
  }

  /** Starts the job, and waits until it runs. */
  LocalJob start(JobOptions options) throws InterruptedException {
    LocalJob job = stream.start(options, parallelism);
    job.awaitRunning(START_TIMEOUT);
    return job;
  }

  void delete(JobOptions options) {
    stream.broker().deleteTopic(options.kafka().inputTopic());
    stream.broker().deleteTopic(options.kafka().predictionsTopic());
    stream.broker().deleteTopic(options.kafka().deadLettersTopic());
  }

  static KafkaCluster kafka(JobOptions options) {
    return new KafkaCluster(options.kafka().bootstrapServers(), options.kafka().properties());
  }

  static void requireRunning(LocalJob job) throws RunFailedException, InterruptedException {
    Optional<String> failure = job.failure();
    if (failure.isPresent()) {
      throw new RunFailedException("the job failed: " + failure.get());
    }
  }
}
