package vggstream.job.codec;

import java.nio.ByteBuffer;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import vggstream.job.codec.AvroBytes.MalformedException;

/**
 * Reads Kafka records as {@link vggstream.schema.ImageEvent}s, without copying the image. Never
 * throws: what cannot be answered is {@link Reading.Unreadable}. Thread-safe.
 */
public final class ImageEventReader {

  /** Reads one record. */
  public Reading read(SourceRecord record) {
    return read(record, 0);
  }

  /** Reads one record, whose event begins at an offset of the value. */
  Reading read(SourceRecord record, int offset) {
    byte[] value = record.value();
    if (value == null) {
      return new Reading.Unreadable(
          null, DeadLetterReason.NO_VALUE, "a record must have a value: has none", Map.of());
    }
    try {
      return read(record, value, new AvroBytes(value, offset));
    } catch (MalformedException e) {
      return new Reading.Unreadable(
          null,
          DeadLetterReason.NOT_AN_IMAGE_EVENT,
          "the value of %d bytes is not an ImageEvent: %s".formatted(value.length, e.getMessage()),
          Map.of());
    }
  }

  /** The fields in the order of the schema, which is frozen (a test compares the two). */
  private static Reading read(SourceRecord record, byte[] value, AvroBytes avro)
      throws MalformedException {
    String eventId = avro.readString();
    String source = avro.readString();
    long capturedAt = avro.readLong();
    boolean hasPayload = avro.readIsPresent();
    int length = hasPayload ? avro.readLength() : 0;
    int offset = avro.position();
    avro.skip(length);
    String uri = avro.readNullableString();
    String sha256 = avro.readNullableString();
    Long saidLength = avro.readNullableLong();
    Map<String, String> attributes = avro.readStringMap();
    if (avro.remaining() > 0) {
      throw new MalformedException(
          "a record must end with its last field: %d bytes follow".formatted(avro.remaining()));
    }
    if (eventId.isEmpty()) {
      return invalid(null, "eventId must not be empty: was empty", attributes);
    }
    if (source.isEmpty()) {
      return invalid(eventId, "source must not be empty: was empty", attributes);
    }
    if (hasPayload == (uri != null)) {
      return invalid(
          eventId,
          "exactly one of payload and uri must be given: "
              + (hasPayload ? "both" : "none")
              + " was",
          attributes);
    }
    if (uri != null) {
      return new Reading.Event(
          new ImageRequest(
              record,
              eventId,
              source,
              capturedAt,
              0,
              0,
              new Reference(uri, sha256, saidLength),
              attributes,
              Stamp.NONE));
    }
    if (saidLength != null && saidLength != length) {
      return new Reading.Unreadable(
          eventId,
          DeadLetterReason.LENGTH_DIFFERS,
          "an image must have the length that the event says, %d: has %d"
              .formatted(saidLength, length),
          attributes);
    }
    String differs = Reference.differs(sha256, ByteBuffer.wrap(value, offset, length));
    if (differs != null) {
      return new Reading.Unreadable(eventId, DeadLetterReason.SHA256_DIFFERS, differs, attributes);
    }
    return new Reading.Event(
        new ImageRequest(
            record, eventId, source, capturedAt, offset, length, null, attributes, Stamp.NONE));
  }

  private static Reading invalid(
      @Nullable String eventId, String message, Map<String, String> attributes) {
    return new Reading.Unreadable(eventId, DeadLetterReason.INVALID_EVENT, message, attributes);
  }
}
