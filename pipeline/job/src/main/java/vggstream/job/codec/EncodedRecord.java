package vggstream.job.codec;

import org.jspecify.annotations.Nullable;

/**
 * What the job writes, as Kafka will hold it.
 *
 * @param kind which topic it is for
 * @param key of a prediction the event's source; of a dead letter the key of the record, null if
 *     there is none or it is too large; of a live model its role
 * @param value Avro's plain binary encoding; null, a tombstone, only where no model is live
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody; bytes on their way
public record EncodedRecord(Kind kind, byte @Nullable [] key, byte @Nullable [] value) {

  /** What is encoded. */
  public enum Kind {
    /** A {@link vggstream.schema.Prediction}. */
    PREDICTION,
    /** A {@link vggstream.schema.Prediction} of a shadow. */
    SHADOW_PREDICTION,
    /** A {@link vggstream.schema.DeadLetter}. */
    DEAD_LETTER,
    /** A {@link vggstream.schema.ModelRelease} that is live, or a tombstone. */
    LIVE_MODEL
  }
}
