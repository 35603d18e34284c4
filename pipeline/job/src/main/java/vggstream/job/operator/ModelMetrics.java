package vggstream.job.operator;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.MetricGroup;
import vggstream.job.batch.Classifier;
import vggstream.job.codec.ModelRole;
import vggstream.job.metric.JobMetric;

/** Shows which models are live, with name, version, digest and role as labels. For one thread. */
final class ModelMetrics {

  /** Of one model; Flink forgets a gauge only with its operator. */
  private static final class Shown {
    private final AtomicInteger live = new AtomicInteger();
    private final AtomicLong loadMillis = new AtomicLong();
  }

  private final MetricGroup group;
  private final Map<List<String>, Shown> models = new HashMap<>(); // by the labels' values
  private final Map<ModelRole, Shown> live = new HashMap<>();

  /**
   * @param group {@value JobMetric#GROUP} of the operator
   */
  ModelMetrics(MetricGroup group) {
    this.group = group;
  }

  /** A model plays this part from now on. */
  void live(ModelRole role, Classifier classifier) {
    notLive(role);
    List<String> labels =
        List.of(classifier.name(), classifier.version(), classifier.sha256(), role.name());
    Shown shown = models.computeIfAbsent(labels, this::show);
    shown.loadMillis.set(TimeUnit.NANOSECONDS.toMillis(classifier.loadNanos()));
    shown.live.set(1);
    live.put(role, shown);
  }

  /** No model plays this part any more. */
  void notLive(ModelRole role) {
    Shown shown = live.remove(role);
    if (shown != null) {
      shown.live.set(0);
    }
  }

  private Shown show(List<String> labels) {
    MetricGroup labelled = group;
    for (int i = 0; i < labels.size(); i++) {
      labelled = labelled.addGroup(JobMetric.LIVE_MODEL.labels().get(i), labels.get(i));
    }
    Shown shown = new Shown();
    labelled.gauge(JobMetric.LIVE_MODEL.metricName(), (Gauge<Integer>) shown.live::get);
    labelled.gauge(JobMetric.MODEL_LOAD_MILLIS.metricName(), (Gauge<Long>) shown.loadMillis::get);
    return shown;
  }
}
