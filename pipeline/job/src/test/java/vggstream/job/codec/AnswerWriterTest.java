package vggstream.job.codec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificDatumWriter;
import org.junit.jupiter.api.Test;
import vggstream.classify.RankedClass;
import vggstream.image.ImageFormat;
import vggstream.image.ImageRejectedException;
import vggstream.image.Size;
import vggstream.job.batch.FailureReason;
import vggstream.job.batch.Outcome;
import vggstream.job.batch.Stage;
import vggstream.job.batch.Timings;
import vggstream.localise.Box;
import vggstream.localise.LocatedClass;
import vggstream.schema.DeadLetter;
import vggstream.schema.LabelledBox;
import vggstream.schema.Prediction;
import vggstream.schema.RankedLabel;

class AnswerWriterTest {
  private static final Instant NOW = Instant.ofEpochMilli(1_700_000_000_123L);
  private static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);
  private static final ModelStamp STAMP =
      new ModelStamp(
          "vgg",
          "3",
          "ab",
          ModelRole.PRIMARY,
          List.of(256, 384),
          true,
          List.of("cat", "dog"),
          Map.of("vgg.localiser", "boxes 1"));
  private static final Outcome.Classified CLASSIFIED =
      new Outcome.Classified(
          new double[] {0.25, 0.75},
          List.of(
              new LocatedClass(1, new Box(0, 120, 640, 480), 0.5),
              new LocatedClass(0, new Box(160, 0, 320, 240.5), 0.125)),
          new Size(640, 480),
          ImageFormat.WEBP,
          new Timings(1, 2, 3, 4));
  private static final List<RankedClass> RANKED =
      List.of(new RankedClass(1, 1, "dog", 0.75f), new RankedClass(2, 0, "cat", 0.25f));

  private static ImageRequest request(Map<String, String> attributes) {
    byte[] value =
        ImageEventReaderTest.encode(
            ImageEventReaderTest.event().setAttributes(attributes).build(), false);
    Reading reading =
        new ImageEventReader().read(new SourceRecord(new byte[] {9}, value, "t", 1, 2));
    return ((Reading.Event) reading).request();
  }

  private static <T> T decode(Class<T> type, EncodedRecord record) throws IOException {
    return new SpecificDatumReader<>(type)
        .read(null, DecoderFactory.get().binaryDecoder(record.value(), null));
  }

  @Test
  void predictionSaysAllThatIsKnown() throws Exception {
    AnswerWriter writer = new AnswerWriter(1 << 20, 1 << 10, CLOCK);
    EncodedRecord record = writer.prediction(request(Map.of("a", "b")), STAMP, CLASSIFIED, RANKED);
    assertEquals(EncodedRecord.Kind.PREDICTION, record.kind());
    assertArrayEquals("s".getBytes(StandardCharsets.UTF_8), record.key());
    Prediction p = decode(Prediction.class, record);
    assertEquals("e", p.getEventId());
    assertEquals(Instant.ofEpochMilli(-7), p.getCapturedAt());
    assertEquals(NOW, p.getPredictedAt());
    assertEquals("PRIMARY", p.getModel().getRole());
    assertEquals(640, p.getImage().getWidth());
    assertEquals("WEBP", p.getImage().getFormat());
    assertEquals(List.of(256, 384), p.getProtocol().getScales());
    assertEquals("NONE", p.getProtocol().getCrops());
    assertEquals("dog", p.getPredictions().get(0).getLabel());
    assertEquals(0.75f, p.getPredictions().get(0).getProbability());
    assertEquals(4, p.getTimings().getBatchSize());
    assertEquals("t", p.getOrigin().getTopic());
    assertEquals(2, p.getOrigin().getOffset());
    assertEquals(Map.of("a", "b", "vgg.localiser", "boxes 1"), p.getAttributes());
  }

  @Test
  void boxesAreWrittenInPixelsAndAsFractions() throws Exception {
    AnswerWriter writer = new AnswerWriter(1 << 20, 1 << 10, CLOCK);
    EncodedRecord record = writer.prediction(request(Map.of()), STAMP, CLASSIFIED, RANKED);
    assertEquals(
        List.of(
            new LabelledBox(1, "dog", 0.5f, 0f, 120f, 640f, 480f, 0f, 0.25f, 1f, 1f),
            new LabelledBox(
                0, "cat", 0.125f, 160f, 0f, 320f, 240.5f, 0.25f, 0f, 0.5f, 240.5f / 480)),
        decode(Prediction.class, record).getBoxes());
  }

  /** Numbers of all lengths, texts of all widths, empty and long lists. */
  @Test
  void generatedClassWritesTheSameBytes() throws Exception {
    Random random = new Random(5);
    for (int n = 0; n < 500; n++) {
      int classes = 1 + random.nextInt(12);
      List<String> labels = Stream.generate(() -> text(random)).limit(classes).toList();
      ModelStamp stamp =
          new ModelStamp(
              text(random),
              text(random),
              text(random),
              ModelRole.values()[random.nextInt(ModelRole.values().length)],
              random.ints(random.nextInt(4), 1, 1 << 20).boxed().toList(),
              random.nextBoolean(),
              labels,
              random.nextBoolean() ? Map.of() : Map.of(text(random), text(random)));
      double side = 1 + random.nextInt(5000);
      Outcome.Classified classified =
          new Outcome.Classified(
              new double[classes],
              Stream.generate(
                      () ->
                          new LocatedClass(
                              random.nextInt(classes),
                              new Box(0, 0, side * random.nextDouble(), side),
                              random.nextDouble()))
                  .limit(random.nextInt(6))
                  .toList(),
              new Size((int) side, (int) side),
              ImageFormat.values()[random.nextInt(ImageFormat.values().length)],
              new Timings(
                  number(random), number(random), number(random), 1 + random.nextInt(1 << 30)));
      List<RankedClass> ranked =
          IntStream.range(0, random.nextInt(classes + 1))
              .mapToObj(r -> new RankedClass(r + 1, r, labels.get(r), random.nextFloat()))
              .toList();
      EncodedRecord record =
          new AnswerWriter(1 << 20, 1 << 10, CLOCK)
              .prediction(request(Map.of(text(random), text(random))), stamp, classified, ranked);
      Prediction read = decode(Prediction.class, record);
      assertEquals(labels.subList(0, ranked.size()), labelsOf(read));
      assertEquals(classified.boxes().size(), read.getBoxes().size());
      assertEquals(classified.timings().queueMicros(), read.getTimings().getQueueMicros());
      assertEquals(stamp.scales(), read.getProtocol().getScales());
      ByteArrayOutputStream again = new ByteArrayOutputStream();
      BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(again, null);
      new SpecificDatumWriter<>(Prediction.class).write(read, encoder);
      if (read.getAttributes().size() == 1) { // else the order of a map is free
        assertArrayEquals(again.toByteArray(), record.value());
      }
      assertEquals(again.size(), record.value().length);
    }
  }

  private static List<String> labelsOf(Prediction prediction) {
    return prediction.getPredictions().stream().map(RankedLabel::getLabel).toList();
  }

  private static String text(Random random) {
    return random
        .ints(random.nextInt(random.nextInt(4) == 0 ? 400 : 20), 0, 1 << random.nextInt(5, 16))
        .filter(c -> !Character.isSurrogate((char) c))
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .append(random.nextBoolean() ? "" : "\uD83D\uDE00")
        .toString();
  }

  private static long number(Random random) {
    return random.nextLong() >>> random.nextInt(1, 64);
  }

  @Test
  void predictionTooLargeForARecordBecomesADeadLetter() throws Exception {
    AnswerWriter writer = new AnswerWriter(4000, 4000, CLOCK);
    EncodedRecord record =
        writer.prediction(request(Map.of("a", "x".repeat(3500))), STAMP, CLASSIFIED, RANKED);
    assertEquals(EncodedRecord.Kind.DEAD_LETTER, record.kind());
    DeadLetter letter = decode(DeadLetter.class, record);
    assertEquals("ANSWER_TOO_LARGE", letter.getReason());
    assertEquals("WRITE", letter.getStage());
    assertTrue(record.value().length < 4000);
    assertNull(letter.getRecord());
  }

  @Test
  void deadLetterCarriesTheRecordByteForByteIfItIsSmall() throws Exception {
    ImageRequest request = request(Map.of("a", "b"));
    byte[] value = request.record().value();
    AnswerWriter writer = new AnswerWriter(1 << 20, value.length, CLOCK);
    EncodedRecord record =
        writer.deadLetter(
            request, DeadLetterReason.TRUNCATED, DeadLetterStage.DECODE, "ends early");
    DeadLetter letter = decode(DeadLetter.class, record);
    assertEquals("e", letter.getEventId());
    assertEquals("TRUNCATED", letter.getReason());
    assertEquals(ByteBuffer.wrap(value), letter.getRecord());
    assertEquals(NOW, letter.getOccurredAt());
    assertEquals(Map.of("a", "b"), letter.getAttributes());
    assertArrayEquals(new byte[] {9}, record.key());
    AnswerWriter smaller = new AnswerWriter(1 << 20, value.length - 1, CLOCK);
    assertNull(
        decode(
                DeadLetter.class,
                smaller.deadLetter(
                    request, DeadLetterReason.TRUNCATED, DeadLetterStage.DECODE, "x"))
            .getRecord());
  }

  @Test
  void unreadableRecordKeepsItsKey() throws Exception {
    AnswerWriter writer = new AnswerWriter(1 << 20, 1 << 10, CLOCK);
    EncodedRecord record =
        writer.deadLetter(
            new SourceRecord(new byte[] {5}, null, "t", 1, 2),
            new Reading.Unreadable(null, DeadLetterReason.NO_VALUE, "has none", Map.of()));
    assertArrayEquals(new byte[] {5}, record.key());
    DeadLetter letter = decode(DeadLetter.class, record);
    assertNull(letter.getEventId());
    assertNull(letter.getRecord());
    assertEquals("READ", letter.getStage());
  }

  @Test
  void eventThatBreaksARuleKeepsItsAttributes() throws Exception {
    byte[] value =
        ImageEventReaderTest.encode(
            ImageEventReaderTest.event().setSource("").setAttributes(Map.of("a", "b")).build(),
            false);
    SourceRecord record = new SourceRecord(null, value, "t", 1, 2);
    Reading.Unreadable unreadable = (Reading.Unreadable) new ImageEventReader().read(record);
    AnswerWriter writer = new AnswerWriter(1 << 20, 1 << 10, CLOCK);
    DeadLetter letter = decode(DeadLetter.class, writer.deadLetter(record, unreadable));
    assertEquals(Map.of("a", "b"), letter.getAttributes());
    assertEquals("e", letter.getEventId());
  }

  @Test
  void deadLetterFitsARecordWhateverIsLarge() throws Exception {
    int most = 1 << 14;
    AnswerWriter writer = new AnswerWriter(most, most, CLOCK);
    String large = "x".repeat(most);
    byte[] value =
        ImageEventReaderTest.encode(
            ImageEventReaderTest.event()
                .setEventId(large)
                .setSource(large)
                .setAttributes(Map.of("a", large))
                .build(),
            false);
    SourceRecord source = new SourceRecord(new byte[most], value, "t".repeat(249), 1, 2);
    ImageRequest request = ((Reading.Event) new ImageEventReader().read(source)).request();
    for (EncodedRecord record :
        List.of(
            writer.prediction(request, STAMP, CLASSIFIED, RANKED),
            writer.deadLetter(
                request,
                DeadLetterReason.UNEXPECTED,
                DeadLetterStage.DECODE,
                "\u20ac".repeat(most)))) {
      int size = (record.key() == null ? 0 : record.key().length) + record.value().length;
      assertTrue(size + 1000 < most, "record of " + size + " bytes");
      DeadLetter letter = decode(DeadLetter.class, record);
      assertNull(letter.getEventId());
      assertEquals(2, letter.getOrigin().getOffset());
    }
  }

  @Test
  void everyReasonAndStageOfTheBatcherHasItsDeadLetter() {
    List<String> reasons =
        Arrays.stream(DeadLetterReason.values()).map(Enum::name).collect(Collectors.toList());
    Stream.concat(
            Arrays.stream(ImageRejectedException.Reason.values()).map(Enum::name),
            Arrays.stream(FailureReason.values()).map(Enum::name))
        .forEach(name -> assertTrue(reasons.contains(name), name));
    for (Stage stage : Stage.values()) {
      DeadLetterStage.valueOf(stage.name());
    }
  }
}
