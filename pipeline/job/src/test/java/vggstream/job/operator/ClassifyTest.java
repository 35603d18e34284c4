package vggstream.job.operator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.java.typeutils.GenericTypeInfo;
import org.apache.flink.api.java.typeutils.PojoTypeInfo;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.datastream.AsyncDataStream;
import org.apache.flink.streaming.api.operators.async.AsyncWaitOperatorFactory;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.apache.flink.util.ExceptionUtils;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import vggstream.job.batch.Fakes;
import vggstream.job.codec.EncodedRecord;
import vggstream.job.codec.ImageEventReader;
import vggstream.job.codec.ImageRequest;
import vggstream.job.codec.Reading;
import vggstream.job.codec.Reference;
import vggstream.job.codec.SourceRecord;
import vggstream.job.config.JobOptions;
import vggstream.model.ModelCard;
import vggstream.schema.DeadLetter;
import vggstream.schema.ImageEvent;
import vggstream.schema.Prediction;

@Timeout(60)
@SuppressWarnings("try") // a harness may be interrupted when it is closed
class ClassifyTest {
  private static final long TIMEOUT = 60_000;

  /** Functions are serialised on their way to an operator, so the model is found here. */
  private static Fakes.Model model = new Fakes.Model();

  @TempDir private Path directory;
  private JobOptions options;

  @BeforeEach
  void makeOptions() throws Exception {
    model = new Fakes.Model();
    Path file = Files.writeString(directory.resolve("m"), "abc");
    options =
        JobOptions.of(
            Map.of(
                "bootstrap-servers",
                "none:1",
                "model",
                file.toString(),
                "scales",
                "8",
                "batch-size",
                "4",
                "batch-linger",
                "1 ms",
                "top-k",
                "2",
                "fetch-roots",
                directory.toUri().toString(),
                "warm-up",
                "false"));
  }

  private OneInputStreamOperatorTestHarness<ImageRequest, EncodedRecord> harness()
      throws Exception {
    return new OneInputStreamOperatorTestHarness<>(
        new AsyncWaitOperatorFactory<>(
            new Classify(options, classifier -> Fakes.classifier(model, classifier)),
            TIMEOUT,
            options.capacity(),
            AsyncDataStream.OutputMode.UNORDERED),
        serializer(ImageRequest.class));
  }

  private static <T> TypeSerializer<T> serializer(Class<T> type) {
    return TypeInformation.of(type).createSerializer(new SerializerConfigImpl());
  }

  private static StreamRecord<ImageRequest> element(String eventId, ByteBuffer payload)
      throws Exception {
    return element(event(eventId).setPayload(payload));
  }

  private static ImageEvent.Builder event(String eventId) {
    return ImageEvent.newBuilder()
        .setEventId(eventId)
        .setSource("s")
        .setCapturedAt(Instant.EPOCH)
        .setAttributes(Map.of("k", "v"));
  }

  private static StreamRecord<ImageRequest> element(ImageEvent.Builder builder) throws Exception {
    ImageEvent event = builder.build();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
    new SpecificDatumWriter<>(ImageEvent.class).write(event, encoder);
    encoder.flush();
    Reading reading =
        new ImageEventReader().read(new SourceRecord(null, out.toByteArray(), "t", 0, 7));
    return new StreamRecord<>(((Reading.Event) reading).request());
  }

  private static <T> T decode(Class<T> type, EncodedRecord record) throws Exception {
    return new SpecificDatumReader<>(type)
        .read(null, DecoderFactory.get().binaryDecoder(record.value(), null));
  }

  private static List<EncodedRecord> output(
      OneInputStreamOperatorTestHarness<ImageRequest, EncodedRecord> harness) {
    List<EncodedRecord> records = new ArrayList<>();
    harness.getOutput().forEach(o -> records.add((EncodedRecord) ((StreamRecord<?>) o).getValue()));
    return records;
  }

  @Test
  void eachImageIsAnsweredByAPredictionOrADeadLetter() throws Exception {
    try (var harness = harness()) {
      harness.open();
      harness.processElement(element("good", Fakes.png(16, 16, 0, 200, 0)));
      harness.processElement(element("bad", ByteBuffer.allocate(0)));
      harness.processElement(element("poison", Fakes.png(8, 8, Fakes.Model.POISON, 0, 0)));
      harness.endInput();
      List<EncodedRecord> answers = output(harness);
      assertEquals(3, answers.size());
      for (EncodedRecord answer : answers) {
        if (answer.kind() == EncodedRecord.Kind.PREDICTION) {
          Prediction prediction = decode(Prediction.class, answer);
          assertEquals("good", prediction.getEventId());
          assertEquals(2, prediction.getPredictions().size());
          assertEquals("green", prediction.getPredictions().get(0).getLabel());
          assertEquals(7, prediction.getOrigin().getOffset());
          assertEquals("fake", prediction.getModel().getName());
        } else {
          DeadLetter letter = decode(DeadLetter.class, answer);
          boolean empty = letter.getEventId().equals("bad");
          assertEquals(empty ? "EMPTY" : "INFERENCE_FAILED", letter.getReason());
          assertEquals(empty ? "DECODE" : "INFER", letter.getStage());
        }
      }
    }
    assertTrue(model.closed);
  }

  @Test
  void imageByUriIsFetchedAndAnsweredByAPredictionOrADeadLetter() throws Exception {
    ByteBuffer png = Fakes.png(16, 16, 0, 200, 0);
    byte[] bytes = new byte[png.remaining()];
    png.get(bytes);
    String uri = Files.write(directory.resolve("a.png"), bytes).toUri().toString();
    try (var harness = harness()) {
      harness.open();
      harness.processElement(element(event("good").setUri(uri).setLength((long) bytes.length)));
      harness.processElement(element(event("long").setUri(uri).setLength(1L)));
      harness.processElement(element(event("none").setUri(uri + "2")));
      harness.processElement(element(event("out").setUri("file:///etc/hostname")));
      harness.endInput();
      Map<String, String> answers = new HashMap<>();
      for (EncodedRecord answer : output(harness)) {
        if (answer.kind() == EncodedRecord.Kind.PREDICTION) {
          Prediction prediction = decode(Prediction.class, answer);
          answers.put(prediction.getEventId(), prediction.getPredictions().get(0).getLabel());
        } else {
          DeadLetter letter = decode(DeadLetter.class, answer);
          answers.put(letter.getEventId(), letter.getReason());
          assertEquals("FETCH", letter.getStage());
          assertTrue(letter.getRecord() != null, "the event can be sent again");
        }
      }
      assertEquals(
          Map.of(
              "good", "green",
              "long", "LENGTH_DIFFERS",
              "none", "REFERENCE_NOT_FOUND",
              "out", "REFERENCE_NOT_ALLOWED"),
          answers);
    }
    assertEquals(0, threads());
  }

  @Test
  void imageByUriIsInTheSnapshotByItsUri() throws Exception {
    model.hold();
    ByteBuffer png = Fakes.png(16, 16, 0, 200, 0);
    byte[] bytes = new byte[png.remaining()];
    png.get(bytes);
    String uri = Files.write(directory.resolve("a.png"), bytes).toUri().toString();
    OperatorSubtaskState snapshot;
    try (var harness = harness()) {
      harness.open();
      harness.processElement(element(event("e").setUri(uri)));
      snapshot = harness.snapshot(1, 1);
      model.allowed.release(10);
    }
    model = new Fakes.Model();
    try (var harness = harness()) {
      harness.initializeState(snapshot);
      harness.open();
      harness.endInput();
      assertEquals("e", decode(Prediction.class, output(harness).get(0)).getEventId());
    }
  }

  @Test
  void imageWithoutAnAnswerInTimeBecomesADeadLetter() throws Exception {
    model.hold();
    try (var harness = harness()) {
      harness.open();
      harness.processElement(element("slow", Fakes.png(16, 16, 0, 200, 0)));
      harness.setProcessingTime(TIMEOUT + 1);
      harness.endInput();
      DeadLetter letter = decode(DeadLetter.class, output(harness).get(0));
      assertEquals("TIMEOUT", letter.getReason());
      assertEquals("slow", letter.getEventId());
      model.allowed.release(10);
    }
    assertEquals(0, threads());
  }

  @Test
  void predictionThatCannotBeWrittenBecomesADeadLetter() throws Exception {
    try (var harness = harness()) {
      harness.open();
      model.card = Fakes.card(ModelCard.Task.CLASSIFY, "red", "green"); // not what was loaded
      harness.processElement(element("e", Fakes.png(16, 16, 0, 200, 0)));
      harness.endInput();
      DeadLetter letter = decode(DeadLetter.class, output(harness).get(0));
      assertEquals("UNEXPECTED", letter.getReason());
      assertEquals("WRITE", letter.getStage());
      assertTrue(letter.getMessage().contains("labels"), letter.getMessage());
    }
  }

  @Test
  void processThatCannotGoOnFailsTheTaskAndKeepsTheImageInItsState() throws Exception {
    OperatorSubtaskState snapshot;
    try (var harness = harness()) {
      harness.open();
      harness.processElement(element("e", Fakes.png(8, 8, Fakes.Model.FATAL, 0, 0)));
      assertFailsWithItsCause(harness);
      snapshot = harness.snapshot(1, 1);
    }
    try (var harness = harness()) {
      harness.initializeState(snapshot);
      harness.open();
      assertFailsWithItsCause(harness); // it is tried again
    }
  }

  private static void assertFailsWithItsCause(
      OneInputStreamOperatorTestHarness<ImageRequest, EncodedRecord> harness) {
    Exception failure = assertThrows(Exception.class, harness::endInput);
    assertTrue(
        ExceptionUtils.findThrowable(failure, UnsatisfiedLinkError.class).isPresent(),
        failure::toString);
    assertTrue(output(harness).isEmpty());
  }

  @Test
  void imagesInFlightAreInTheSnapshotAndAnsweredAfterARestore() throws Exception {
    model.hold();
    OperatorSubtaskState snapshot;
    try (var harness = harness()) {
      harness.open();
      harness.processElement(element("e1", Fakes.png(16, 16, 0, 200, 0)));
      harness.processElement(element("e2", Fakes.png(16, 24, 0, 0, 200)));
      snapshot = harness.snapshot(1, 1);
      model.allowed.release(10);
    }
    model = new Fakes.Model();
    try (var harness = harness()) {
      harness.initializeState(snapshot);
      harness.open();
      harness.endInput();
      List<String> ids = new ArrayList<>();
      for (EncodedRecord answer : output(harness)) {
        ids.add(decode(Prediction.class, answer).getEventId());
      }
      ids.sort(null);
      assertEquals(List.of("e1", "e2"), ids);
    }
  }

  private static long threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(t -> t.getName().startsWith("vgg-"))
        .count();
  }

  @Test
  void noTypeBetweenOperatorsIsGeneric() throws Exception {
    for (Class<?> type : List.of(SourceRecord.class, ImageRequest.class, EncodedRecord.class)) {
      TypeInformation<?> info = TypeInformation.of(type);
      assertTrue(info instanceof PojoTypeInfo, () -> type + " is " + info);
      assertFalse(holdsGeneric(info), () -> info + " holds a generic type");
    }
    ImageRequest request = element("e", Fakes.png(8, 8, 1, 2, 3)).getValue();
    DataOutputSerializer out = new DataOutputSerializer(100);
    TypeSerializer<ImageRequest> serializer = serializer(ImageRequest.class);
    serializer.serialize(request, out);
    ImageRequest copy = serializer.deserialize(new DataInputDeserializer(out.getCopyOfBuffer()));
    assertEquals(request.payload(), copy.payload());
    assertEquals(request.attributes(), copy.attributes());
    assertEquals(request.eventId(), copy.eventId());
    assertEquals(request.record().toString(), copy.record().toString());
    out.clear();
    serializer.serialize(element(event("e").setUri("s3://b/k")).getValue(), out);
    copy = serializer.deserialize(new DataInputDeserializer(out.getCopyOfBuffer()));
    assertEquals(new Reference("s3://b/k", null, null), copy.reference());
  }

  private static boolean holdsGeneric(TypeInformation<?> info) {
    if (info instanceof GenericTypeInfo) {
      return true;
    }
    if (info instanceof PojoTypeInfo<?> pojo) {
      for (int i = 0; i < pojo.getArity(); i++) {
        if (holdsGeneric(pojo.getTypeAt(i))) {
          return true;
        }
      }
    }
    return false;
  }
}
