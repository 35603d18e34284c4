package vggstream.job.operator;

import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.MeterView;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.ThreadSafeSimpleCounter;
import vggstream.job.batch.BatchStatistics;
import vggstream.job.batch.Classifier;
import vggstream.job.batch.Timings;
import vggstream.job.codec.DeadLetterReason;
import vggstream.job.codec.ModelStamp;
import vggstream.job.fetch.FetchStatistics;
import vggstream.job.fetch.Fetcher;
import vggstream.job.metric.JobMetric;
import vggstream.job.metric.RecentValues;

/** The metrics of one subtask, as {@link JobMetric} says. Thread-safe. */
final class ClassifyMetrics {
  private final MetricGroup group;
  private final Counter predictions;
  private final DeadLetterMetrics deadLetters;
  private final Counter answers = new ThreadSafeSimpleCounter();
  private final RecentValues fetch = new RecentValues();
  private final RecentValues decode = new RecentValues();
  private final RecentValues queue = new RecentValues();
  private final RecentValues inference = new RecentValues();
  private final RecentValues total = new RecentValues();

  /**
   * @param operator whose group this goes into
   * @param inFlight images without an answer
   */
  ClassifyMetrics(MetricGroup operator, Collection<InFlight> inFlight) {
    group = operator.addGroup(JobMetric.GROUP);
    predictions = group.counter(JobMetric.PREDICTIONS.metricName(), new ThreadSafeSimpleCounter());
    deadLetters = new DeadLetterMetrics(group);
    group.meter(JobMetric.ANSWERS_PER_SECOND.metricName(), new MeterView(answers));
    gauge(JobMetric.IN_FLIGHT, inFlight::size);
    gauge(JobMetric.BYTES_IN_FLIGHT, () -> inFlight.stream().mapToLong(InFlight::bytes).sum());
    histogram(JobMetric.FETCH_MICROS, fetch);
    histogram(JobMetric.DECODE_MICROS, decode);
    histogram(JobMetric.QUEUE_MICROS, queue);
    histogram(JobMetric.INFERENCE_MICROS, inference);
    histogram(JobMetric.TOTAL_MICROS, total);
  }

  private <T> void gauge(JobMetric metric, Gauge<T> value) {
    group.gauge(metric.metricName(), value);
  }

  private void histogram(JobMetric metric, RecentValues values) {
    group.histogram(metric.metricName(), new RecentHistogram(values));
  }

  /** Shows the batches of a classifier, whose subtasks share it. */
  void batchesOf(Classifier classifier) {
    BatchStatistics statistics = classifier.statistics();
    gauge(JobMetric.BATCHES, statistics::batches);
    gauge(
        JobMetric.BATCH_SIZE_MEAN,
        () -> (double) statistics.images() / Math.max(1, statistics.batches()));
    histogram(JobMetric.BATCH_SIZE, statistics.sizes());
    histogram(JobMetric.BATCH_FILL, statistics.fills());
    gauge(JobMetric.BATCH_SPLITS, statistics::splits);
    gauge(JobMetric.BATCH_HALVINGS, classifier::halvings);
    gauge(JobMetric.BATCH_PIXELS, classifier::runPixels);
    gauge(JobMetric.BATCH_BYTES, classifier::bytesInUse);
    gauge(JobMetric.INFERENCE_MILLIS, () -> statistics.inferenceNanos() / 1_000_000);
  }

  /** Shows what the subtask reads by uri. */
  void fetchesOf(Fetcher fetcher) {
    FetchStatistics statistics = fetcher.statistics();
    gauge(JobMetric.FETCHED_BYTES, statistics::bytes);
    gauge(JobMetric.FETCH_RETRIES, statistics::retries);
  }

  /**
   * Shows a model with its name, version, digest and role as labels.
   *
   * @param live 1 while it answers, else 0
   */
  void model(ModelStamp stamp, Classifier classifier, IntSupplier live) {
    List<String> values = List.of(stamp.name(), stamp.version(), stamp.sha256(), stamp.role());
    MetricGroup labelled = group;
    for (int i = 0; i < values.size(); i++) {
      labelled = labelled.addGroup(JobMetric.LIVE_MODEL.labels().get(i), values.get(i));
    }
    labelled.gauge(JobMetric.LIVE_MODEL.metricName(), (Gauge<Integer>) live::getAsInt);
    labelled.gauge(
        JobMetric.MODEL_LOAD_MILLIS.metricName(),
        (Gauge<Long>) () -> TimeUnit.NANOSECONDS.toMillis(classifier.loadNanos()));
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
