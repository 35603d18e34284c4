package vggstream.job.codec;

import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Objects;

/**
 * An image event that is to be answered. The image stays where it is in the Kafka record, which a
 * dead letter may have to carry as it was read.
 *
 * @param record as it was read
 * @param eventId not empty
 * @param source not empty
 * @param capturedAtMillis event time
 * @param payloadOffset of the encoded image in the record's value
 * @param payloadLength bytes of the encoded image
 * @param attributes of the event
 */
public record ImageRequest(
    SourceRecord record,
    String eventId,
    String source,
    long capturedAtMillis,
    int payloadOffset,
    int payloadLength,
    Map<String, String> attributes) {

  /** The encoded image, a view of the record's value. */
  public ByteBuffer payload() {
    byte[] value = Objects.requireNonNull(record.value(), "an image request has a value");
    return ByteBuffer.wrap(value, payloadOffset, payloadLength).slice().asReadOnlyBuffer();
  }
}
