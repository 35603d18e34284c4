package vggstream.job.operator;

import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.MeterView;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.ThreadSafeSimpleCounter;
import org.jspecify.annotations.Nullable;
import vggstream.job.batch.BatchStatistics;
import vggstream.job.batch.Classifier;
import vggstream.job.batch.Timings;
import vggstream.job.codec.DeadLetterReason;
import vggstream.job.codec.ModelRole;
import vggstream.job.fetch.FetchStatistics;
import vggstream.job.fetch.Fetcher;
import vggstream.job.metric.DeviceMemory;
import vggstream.job.metric.JobMetric;
import vggstream.job.metric.RecentValues;

/** The metrics of one subtask, as {@link JobMetric} says. Thread-safe. */
final class ClassifyMetrics {
  private final MetricGroup group;
  private final Counter predictions;
  private final Counter shadows;
  private final Counter shadowFailures;
  private final Counter compared;
  private final Counter agreed;
  private final Counter fallbacks;
  private final DeadLetterMetrics deadLetters;
  private final Counter answers = new ThreadSafeSimpleCounter();
  private final RecentValues fetch = new RecentValues();
  private final RecentValues decode = new RecentValues();
  private final RecentValues queue = new RecentValues();
  private final RecentValues inference = new RecentValues();
  private final RecentValues total = new RecentValues();
  private volatile @Nullable Shown answering;

  /**
   * @param operator whose group this goes into
   * @param inFlight images without an answer
   */
  ClassifyMetrics(MetricGroup operator, Supplier<Stream<InFlight>> inFlight) {
    group = operator.addGroup(JobMetric.GROUP);
    predictions = counter(JobMetric.PREDICTIONS);
    deadLetters = new DeadLetterMetrics(group);
    group.meter(JobMetric.ANSWERS_PER_SECOND.metricName(), new MeterView(answers));
    shadows = counter(JobMetric.SHADOW_PREDICTIONS);
    shadowFailures = counter(JobMetric.SHADOW_FAILURES);
    compared = counter(JobMetric.SHADOW_COMPARISONS);
    agreed = counter(JobMetric.SHADOW_AGREEMENTS);
    gauge(JobMetric.SHADOW_AGREEMENT, this::agreement);
    fallbacks = counter(JobMetric.FALLBACKS);
    gauge(JobMetric.IN_FLIGHT, () -> inFlight.get().count());
    gauge(JobMetric.BYTES_IN_FLIGHT, () -> inFlight.get().mapToLong(InFlight::bytes).sum());
    histogram(JobMetric.FETCH_MICROS, fetch);
    histogram(JobMetric.DECODE_MICROS, decode);
    histogram(JobMetric.QUEUE_MICROS, queue);
    histogram(JobMetric.INFERENCE_MICROS, inference);
    histogram(JobMetric.TOTAL_MICROS, total);
  }

  private Counter counter(JobMetric metric) {
    return group.counter(metric.metricName(), new ThreadSafeSimpleCounter());
  }

  private <T> void gauge(JobMetric metric, Gauge<T> value) {
    group.gauge(metric.metricName(), value);
  }

  private void histogram(JobMetric metric, RecentValues values) {
    histogram(metric, () -> values);
  }

  private void histogram(JobMetric metric, Supplier<RecentValues> values) {
    group.histogram(metric.metricName(), new RecentHistogram(values));
  }

  /** Shows the batches of a classifier, whose subtasks share it, until another one answers. */
  void batchesOf(Classifier classifier) {
    Shown shown = new Shown(classifier);
    answering = shown;
    gauge(JobMetric.BATCHES, () -> shown.classifier.statistics().batches());
    gauge(
        JobMetric.BATCH_SIZE_MEAN,
        () -> {
          BatchStatistics statistics = shown.classifier.statistics();
          return (double) statistics.images() / Math.max(1, statistics.batches());
        });
    histogram(JobMetric.BATCH_SIZE, () -> shown.classifier.statistics().sizes());
    histogram(JobMetric.BATCH_FILL, () -> shown.classifier.statistics().fills());
    gauge(JobMetric.BATCH_SPLITS, () -> shown.classifier.statistics().splits());
    gauge(JobMetric.BATCH_HALVINGS, () -> shown.classifier.halvings());
    gauge(JobMetric.BATCH_PIXELS, () -> shown.classifier.runPixels());
    gauge(JobMetric.BATCH_BYTES, () -> shown.classifier.bytesInUse());
    gauge(
        JobMetric.INFERENCE_MILLIS,
        () -> shown.classifier.statistics().inferenceNanos() / 1_000_000);
  }

  /** It is this one that answers now. */
  void answeredBy(Classifier classifier) {
    Shown shown = answering;
    if (shown != null && shown.classifier != classifier) {
      shown.classifier = classifier;
    }
  }

  /** The classifier whose batches are shown. */
  private static final class Shown {
    private volatile Classifier classifier;

    Shown(Classifier classifier) {
      this.classifier = classifier;
    }
  }

  /** Shows what the subtask reads by uri. */
  void fetchesOf(Fetcher fetcher) {
    FetchStatistics statistics = fetcher.statistics();
    gauge(JobMetric.FETCHED_BYTES, statistics::bytes);
    gauge(JobMetric.FETCH_RETRIES, statistics::retries);
  }

  /** Shows the memory of devices. */
  void memoryOf(DeviceMemory memory) {
    String label = JobMetric.DEVICE_MEMORY_USED.labels().get(0);
    for (String device : memory.devices()) {
      MetricGroup labelled = group.addGroup(label, device);
      labelled.gauge(
          JobMetric.DEVICE_MEMORY_USED.metricName(), (Gauge<Long>) () -> memory.of(device).used());
      labelled.gauge(
          JobMetric.DEVICE_MEMORY_TOTAL.metricName(),
          (Gauge<Long>) () -> memory.of(device).total());
    }
  }

  /** A model answers in this part, from the beginning to the end. */
  void live(ModelRole role, Classifier classifier) {
    new ModelMetrics(group).live(role, classifier);
  }

  /** A shadow's prediction is on its way. */
  void shadowed() {
    shadows.inc();
  }

  /** A shadow gave no prediction. */
  void shadowFailed() {
    shadowFailures.inc();
  }

  /** Answer and shadow's prediction name the same class first, or not. */
  void compared(boolean agree) {
    compared.inc();
    if (agree) {
      agreed.inc();
    }
  }

  private double agreement() {
    return (double) agreed.getCount() / Math.max(1, compared.getCount());
  }

  /** A model could not be loaded, another one answers. */
  void fellBack() {
    fallbacks.inc();
  }

  /**
   * An image has its answer.
   *
   * @param nanos since its event came
   */
  void answered(long nanos) {
    total.add(TimeUnit.NANOSECONDS.toMicros(nanos));
    answers.inc();
  }

  /**
   * An image given by uri was read, or could not be.
   *
   * @param nanos since its event came
   */
  void fetched(long nanos) {
    fetch.add(TimeUnit.NANOSECONDS.toMicros(nanos));
  }

  /** An image was classified. */
  void classified(Timings timings) {
    decode.add(timings.decodeMicros());
    queue.add(timings.queueMicros());
    inference.add(timings.inferenceMicros());
  }

  /** A prediction is on its way. */
  void predicted() {
    predictions.inc();
  }

  /** A dead letter is on its way. */
  void refused(DeadLetterReason reason) {
    deadLetters.count(reason);
  }
}
