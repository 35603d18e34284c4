package vggstream.train.network;

import com.google.protobuf.InvalidProtocolBufferException;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.List;

/**
 * The fields of a protobuf message in a file, one after the other, without what they hold: what is
 * not asked for is not read.
 */
final class ProtobufFields {
  private static final int WINDOW = 1 << 12;
  private static final int VARINT = 0;
  private static final int FIXED_64 = 1;
  private static final int LENGTH_DELIMITED = 2;
  private static final int FIXED_32 = 5;

  private final FileChannel channel;
  private final long end;
  private long next;
  private int tag;
  private long start;
  private long length;
  private long value;
  private final ByteBuffer window = ByteBuffer.allocate(WINDOW).limit(0);
  private long windowStart;

  /**
   * Fields of the message between two places of a file.
   *
   * @param start of its first byte
   * @param end behind its last
   */
  ProtobufFields(FileChannel channel, long start, long end) {
    this.channel = channel;
    this.next = start;
    this.end = end;
  }

  /** Goes on to the next field; false behind the last. */
  boolean next() throws IOException {
    if (next >= end) {
      return false;
    }
    tag = (int) varint();
    switch (tag & 7) {
      case VARINT -> {
        start = next;
        value = varint();
        length = next - start;
      }
      case FIXED_64 -> skip(Long.BYTES);
      case LENGTH_DELIMITED -> skip(varint());
      case FIXED_32 -> skip(Integer.BYTES);
      default -> throw new InvalidProtocolBufferException("unknown wire type of tag " + tag);
    }
    if (length < 0 || length > end - start || tag >>> 3 == 0) {
      throw new InvalidProtocolBufferException("a field must end within its message");
    }
    return true;
  }

  private void skip(long bytes) {
    start = next;
    length = bytes;
    next += bytes;
  }

  /** Whether the field has this number. */
  boolean is(int number) {
    return tag >>> 3 == number;
  }

  /** Place of the field's first byte, behind tag and length. */
  long start() {
    return start;
  }

  /** Its bytes' number. */
  long length() {
    return length;
  }

  /** The value of a field that is a number. */
  long value() throws IOException {
    require(VARINT);
    return value;
  }

  /** The values of a repeated field of numbers: this one, or those packed in it. */
  List<Long> values() throws IOException {
    if ((tag & 7) == VARINT) {
      return List.of(value);
    }
    ProtobufFields packed = message();
    List<Long> values = new ArrayList<>();
    while (packed.next < packed.end) {
      values.add(packed.varint());
    }
    return values;
  }

  /** The fields of a field that is a message. */
  ProtobufFields message() throws IOException {
    require(LENGTH_DELIMITED);
    return new ProtobufFields(channel, start, start + length);
  }

  /** What a small field holds. */
  byte[] bytes() throws IOException {
    require(LENGTH_DELIMITED);
    if (length > Integer.MAX_VALUE / 2) {
      throw new InvalidProtocolBufferException("a text must be smaller: has " + length + " bytes");
    }
    ByteBuffer bytes = ByteBuffer.allocate((int) length);
    read(bytes, start);
    return bytes.array();
  }

  private void require(int type) throws IOException {
    if ((tag & 7) != type) {
      throw new InvalidProtocolBufferException(
          "field %d must be of wire type %d: was %d".formatted(tag >>> 3, type, tag & 7));
    }
  }

  private long varint() throws IOException {
    long result = 0;
    for (int shift = 0; shift < Long.SIZE; shift += 7) {
      int b = oneByte();
      result |= (long) (b & 0x7F) << shift;
      if ((b & 0x80) == 0) {
        return result;
      }
    }
    throw new InvalidProtocolBufferException("a number must have at most 10 bytes");
  }

  private int oneByte() throws IOException {
    if (next >= end) {
      throw new EOFException("the message ends within a field");
    }
    if (next < windowStart || next >= windowStart + window.limit()) {
      window.clear().limit((int) Math.min(WINDOW, end - next));
      read(window, next);
      window.flip();
      windowStart = next;
    }
    return window.get((int) (next++ - windowStart)) & 0xFF;
  }

  private void read(ByteBuffer into, long from) throws IOException {
    long at = from;
    while (into.hasRemaining()) {
      int n = channel.read(into, at);
      if (n < 0) {
        throw new EOFException("the file ends within a field");
      }
      at += n;
    }
  }
}
