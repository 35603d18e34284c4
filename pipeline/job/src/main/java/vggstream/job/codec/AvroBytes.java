package vggstream.job.codec;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads values of Avro's binary encoding (specification 1.12, "Binary Encoding") from an array,
 * believing no length before it was checked against what is left: the library's decoder allocates
 * what a corrupt record claims, and copies the image.
 */
final class AvroBytes {

  /** The bytes are not what was asked for. */
  static final class MalformedException extends Exception {
    private static final long serialVersionUID = 1L;

    MalformedException(String message) {
      super(message);
    }
  }

  private final ByteBuffer bytes;

  AvroBytes(byte[] bytes) {
    this(bytes, 0);
  }

  /** From an offset on; positions are those in the whole array. */
  AvroBytes(byte[] bytes, int offset) {
    this.bytes = ByteBuffer.wrap(bytes).position(offset);
  }

  int position() {
    return bytes.position();
  }

  int remaining() {
    return bytes.remaining();
  }

  long readLong() throws MalformedException {
    long zigzag = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      if (!bytes.hasRemaining()) {
        throw new MalformedException("a number ends at byte " + bytes.position());
      }
      byte b = bytes.get();
      zigzag |= (b & 0x7fL) << shift;
      if (b >= 0) {
        return (zigzag >>> 1) ^ -(zigzag & 1);
      }
    }
    throw new MalformedException(
        "a number must have at most 10 bytes: has more at byte " + bytes.position());
  }

  double readDouble() throws MalformedException {
    if (bytes.remaining() < Double.BYTES) {
      throw new MalformedException("a number ends at byte " + bytes.limit());
    }
    long bits = Long.reverseBytes(bytes.getLong()); // Avro's are little-endian
    return Double.longBitsToDouble(bits);
  }

  /** Reads a length, and checks that so many bytes are left. */
  int readLength() throws MalformedException {
    long length = readLong();
    if (length < 0 || length > bytes.remaining()) {
      throw new MalformedException(
          "a length must be within 0..%d at byte %d: was %d"
              .formatted(bytes.remaining(), bytes.position(), length));
    }
    return (int) length;
  }

  void skip(int length) {
    bytes.position(bytes.position() + length);
  }

  String readString() throws MalformedException {
    int length = readLength();
    int start = bytes.position();
    ByteBuffer text = bytes.slice(start, length);
    skip(length);
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(text).toString();
    } catch (CharacterCodingException e) {
      throw new MalformedException("a string must be UTF-8: is not at byte " + start);
    }
  }

  /** Whether the union of null and something holds something. */
  boolean readIsPresent() throws MalformedException {
    long branch = readLong();
    if (branch != 0 && branch != 1) {
      throw new MalformedException(
          "a union's branch must be 0 or 1 at byte %d: was %d".formatted(bytes.position(), branch));
    }
    return branch == 1;
  }

  @Nullable String readNullableString() throws MalformedException {
    return readIsPresent() ? readString() : null;
  }

  @Nullable Long readNullableLong() throws MalformedException {
    return readIsPresent() ? readLong() : null;
  }

  Map<String, String> readStringMap() throws MalformedException {
    Map<String, String> map = new HashMap<>();
    for (long count = readLong(); count != 0; count = readLong()) {
      if (count < 0) {
        count = -count;
        readLength(); // bytes of the block, for those who skip it
      }
      if (count < 0 || count > bytes.remaining() / 2) {
        throw new MalformedException(
            "a map's block must have at most %d entries at byte %d: has %d"
                .formatted(bytes.remaining() / 2, bytes.position(), count));
      }
      for (long i = 0; i < count; i++) {
        String key = readString();
        map.put(key, readString());
      }
    }
    return map;
  }
}
