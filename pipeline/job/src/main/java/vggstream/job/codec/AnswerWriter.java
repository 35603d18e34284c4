package vggstream.job.codec;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;
import vggstream.classify.RankedClass;
import vggstream.job.batch.Outcome;
import vggstream.schema.DeadLetter;
import vggstream.schema.ModelRelease;
import vggstream.schema.Origin;

/** Writes predictions, dead letters and live models as Kafka will hold them. Thread-safe. */
public final class AnswerWriter {
  /** What Kafka and its record format may add to key and value. */
  private static final int OVERHEAD = 1 << 10;

  private static final int MAX_MESSAGE = 2000;

  private final int maxRecordBytes;
  private final int maxDeadLetterRecordBytes;
  private final Clock clock;

  /**
   * @param maxRecordBytes largest record that may be written; at least 16 KiB, so that a dead
   *     letter's message and origin always fit
   * @param maxDeadLetterRecordBytes dead letters carry the record that failed if its value is no
   *     larger
   * @param clock of answers
   */
  public AnswerWriter(int maxRecordBytes, int maxDeadLetterRecordBytes, Clock clock) {
    this.maxRecordBytes = maxRecordBytes;
    this.maxDeadLetterRecordBytes = maxDeadLetterRecordBytes;
    this.clock = clock;
  }

  /** The prediction for an image; a dead letter if it would be too large for a record. */
  public EncodedRecord prediction(
      ImageRequest request,
      ModelStamp model,
      Outcome.Classified classified,
      List<RankedClass> ranked) {
    byte[] value =
        PredictionEncoder.encode(
            request, model, classified, ranked, clock.instant().toEpochMilli());
    byte[] key = key(request);
    if (isTooLarge(key, value)) {
      return deadLetter(
          request,
          DeadLetterReason.ANSWER_TOO_LARGE,
          DeadLetterStage.WRITE,
          "a record must have at most %d bytes: the prediction has %d"
              .formatted(maxRecordBytes, (long) key.length + value.length + OVERHEAD));
    }
    return new EncodedRecord(
        model.role() == ModelRole.SHADOW
            ? EncodedRecord.Kind.SHADOW_PREDICTION
            : EncodedRecord.Kind.PREDICTION,
        key,
        value);
  }

  /** The dead letter of an event. */
  public EncodedRecord deadLetter(
      ImageRequest request, DeadLetterReason reason, DeadLetterStage stage, String message) {
    return deadLetter(
        request.record(), request.eventId(), request.attributes(), reason, stage, message);
  }

  /** The dead letter of a record that is no event. */
  public EncodedRecord deadLetter(SourceRecord record, Reading.Unreadable unreadable) {
    return deadLetter(
        record,
        unreadable.eventId(),
        unreadable.attributes(),
        unreadable.reason(),
        DeadLetterStage.READ,
        unreadable.message());
  }

  /** The dead letter of a release that is not put into service. */
  public EncodedRecord deadLetter(SourceRecord record, DeadLetterReason reason, String message) {
    return deadLetter(record, null, Map.of(), reason, DeadLetterStage.RELEASE, message);
  }

  /** The record that says which model plays a part now. */
  public static EncodedRecord liveModel(Release release) {
    ModelRelease live =
        ModelRelease.newBuilder()
            .setRole(release.role().name())
            .setName(release.name())
            .setVersion(release.version())
            .setUri(release.uri())
            .setSha256(release.sha256())
            .setShare(release.share())
            .setAttributes(Map.of())
            .build();
    return liveModel(release.role(), encode(live));
  }

  /** The record that says that no model plays a part now. */
  public static EncodedRecord noLiveModel(ModelRole role) {
    return liveModel(role, null);
  }

  private static EncodedRecord liveModel(ModelRole role, byte @Nullable [] value) {
    return new EncodedRecord(
        EncodedRecord.Kind.LIVE_MODEL, role.name().getBytes(StandardCharsets.UTF_8), value);
  }

  private EncodedRecord deadLetter(
      SourceRecord record,
      @Nullable String eventId,
      Map<String, String> attributes,
      DeadLetterReason reason,
      DeadLetterStage stage,
      String message) {
    byte[] original = record.value();
    boolean carried = original != null && original.length <= maxDeadLetterRecordBytes;
    DeadLetter letter =
        DeadLetter.newBuilder()
            .setOrigin(origin(record))
            .setEventId(eventId)
            .setReason(reason.name())
            .setStage(stage.name())
            .setMessage(
                message.length() <= MAX_MESSAGE ? message : message.substring(0, MAX_MESSAGE))
            .setOccurredAt(clock.instant())
            .setRecord(carried && original != null ? ByteBuffer.wrap(original) : null)
            .setAttributes(attributes)
            .build();
    byte[] value = encode(letter);
    byte[] key = record.key();
    if (isTooLarge(key, value)) { // say less rather than nothing
      letter.setRecord(null);
      letter.setAttributes(Map.of());
      value = encode(letter);
    }
    if (isTooLarge(key, value)) {
      key = null;
    }
    if (isTooLarge(key, value)) { // the origin still says which record it was
      letter.setEventId(null);
      value = encode(letter);
    }
    return new EncodedRecord(EncodedRecord.Kind.DEAD_LETTER, key, value);
  }

  private boolean isTooLarge(byte @Nullable [] key, byte[] value) {
    return (key == null ? 0L : key.length) + value.length + OVERHEAD > maxRecordBytes;
  }

  private static byte[] key(ImageRequest request) {
    return request.source().getBytes(StandardCharsets.UTF_8);
  }

  private static Origin origin(SourceRecord record) {
    return new Origin(record.topic(), record.partition(), record.offset());
  }

  private static <T extends SpecificRecord> byte[] encode(T record) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(1 << 10);
    BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(out, null);
    try {
      new SpecificDatumWriter<T>(record.getSchema()).write(record, encoder);
      encoder.flush();
    } catch (IOException e) {
      throw new UncheckedIOException("an array can always be written", e);
    }
    return out.toByteArray();
  }
}
