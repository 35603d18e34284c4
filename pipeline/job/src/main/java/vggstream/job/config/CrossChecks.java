package vggstream.job.config;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;
import vggstream.classify.RescaleLimit;
import vggstream.image.ImageLimits;
import vggstream.tensor.PixelBatch;

/** The rules between options; a rule is skipped if one of its options is itself not valid. */
final class CrossChecks {
  private static final Duration LONGEST = Duration.ofDays(30);

  private static final List<JobOption<String>> TOPICS =
      List.of(JobOption.INPUT_TOPIC, JobOption.PREDICTIONS_TOPIC, JobOption.DEAD_LETTERS_TOPIC);

  private static final List<JobOption<String>> ALL_TOPICS =
      Stream.concat(
              TOPICS.stream(),
              Stream.of(
                  JobOption.MODELS_TOPIC,
                  JobOption.MODELS_LIVE_TOPIC,
                  JobOption.SHADOW_PREDICTIONS_TOPIC))
          .toList();

  private final Values values;
  private final List<String> problems;

  CrossChecks(Map<JobOption<?>, Object> values, List<String> problems) {
    this.values = new Values(values);
    this.problems = problems;
  }

  void run() {
    topicsDiffer();
    scalesDiffer();
    positive(JobOption.TIMEOUT);
    positive(JobOption.CHECKPOINT_INTERVAL);
    positive(JobOption.TRANSACTION_TIMEOUT);
    positive(JobOption.FETCH_TIMEOUT);
    Stream.of(
            JobOption.TIMEOUT,
            JobOption.CHECKPOINT_INTERVAL,
            JobOption.TRANSACTION_TIMEOUT,
            JobOption.RESTART_DELAY,
            JobOption.BATCH_LINGER,
            JobOption.FETCH_TIMEOUT)
        .forEach(this::requireNotTooLong);
    transactionOutlivesRestart();
    lingerBelowTimeout();
    fetchWithinTimeout();
    capacityFillsBatches();
    sizes();
  }

  private void topicsDiffer() {
    List<JobOption<String>> options =
        values.find(JobOption.MODELS_TOPIC).isPresent() ? ALL_TOPICS : TOPICS;
    List<String> topics = options.stream().map(values::find).flatMap(Optional::stream).toList();
    if (new TreeSet<>(topics).size() < topics.size()) {
      List<String> keys = options.stream().map(JobOption::key).toList();
      problems.add(
          "%s and %s must differ: were %s"
              .formatted(
                  String.join(", ", keys.subList(0, keys.size() - 1)),
                  keys.get(keys.size() - 1),
                  topics));
    }
  }

  private void scalesDiffer() {
    values
        .find(JobOption.SCALES)
        .filter(scales -> new TreeSet<>(scales).size() < scales.size())
        .ifPresent(scales -> problems.add("scales must be distinct: were " + scales));
  }

  private void positive(JobOption<Duration> option) {
    values
        .find(option)
        .filter(d -> d.compareTo(Duration.ofMillis(1)) < 0)
        .ifPresent(d -> problems.add(option.key() + " must be at least 1 ms: was " + d));
  }

  private Optional<Duration> notTooLong(JobOption<Duration> option) {
    return values.find(option).filter(d -> d.compareTo(LONGEST) <= 0);
  }

  private void requireNotTooLong(JobOption<Duration> option) {
    values
        .find(option)
        .filter(d -> d.compareTo(LONGEST) > 0)
        .ifPresent(d -> problems.add(option.key() + " must be at most 30 days: was " + d));
  }

  private void transactionOutlivesRestart() {
    Optional<Duration> transaction = notTooLong(JobOption.TRANSACTION_TIMEOUT);
    Optional<Duration> interval = notTooLong(JobOption.CHECKPOINT_INTERVAL);
    Optional<Duration> timeout = notTooLong(JobOption.TIMEOUT);
    Optional<Duration> delay = notTooLong(JobOption.RESTART_DELAY);
    if (transaction.isEmpty() || interval.isEmpty() || timeout.isEmpty() || delay.isEmpty()) {
      return;
    }
    Duration needed = interval.get().plus(timeout.get()).plus(delay.get());
    if (transaction.get().compareTo(needed) <= 0) {
      problems.add(
          "transaction-timeout must exceed checkpoint-interval + timeout + restart-delay (%s): was %s"
              .formatted(needed, transaction.get()));
    }
  }

  private void lingerBelowTimeout() {
    Optional<Duration> linger = values.find(JobOption.BATCH_LINGER);
    Optional<Duration> timeout = values.find(JobOption.TIMEOUT);
    if (linger.isPresent() && timeout.isPresent() && linger.get().compareTo(timeout.get()) >= 0) {
      problems.add(
          "batch-linger must be below timeout (%s): was %s".formatted(timeout.get(), linger.get()));
    }
  }

  private void fetchWithinTimeout() {
    Optional<Duration> fetch = values.find(JobOption.FETCH_TIMEOUT);
    Optional<Duration> timeout = values.find(JobOption.TIMEOUT);
    if (values.find(JobOption.FETCH_ROOTS).isPresent()
        && fetch.isPresent()
        && timeout.isPresent()
        && fetch.get().compareTo(timeout.get()) > 0) {
      problems.add(
          "fetch-timeout must be at most timeout (%s): was %s"
              .formatted(timeout.get(), fetch.get()));
    }
  }

  private void capacityFillsBatches() {
    Optional<Integer> capacity = values.find(JobOption.CAPACITY);
    Optional<Integer> batch = values.find(JobOption.BATCH_SIZE);
    if (capacity.isPresent() && batch.isPresent() && capacity.get() < 2 * batch.get()) {
      problems.add(
          "capacity must be at least 2 * batch-size (%d): was %d"
              .formatted(2 * batch.get(), capacity.get()));
    }
  }

  private void sizes() {
    within(JobOption.MAX_RECORD_BYTES, 1 << 14, 1 << 30); // the least dead letter fits
    within(JobOption.MAX_IMAGE_BYTES, 1, 1 << 30);
    within(JobOption.MAX_DEAD_LETTER_RECORD_BYTES, 0, 1 << 30);
    within(JobOption.MAX_IMAGE_PIXELS, 1, ImageLimits.MAX_PIXELS);
    within(JobOption.MAX_RESCALED_PIXELS, 1, RescaleLimit.MAX_PIXELS);
    within(JobOption.BATCH_PIXELS, 1, 1L << 29);
    atMost(JobOption.MAX_IMAGE_BYTES, JobOption.MAX_RECORD_BYTES);
    atMost(JobOption.MAX_DEAD_LETTER_RECORD_BYTES, JobOption.MAX_RECORD_BYTES);
    Optional<Long> memory = values.find(JobOption.BATCH_MEMORY);
    Optional<Long> rescaled = values.find(JobOption.MAX_RESCALED_PIXELS);
    if (memory.isPresent()
        && rescaled.isPresent()
        && memory.get() / PixelBatch.CHANNELS < rescaled.get()) {
      problems.add(
          "batch-memory must hold an image of max-rescaled-pixels, 3 bytes each (%d bytes): was %d"
              .formatted(rescaled.get() * PixelBatch.CHANNELS, memory.get()));
    }
  }

  private void within(JobOption<Long> option, long min, long max) {
    values
        .find(option)
        .filter(v -> v < min || v > max)
        .ifPresent(
            v ->
                problems.add(
                    "%s must be within %d..%d: was %d".formatted(option.key(), min, max, v)));
  }

  private void atMost(JobOption<Long> option, JobOption<Long> bound) {
    Optional<Long> value = values.find(option);
    Optional<Long> limit = values.find(bound);
    if (value.isPresent() && limit.isPresent() && value.get() > limit.get()) {
      problems.add(
          "%s must be at most %s (%d): was %d"
              .formatted(option.key(), bound.key(), limit.get(), value.get()));
    }
  }
}
