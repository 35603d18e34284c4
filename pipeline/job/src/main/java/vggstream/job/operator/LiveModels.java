package vggstream.job.operator;

import java.time.Clock;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;
import org.jspecify.annotations.Nullable;
import vggstream.job.codec.AnswerWriter;
import vggstream.job.codec.EncodedRecord;
import vggstream.job.codec.ModelRole;
import vggstream.job.codec.Release;
import vggstream.job.codec.SourceRecord;
import vggstream.job.config.JobOptions;

/**
 * Sums up what subtasks report: a model is live once all of them say so; a release that several
 * refuse is one dead letter. Has one subtask itself.
 *
 * <p>Which models are live is no state: after a restart all subtasks report anew. Which releases
 * were refused is, for each is reported once.
 */
public final class LiveModels extends ProcessFunction<ReleaseReport, EncodedRecord>
    implements CheckpointedFunction {
  private static final long serialVersionUID = 1L;

  /** Refused releases that are remembered. */
  private static final int MOST_REFUSED = 100;

  private final JobOptions options;
  private transient @Nullable AnswerWriter writer;
  private transient @Nullable Map<ModelRole, Map<Integer, Optional<Release>>> reported;
  private transient @Nullable Map<ModelRole, Optional<Release>> said;
  private transient @Nullable Set<String> refused; // where their records lie; oldest first
  private transient @Nullable ListState<String> state;

  public LiveModels(JobOptions options) {
    this.options = options;
  }

  @Override
  public void initializeState(FunctionInitializationContext context) throws Exception {
    ListState<String> restored =
        context
            .getOperatorStateStore()
            .getListState(new ListStateDescriptor<>("refused", Types.STRING));
    state = restored;
    Set<String> seen = new LinkedHashSet<>();
    restored.get().forEach(seen::add);
    refused = seen;
  }

  @Override
  public void snapshotState(FunctionSnapshotContext context) throws Exception {
    opened(state).update(new ArrayList<>(opened(refused)));
  }

  @Override
  public void open(OpenContext context) {
    writer = Answers.writer(options, Clock.systemUTC());
    reported = new EnumMap<>(ModelRole.class);
    said = new EnumMap<>(ModelRole.class);
  }

  @Override
  public void processElement(ReleaseReport report, Context context, Collector<EncodedRecord> out) {
    SourceRecord record = report.refused();
    if (record != null && report.reason() != null) {
      if (isNew(record)) {
        context.output(
            Answers.DEAD_LETTERS,
            opened(writer).deadLetter(record, report.reason(), report.message()));
      }
      return;
    }
    ModelRole role = Objects.requireNonNull(report.role(), "a report is of a role, or a refusal");
    Map<Integer, Optional<Release>> ofRole =
        opened(reported).computeIfAbsent(role, r -> new HashMap<>());
    Optional<Release> live = Optional.ofNullable(report.live());
    ofRole.put(report.subtask(), live);
    boolean all = ofRole.size() == report.subtasks() && new HashSet<>(ofRole.values()).size() == 1;
    if (all && !live.equals(opened(said).put(role, live))) {
      out.collect(
          live.isPresent() ? AnswerWriter.liveModel(live.get()) : AnswerWriter.noLiveModel(role));
    }
  }

  private boolean isNew(SourceRecord record) {
    Set<String> seen = opened(refused);
    String place = "%s-%d@%d".formatted(record.topic(), record.partition(), record.offset());
    if (!seen.add(place)) {
      return false;
    }
    if (seen.size() > MOST_REFUSED) {
      seen.remove(List.copyOf(seen).get(0));
    }
    return true;
  }

  private static <T> T opened(@Nullable T part) {
    if (part == null) {
      throw new IllegalStateException("open() must be called first");
    }
    return part;
  }
}
