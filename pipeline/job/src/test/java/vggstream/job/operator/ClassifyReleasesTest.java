package vggstream.job.operator;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.datastream.AsyncDataStream;
import org.apache.flink.streaming.api.operators.async.AsyncWaitOperatorFactory;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import vggstream.job.batch.Fakes;
import vggstream.job.codec.EncodedRecord;
import vggstream.job.codec.ImageEventReader;
import vggstream.job.codec.ImageRequest;
import vggstream.job.codec.ModelRole;
import vggstream.job.codec.Reading;
import vggstream.job.codec.Release;
import vggstream.job.codec.SourceRecord;
import vggstream.job.codec.Stamp;
import vggstream.job.config.JobOptions;
import vggstream.schema.ImageEvent;
import vggstream.schema.Prediction;

/** Events that are stamped with released models. */
@Timeout(60)
@SuppressWarnings("try") // a harness may be interrupted when it is closed
class ClassifyReleasesTest {
  private static final long TIMEOUT = 60_000;

  @TempDir private Path directory;
  private JobOptions options;
  private Release first;
  private Release second;
  private Release gone;

  @BeforeEach
  void makeModels() throws Exception {
    ReleasedFakes.reset();
    options =
        JobOptions.of(
            Map.of(
                "bootstrap-servers", "none:1",
                "model", ReleasedFakes.file(directory, "0").toString(),
                "models-topic", "models",
                "scales", "8",
                "batch-linger", "1 ms",
                "warm-up", "false"));
    first = ReleasedFakes.release(directory, ModelRole.PRIMARY, "1", 1);
    second = ReleasedFakes.release(directory, ModelRole.CANARY, "2", 0.5);
    gone = ReleasedFakes.release(directory, ModelRole.PRIMARY, "3", 1);
    Files.delete(directory.resolve("3"));
  }

  @AfterEach
  void everyModelIsClosed() {
    ReleasedFakes.requireAllClosed();
  }

  private OneInputStreamOperatorTestHarness<ImageRequest, EncodedRecord> harness()
      throws Exception {
    return new OneInputStreamOperatorTestHarness<>(
        new AsyncWaitOperatorFactory<>(
            new Classify(options, ReleasedFakes::open),
            TIMEOUT,
            options.capacity(),
            AsyncDataStream.OutputMode.UNORDERED),
        TypeInformation.of(ImageRequest.class).createSerializer(new SerializerConfigImpl()));
  }

  private static StreamRecord<ImageRequest> event(
      @Nullable Release model, @Nullable Release fallback, @Nullable Release shadow)
      throws Exception {
    ByteBuffer png = Fakes.png(16, 16, 0, 200, 0);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
    new SpecificDatumWriter<>(ImageEvent.class)
        .write(
            ImageEvent.newBuilder()
                .setEventId("e")
                .setSource("s")
                .setCapturedAt(Instant.EPOCH)
                .setPayload(png)
                .setAttributes(Map.of())
                .build(),
            encoder);
    encoder.flush();
    Reading reading =
        new ImageEventReader().read(new SourceRecord(null, out.toByteArray(), "t", 0, 7));
    return new StreamRecord<>(
        ((Reading.Event) reading).request().with(new Stamp(model, fallback, shadow)));
  }

  /** Kind, version and role of each answer. */
  private static List<String> answers(
      OneInputStreamOperatorTestHarness<ImageRequest, EncodedRecord> harness) throws Exception {
    TreeSet<String> answers = new TreeSet<>();
    for (Object o : harness.getOutput()) {
      EncodedRecord record = (EncodedRecord) ((StreamRecord<?>) o).getValue();
      Prediction prediction =
          new SpecificDatumReader<>(Prediction.class)
              .read(null, DecoderFactory.get().binaryDecoder(record.value(), null));
      answers.add(
          "%s %s %s"
              .formatted(
                  record.kind(),
                  prediction.getModel().getVersion(),
                  prediction.getModel().getRole()));
    }
    assertEquals(harness.getOutput().size(), answers.size());
    return List.copyOf(answers);
  }

  private List<String> answersTo(StreamRecord<ImageRequest> event) throws Exception {
    try (var harness = harness()) {
      harness.open();
      harness.processElement(event);
      harness.endInput();
      return answers(harness);
    }
  }

  @Test
  void eventIsAnsweredByTheModelOfItsStamp() throws Exception {
    assertEquals(List.of("PREDICTION 0 PRIMARY"), answersTo(event(null, null, null)));
    assertEquals(List.of("PREDICTION 1 PRIMARY"), answersTo(event(first, null, null)));
    assertEquals(List.of("PREDICTION 2 CANARY"), answersTo(event(second, first, null)));
  }

  @Test
  void modelThatCannotBeLoadedIsReplacedByItsFallbackAndThatByTheOptions() throws Exception {
    assertEquals(List.of("PREDICTION 1 PRIMARY"), answersTo(event(gone, first, null)));
    assertEquals(List.of("PREDICTION 0 PRIMARY"), answersTo(event(gone, null, null)));
    assertEquals(List.of("PREDICTION 0 PRIMARY"), answersTo(event(gone, gone, null)));
  }

  @Test
  void shadowAnswersTooAndCostsItsOwnPredictionOnlyWhereItCannot() throws Exception {
    Release shadow = ReleasedFakes.release(directory, ModelRole.SHADOW, "4", 1);
    assertEquals(
        List.of("PREDICTION 1 PRIMARY", "SHADOW_PREDICTION 4 SHADOW"),
        answersTo(event(first, null, shadow)));
    Files.delete(directory.resolve("4"));
    assertEquals(List.of("PREDICTION 1 PRIMARY"), answersTo(event(first, null, shadow)));
  }

  @Test
  void eventsKeepTheirStampsThroughARestore() throws Exception {
    OperatorSubtaskState snapshot;
    ReleasedFakes.HELD.put("2", new java.util.concurrent.CountDownLatch(1));
    try (var harness = harness()) {
      harness.open();
      harness.processElement(event(second, first, null));
      snapshot = harness.snapshot(1, 1);
    }
    ReleasedFakes.HELD.clear();
    try (var harness = harness()) {
      harness.initializeState(snapshot);
      harness.open();
      harness.endInput();
      assertEquals(List.of("PREDICTION 2 CANARY"), answers(harness));
    }
  }
}
