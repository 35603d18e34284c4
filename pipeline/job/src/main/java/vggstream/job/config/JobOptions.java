package vggstream.job.config;

import java.io.Serializable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import vggstream.avro.RegistryOptions;

/**
 * Every option of the job, typed and checked as a whole.
 *
 * @param kafka where it reads and writes
 * @param classifier which model answers, and how it is run
 * @param fetch how images are read that events give by uri
 * @param releases where models are put into service
 * @param capacity most images in flight in a subtask
 * @param timeout after which an image without an answer becomes a dead letter
 * @param maxDeadLetterRecordBytes dead letters carry the failed record if it is no larger
 * @param checkpointInterval time between checkpoints
 * @param restartDelay pause before a restart
 */
public record JobOptions(
    KafkaOptions kafka,
    ClassifierOptions classifier,
    FetchOptions fetch,
    ReleaseOptions releases,
    int capacity,
    Duration timeout,
    int maxDeadLetterRecordBytes,
    Duration checkpointInterval,
    Duration restartDelay)
    implements Serializable {

  /** Before the name of a property that is passed to every Kafka client. */
  public static final String KAFKA_PREFIX = "kafka.";

  /** Properties that are the job's own business, and what to use instead. */
  private static final Map<String, String> RESERVED =
      Map.ofEntries(
          Map.entry("bootstrap.servers", "use bootstrap-servers"),
          Map.entry("group.id", "use group-id"),
          Map.entry("auto.offset.reset", "use starting-offsets"),
          Map.entry("transactional.id", "use transactional-id-prefix"),
          Map.entry("transaction.timeout.ms", "use transaction-timeout"),
          Map.entry("max.request.size", "use max-record-bytes"),
          Map.entry("enable.idempotence", "exactly-once needs it"),
          Map.entry("enable.auto.commit", "offsets are committed with checkpoints"),
          Map.entry("isolation.level", "only committed records are read"),
          Map.entry("acks", "exactly-once needs all"),
          Map.entry("key.serializer", "records are bytes"),
          Map.entry("value.serializer", "records are bytes"),
          Map.entry("key.deserializer", "records are bytes"),
          Map.entry("value.deserializer", "records are bytes"));

  private static final Set<String> KEYS =
      JobOption.all().stream().map(JobOption::key).collect(Collectors.toUnmodifiableSet());

  /**
   * Reads options by their words.
   *
   * @param words value by option ({@code batch-size}) or Kafka property ({@code kafka.NAME})
   * @throws OptionsException with every problem
   */
  public static JobOptions of(Map<String, String> words) {
    Reader reader = new Reader(words);
    JobOptions options = reader.read();
    if (!reader.problems.isEmpty() || options == null) {
      throw new OptionsException(reader.problems);
    }
    return options;
  }

  private static final class Reader {
    private final Map<String, String> words;
    private final List<String> problems = new ArrayList<>();

    Reader(Map<String, String> words) {
      this.words = words;
    }

    @org.jspecify.annotations.Nullable
    JobOptions read() {
      Map<String, String> kafkaProperties = kafkaProperties();
      Map<JobOption<?>, Object> values = new LinkedHashMap<>();
      for (JobOption<?> option : JobOption.all()) {
        OptionReader.read(option, option.key(), words, problems)
            .ifPresent(v -> values.put(option, v));
      }
      CrossChecks checks = new CrossChecks(values, problems);
      checks.run();
      return problems.isEmpty() ? build(values, kafkaProperties) : null;
    }

    private Map<String, String> kafkaProperties() {
      Map<String, String> properties = new TreeMap<>();
      new TreeMap<>(words)
          .forEach(
              (key, value) -> {
                if (key.startsWith(KAFKA_PREFIX) && key.length() > KAFKA_PREFIX.length()) {
                  String name = key.substring(KAFKA_PREFIX.length());
                  String instead = RESERVED.get(name);
                  if (instead != null) {
                    problems.add(key + " must not be set: " + instead);
                  }
                  try {
                    properties.put(name, Secret.resolve(value, System.getenv()));
                  } catch (IllegalArgumentException e) {
                    problems.add(key + ": " + e.getMessage());
                  }
                } else if (!KEYS.contains(key)) {
                  problems.add("there is no option " + key);
                }
              });
      try {
        RegistryOptions.in(properties);
      } catch (IllegalArgumentException e) {
        problems.add(KAFKA_PREFIX + e.getMessage());
      }
      return properties;
    }

    private static JobOptions build(
        Map<JobOption<?>, Object> values, Map<String, String> kafkaProperties) {
      Values v = new Values(values);
      return new JobOptions(
          new KafkaOptions(
              v.get(JobOption.BOOTSTRAP_SERVERS),
              v.get(JobOption.INPUT_TOPIC),
              v.get(JobOption.PREDICTIONS_TOPIC),
              v.get(JobOption.DEAD_LETTERS_TOPIC),
              v.get(JobOption.GROUP_ID),
              v.get(JobOption.STARTING_OFFSETS),
              v.get(JobOption.TRANSACTIONAL_ID_PREFIX),
              v.get(JobOption.TRANSACTION_TIMEOUT),
              v.bytes(JobOption.MAX_RECORD_BYTES),
              kafkaProperties),
          ClassifierOptions.of(v),
          new FetchOptions(
              v.find(JobOption.FETCH_ROOTS).orElse(List.of()),
              v.get(JobOption.FETCH_TIMEOUT),
              v.get(JobOption.FETCH_ATTEMPTS),
              v.get(JobOption.FETCH_THREADS),
              v.bytes(JobOption.MAX_IMAGE_BYTES)),
          new ReleaseOptions(
              v.find(JobOption.MODELS_TOPIC).orElse(null),
              v.get(JobOption.MODELS_LIVE_TOPIC),
              v.get(JobOption.SHADOW_PREDICTIONS_TOPIC)),
          v.get(JobOption.CAPACITY),
          v.get(JobOption.TIMEOUT),
          v.bytes(JobOption.MAX_DEAD_LETTER_RECORD_BYTES),
          v.get(JobOption.CHECKPOINT_INTERVAL),
          v.get(JobOption.RESTART_DELAY));
    }
  }
}
