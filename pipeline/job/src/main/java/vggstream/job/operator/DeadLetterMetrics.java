package vggstream.job.operator;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.ThreadSafeSimpleCounter;
import vggstream.job.codec.DeadLetterReason;
import vggstream.job.metric.JobMetric;

/** Counts the dead letters of one subtask, all and by reason. Thread-safe. */
final class DeadLetterMetrics {
  private final MetricGroup group;
  private final Counter all;
  private final Map<DeadLetterReason, Counter> byReason = new ConcurrentHashMap<>();

  /**
   * @param group {@value JobMetric#GROUP} of the operator
   */
  DeadLetterMetrics(MetricGroup group) {
    this.group = group;
    this.all = group.counter(JobMetric.DEAD_LETTERS.metricName(), new ThreadSafeSimpleCounter());
  }

  void count(DeadLetterReason reason) {
    all.inc();
    byReason.computeIfAbsent(reason, this::counter).inc();
  }

  private Counter counter(DeadLetterReason reason) {
    JobMetric metric = JobMetric.DEAD_LETTERS_BY_REASON;
    return group
        .addGroup(metric.labels().get(0), reason.name())
        .counter(metric.metricName(), new ThreadSafeSimpleCounter());
  }
}
