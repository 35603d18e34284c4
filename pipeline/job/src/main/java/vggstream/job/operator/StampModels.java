package vggstream.job.operator;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.flink.api.common.state.BroadcastState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.TwoInputStreamOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.runtime.tasks.ProcessingTimeService;
import org.apache.flink.streaming.runtime.watermarkstatus.WatermarkStatus;
import org.apache.flink.util.OutputTag;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import vggstream.avro.RegistryException;
import vggstream.job.batch.Classifier;
import vggstream.job.batch.ClassifierFactory;
import vggstream.job.codec.DeadLetterReason;
import vggstream.job.codec.FramedReader;
import vggstream.job.codec.ImageRequest;
import vggstream.job.codec.ModelRole;
import vggstream.job.codec.Release;
import vggstream.job.codec.ReleaseReading;
import vggstream.job.codec.SourceRecord;
import vggstream.job.config.JobOptions;
import vggstream.job.metric.JobMetric;
import vggstream.job.release.Candidate;
import vggstream.job.release.Kept;
import vggstream.job.release.ReleaseRefusedException;
import vggstream.job.release.ReleasedModels;
import vggstream.job.release.Releases;

/**
 * Stamps each event with the models that shall answer it. The first input are events, the second
 * the records of all releases, which each subtask must get. Must be chained to {@link Classify}: a
 * model is stamped once this process has it.
 *
 * <p>An operator rather than a broadcast function, for a model that was loaded must go into service
 * also where no event comes by: that takes timers without keys. Watermarks are the events' alone.
 */
public final class StampModels extends AbstractStreamOperator<ImageRequest>
    implements TwoInputStreamOperator<ImageRequest, SourceRecord, ImageRequest> {
  private static final long serialVersionUID = 1L;

  private static final Logger LOGGER = LoggerFactory.getLogger(StampModels.class);

  /** Side output of reports, for {@link LiveModels}. */
  public static final OutputTag<ReleaseReport> REPORTS =
      new OutputTag<>("releases", TypeInformation.of(ReleaseReport.class));

  private static final long POLL_MILLIS = 100;

  private final JobOptions options;
  private final ClassifierFactory classifiers;

  private transient @Nullable BroadcastState<Integer, Kept> state;
  private transient @Nullable Running running;
  private transient @Nullable Map<ModelRole, Optional<Release>> reported;
  private transient boolean polling;

  /** Everything that exists only while the operator runs. */
  private record Running(
      Classifier own,
      ReleasedModels models,
      Releases releases,
      FramedReader reader,
      ModelMetrics metrics,
      Counter refused) {}

  public StampModels(JobOptions options, ClassifierFactory classifiers) {
    this.options = options;
    this.classifiers = classifiers;
  }

  @Override
  public void initializeState(StateInitializationContext context) throws Exception {
    super.initializeState(context);
    state =
        context
            .getOperatorStateStore()
            .getBroadcastState(
                new MapStateDescriptor<>("releases", Types.INT, TypeInformation.of(Kept.class)));
  }

  @Override
  public void snapshotState(StateSnapshotContext context) throws Exception {
    super.snapshotState(context);
    BroadcastState<Integer, Kept> kept = opened(state);
    kept.clear();
    int i = 0;
    for (Kept release : running().releases().kept()) {
      kept.put(i++, release);
    }
  }

  @Override
  public void open() throws Exception {
    super.open();
    MetricGroup group = getMetricGroup().addGroup(JobMetric.GROUP);
    ReleasedModels models = new ReleasedModels(options.classifier(), classifiers);
    Releases releases = new Releases(models, new Changes());
    running =
        new Running(
            classifiers.open(options.classifier()),
            models,
            releases,
            new FramedReader(options.kafka().registry()),
            new ModelMetrics(group),
            group.counter(JobMetric.RELEASES_REFUSED.metricName()));
    reported = new EnumMap<>(ModelRole.class);
    running().metrics().live(ModelRole.PRIMARY, running().own());
    releases.restore(restored());
    pollLater(); // nothing can be reported before all operators of the chain are open
  }

  private List<Kept> restored() throws Exception {
    List<Kept> kept = new ArrayList<>();
    BroadcastState<Integer, Kept> entries = opened(state);
    for (int i = 0; entries.contains(i); i++) {
      kept.add(entries.get(i));
    }
    return kept;
  }

  private final class Changes implements Releases.Listener {
    @Override
    public void live(Release release, Classifier classifier) {
      LOGGER.info("Live: {}", release);
      running().metrics().live(release.role(), classifier);
    }

    @Override
    public void refused(Candidate candidate, ReleaseRefusedException reason) {
      refuse(candidate.record(), reason.reason(), String.valueOf(reason.getMessage()));
    }
  }

  private void refuse(SourceRecord record, DeadLetterReason reason, String message) {
    LOGGER.error("The release at {} is refused: {}: {}", record, reason, message);
    running().refused().inc();
    report(new ReleaseReport(subtask(), subtasks(), null, null, record, reason, message));
  }

  private void report(ReleaseReport report) {
    output.collect(REPORTS, new StreamRecord<>(report));
  }

  private int subtask() {
    return getRuntimeContext().getTaskInfo().getIndexOfThisSubtask();
  }

  private int subtasks() {
    return getRuntimeContext().getTaskInfo().getNumberOfParallelSubtasks();
  }

  /** Whether or not events come by. */
  private void pollLater() {
    if (!polling) {
      polling = true;
      ProcessingTimeService timers = getProcessingTimeService();
      timers.registerTimer(timers.getCurrentProcessingTime() + POLL_MILLIS, now -> poll());
    }
  }

  private void poll() {
    polling = false;
    Releases releases = running().releases();
    releases.poll();
    for (ModelRole role : ModelRole.values()) {
      Optional<Release> live = Optional.ofNullable(releases.live(role));
      if (live.isEmpty() && role == ModelRole.PRIMARY) {
        live = Optional.of(ofOptions(running().own()));
      }
      if (!live.equals(opened(reported).put(role, live))) {
        report(ReleaseReport.live(subtask(), subtasks(), role, live.orElse(null)));
      }
    }
    if (releases.isLoading()) {
      pollLater();
    }
  }

  private Release ofOptions(Classifier own) {
    return new Release(
        ModelRole.PRIMARY,
        own.name(),
        own.version(),
        options.classifier().modelFiles().stream()
            .map(file -> Path.of(file).toUri().toString())
            .collect(Collectors.joining(",")),
        own.sha256(),
        1);
  }

  @Override
  public void processElement1(StreamRecord<ImageRequest> element) {
    Releases releases = running().releases();
    if (releases.isLoading()) {
      releases.poll();
    }
    ImageRequest request = element.getValue();
    output.collect(element.replace(request.with(releases.stamp(request.eventId()))));
  }

  @Override
  public void processElement2(StreamRecord<SourceRecord> element) throws RegistryException {
    SourceRecord record = element.getValue();
    ReleaseReading reading = running().reader().release(record);
    if (reading instanceof ReleaseReading.Released released) {
      LOGGER.info("Released: {} from {}", released.release(), released.release().uri());
      running().releases().release(new Candidate(released.release(), record));
      pollLater();
    } else if (reading instanceof ReleaseReading.Retired retired) {
      LOGGER.info("Retired: {}", retired.role());
      running().releases().retire(retired.role());
      running().metrics().notLive(retired.role());
      pollLater();
    } else if (reading instanceof ReleaseReading.Invalid invalid) {
      refuse(record, DeadLetterReason.INVALID_RELEASE, invalid.message());
    }
  }

  @Override
  public void processWatermark1(Watermark mark) throws Exception {
    processWatermark(mark);
  }

  @Override
  public void processWatermark2(Watermark mark) {
    // releases have no place in the events' time
  }

  @Override
  protected void processWatermarkStatus(WatermarkStatus status, int index) {
    if (index == 0) {
      output.emitWatermarkStatus(status);
    }
  }

  private Running running() {
    return opened(running);
  }

  private static <T> T opened(@Nullable T part) {
    if (part == null) {
      throw new IllegalStateException("open() must be called first");
    }
    return part;
  }

  @Override
  public void close() throws Exception {
    try {
      if (running != null) {
        running.releases().close();
        running.models().close();
        running.own().close();
        running = null;
      }
    } finally {
      super.close();
    }
  }
}
