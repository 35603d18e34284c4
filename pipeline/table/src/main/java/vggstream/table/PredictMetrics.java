package vggstream.table;

import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.ThreadSafeSimpleCounter;
import vggstream.job.batch.BatchStatistics;
import vggstream.job.batch.Classifier;

/** Metrics of a subtask's ML_PREDICT, in the group {@code vgg} of its operator. */
final class PredictMetrics {
  private final Counter answered;
  private final Counter rejected;

  PredictMetrics(MetricGroup operator, Classifier classifier) {
    MetricGroup group = operator.addGroup("vgg");
    BatchStatistics statistics = classifier.statistics();
    answered = group.counter("predictions", new ThreadSafeSimpleCounter());
    rejected = group.counter("rejected", new ThreadSafeSimpleCounter());
    group.<Long, Gauge<Long>>gauge("batches", statistics::batches);
    group.<Double, Gauge<Double>>gauge(
        "batchSizeMean",
        () -> {
          long batches = statistics.batches();
          return batches == 0 ? 0 : (double) statistics.images() / batches;
        });
  }

  /** An image has an answer. */
  void answered() {
    answered.inc();
  }

  /** An image has none. */
  void rejected() {
    rejected.inc();
  }
}
