package vggstream.job.codec;

import org.jspecify.annotations.Nullable;

/**
 * An answer as Kafka will hold it.
 *
 * @param kind which topic it is for
 * @param key of a prediction the event's source; of a dead letter the key of the record, null if
 *     there is none or it is too large
 * @param value Avro's plain binary encoding
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody; bytes on their way
public record EncodedRecord(Kind kind, byte @Nullable [] key, byte[] value) {

  /** What is encoded. */
  public enum Kind {
    /** A {@link vggstream.schema.Prediction}. */
    PREDICTION,
    /** A {@link vggstream.schema.DeadLetter}. */
    DEAD_LETTER
  }
}
