package vggstream.job.operator;

import java.util.function.IntSupplier;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.ThreadSafeSimpleCounter;
import vggstream.job.batch.BatchStatistics;
import vggstream.job.batch.Classifier;
import vggstream.job.codec.EncodedRecord;

/**
 * Metrics of one subtask, in the operator's group {@code vgg}. Those of batches are of the batcher,
 * which the subtasks of a process share.
 */
final class ClassifyMetrics {
  /** {@code <operator scope>.vgg}. */
  static final String GROUP = "vgg";

  /** {@code <operator scope>.vgg.predictions}: counter of the subtask's predictions. */
  static final String PREDICTIONS = "predictions";

  /** {@code <operator scope>.vgg.deadLetters}: counter of the subtask's dead letters. */
  static final String DEAD_LETTERS = "deadLetters";

  /** {@code <operator scope>.vgg.inFlight}: gauge of the subtask's images without an answer. */
  static final String IN_FLIGHT = "inFlight";

  /** {@code <operator scope>.vgg.batches}: gauge, runs of the model by the process. */
  static final String BATCHES = "batches";

  /** {@code <operator scope>.vgg.batchSizeMean}: gauge, images a run, mean since the start. */
  static final String BATCH_SIZE_MEAN = "batchSizeMean";

  /** {@code <operator scope>.vgg.batchSplits}: gauge, failed runs that were repeated in halves. */
  static final String BATCH_SPLITS = "batchSplits";

  /** {@code <operator scope>.vgg.batchBytes}: gauge, direct bytes of batches in the process. */
  static final String BATCH_BYTES = "batchBytes";

  /** {@code <operator scope>.vgg.inferenceMillis}: gauge, time of the process in runs. */
  static final String INFERENCE_MILLIS = "inferenceMillis";

  private final Counter predictions;
  private final Counter deadLetters;

  private ClassifyMetrics(Counter predictions, Counter deadLetters) {
    this.predictions = predictions;
    this.deadLetters = deadLetters;
  }

  static ClassifyMetrics register(
      MetricGroup operator, Classifier classifier, IntSupplier inFlight) {
    MetricGroup group = operator.addGroup(GROUP);
    BatchStatistics statistics = classifier.statistics();
    group.gauge(IN_FLIGHT, (Gauge<Integer>) inFlight::getAsInt);
    group.gauge(BATCHES, (Gauge<Long>) statistics::batches);
    group.gauge(
        BATCH_SIZE_MEAN,
        (Gauge<Double>) () -> (double) statistics.images() / Math.max(1, statistics.batches()));
    group.gauge(BATCH_SPLITS, (Gauge<Long>) statistics::splits);
    group.gauge(BATCH_BYTES, (Gauge<Long>) classifier::bytesInUse);
    group.gauge(INFERENCE_MILLIS, (Gauge<Long>) () -> statistics.inferenceNanos() / 1_000_000);
    return new ClassifyMetrics(
        group.counter(PREDICTIONS, new ThreadSafeSimpleCounter()),
        group.counter(DEAD_LETTERS, new ThreadSafeSimpleCounter()));
  }

  void count(EncodedRecord.Kind kind) {
    switch (kind) {
      case PREDICTION -> predictions.inc();
      case DEAD_LETTER -> deadLetters.inc();
    }
  }
}
