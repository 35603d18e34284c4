package vggstream.job.operator;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.java.typeutils.PojoTypeInfo;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.operators.ProcessOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import vggstream.job.codec.DeadLetterReason;
import vggstream.job.codec.EncodedRecord;
import vggstream.job.codec.ModelRole;
import vggstream.job.codec.Release;
import vggstream.job.codec.SourceRecord;
import vggstream.job.config.JobOptions;
import vggstream.job.release.Kept;
import vggstream.schema.DeadLetter;
import vggstream.schema.ModelRelease;

class LiveModelsTest {
  private static final JobOptions OPTIONS =
      JobOptions.of(Map.of("bootstrap-servers", "none:1", "model", "m", "models-topic", "models"));

  private static OneInputStreamOperatorTestHarness<ReleaseReport, EncodedRecord> harness()
      throws Exception {
    return new OneInputStreamOperatorTestHarness<>(new ProcessOperator<>(new LiveModels(OPTIONS)));
  }

  private static StreamRecord<ReleaseReport> live(int subtask, @Nullable String version) {
    Release release =
        version == null
            ? null
            : new Release(ModelRole.CANARY, "n", version, "s3://b/k", "0".repeat(64), 0.5);
    return new StreamRecord<>(ReleaseReport.live(subtask, 2, ModelRole.CANARY, release));
  }

  private static StreamRecord<ReleaseReport> refused(int subtask, long offset) {
    SourceRecord record = new SourceRecord(null, new byte[] {1}, "models", 0, offset);
    return new StreamRecord<>(
        new ReleaseReport(
            subtask, 2, null, null, record, DeadLetterReason.RELEASE_UNREADABLE, "why"));
  }

  private static List<String> said(
      OneInputStreamOperatorTestHarness<ReleaseReport, EncodedRecord> harness) throws Exception {
    List<String> said = new ArrayList<>();
    for (Object o : harness.getOutput()) {
      EncodedRecord record = (EncodedRecord) ((StreamRecord<?>) o).getValue();
      assertEquals("CANARY", new String(record.key(), StandardCharsets.UTF_8));
      said.add(
          record.value() == null
              ? "none"
              : new SpecificDatumReader<>(ModelRelease.class)
                  .read(null, DecoderFactory.get().binaryDecoder(record.value(), null))
                  .getVersion());
    }
    return said;
  }

  private static int letters(
      OneInputStreamOperatorTestHarness<ReleaseReport, EncodedRecord> harness) {
    var letters = harness.getSideOutput(Answers.DEAD_LETTERS);
    return letters == null ? 0 : letters.size();
  }

  @Test
  void modelIsLiveOnceAllSubtasksSaySo() throws Exception {
    try (var harness = harness()) {
      harness.open();
      harness.processElement(live(0, null));
      assertEquals(List.of(), said(harness));
      harness.processElement(live(1, null));
      harness.processElement(live(0, "1"));
      harness.processElement(live(0, "2")); // ahead of the other
      harness.processElement(live(1, "1"));
      assertEquals(List.of("none"), said(harness));
      harness.processElement(live(1, "2"));
      harness.processElement(live(1, "2"));
      harness.processElement(live(0, null));
      harness.processElement(live(1, null));
      assertEquals(List.of("none", "2", "none"), said(harness));
    }
  }

  @Test
  void releaseThatSeveralSubtasksRefuseIsOneDeadLetterAlsoThroughARestore() throws Exception {
    OperatorSubtaskState snapshot;
    try (var harness = harness()) {
      harness.open();
      harness.processElement(refused(0, 7));
      assertEquals(1, letters(harness));
      snapshot = harness.snapshot(1, 1);
    }
    try (var harness = harness()) {
      harness.initializeState(snapshot);
      harness.open();
      harness.processElement(refused(1, 7));
      assertEquals(0, letters(harness));
      harness.processElement(refused(1, 8));
      harness.processElement(refused(0, 8));
      assertEquals(1, letters(harness));
      EncodedRecord record = harness.getSideOutput(Answers.DEAD_LETTERS).peek().getValue();
      DeadLetter letter =
          new SpecificDatumReader<>(DeadLetter.class)
              .read(null, DecoderFactory.get().binaryDecoder(record.value(), null));
      assertEquals("RELEASE_UNREADABLE", letter.getReason());
      assertEquals("RELEASE", letter.getStage());
      assertEquals("models", letter.getOrigin().getTopic());
      assertEquals(8, letter.getOrigin().getOffset());
    }
  }

  @Test
  void typesOfReportsAndStateAreNotGeneric() {
    for (Class<?> type : List.of(ReleaseReport.class, Kept.class)) {
      assertEquals(PojoTypeInfo.class, TypeInformation.of(type).getClass());
    }
  }
}
