package vggstream.job.codec;

import org.jspecify.annotations.Nullable;

/**
 * A Kafka record as it was read, and where.
 *
 * @param key null if it has none
 * @param value null for a tombstone
 * @param topic name
 * @param partition from 0
 * @param offset from 0
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody; bytes on their way
public record SourceRecord(
    byte @Nullable [] key, byte @Nullable [] value, String topic, int partition, long offset) {

  /** The same with another value. */
  SourceRecord withValue(byte[] other) {
    return new SourceRecord(key, other, topic, partition, offset);
  }

  /** Bytes of key and value. */
  public int size() {
    return (key == null ? 0 : key.length) + (value == null ? 0 : value.length);
  }

  @Override
  public String toString() {
    return "%s-%d@%d (%d bytes)".formatted(topic, partition, offset, size());
  }
}
