package vggstream.job.codec;

import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An image event that is to be answered. The image stays where it is in the Kafka record, which a
 * dead letter may have to carry as it was read; or it lies elsewhere, and is read when its turn
 * comes.
 *
 * @param record as it was read
 * @param eventId not empty
 * @param source not empty
 * @param capturedAtMillis event time
 * @param payloadOffset of the encoded image in the record's value; 0 with a reference
 * @param payloadLength bytes of the encoded image; 0 with a reference
 * @param reference where the image lies, if not in the record
 * @param attributes of the event
 * @param stamp which models shall answer
 */
public record ImageRequest(
    SourceRecord record,
    String eventId,
    String source,
    long capturedAtMillis,
    int payloadOffset,
    int payloadLength,
    @Nullable Reference reference,
    Map<String, String> attributes,
    Stamp stamp) {

  /** The same, to be answered by these models. */
  public ImageRequest with(Stamp models) {
    return new ImageRequest(
        record,
        eventId,
        source,
        capturedAtMillis,
        payloadOffset,
        payloadLength,
        reference,
        attributes,
        models);
  }

  /**
   * The encoded image, a view of the record's value.
   *
   * @throws IllegalStateException if it is given by reference
   */
  public ByteBuffer payload() {
    if (reference != null) {
      throw new IllegalStateException("an image given by uri has no payload");
    }
    byte[] value = Objects.requireNonNull(record.value(), "an image request has a value");
    return ByteBuffer.wrap(value, payloadOffset, payloadLength).slice().asReadOnlyBuffer();
  }
}
