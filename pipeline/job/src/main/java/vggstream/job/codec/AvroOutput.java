package vggstream.job.codec;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Writes values in Avro's binary encoding (specification 1.12, "Binary Encoding") into an array
 * that grows. The opposite of {@link AvroBytes}.
 */
final class AvroOutput {
  private byte[] bytes;
  private int length;

  /**
   * @param expected bytes; more are taken as needed
   */
  AvroOutput(int expected) {
    bytes = new byte[expected];
  }

  /** An int or a long. */
  AvroOutput number(long value) {
    long zigzag = (value << 1) ^ (value >> 63);
    makeRoom(10);
    while ((zigzag & ~0x7fL) != 0) {
      bytes[length++] = (byte) (zigzag | 0x80);
      zigzag >>>= 7;
    }
    bytes[length++] = (byte) zigzag;
    return this;
  }

  AvroOutput truth(boolean value) {
    makeRoom(1);
    bytes[length++] = (byte) (value ? 1 : 0);
    return this;
  }

  AvroOutput real(float value) {
    makeRoom(Float.BYTES);
    int bits = Float.floatToIntBits(value);
    for (int i = 0; i < Float.BYTES; i++) {
      bytes[length++] = (byte) (bits >>> 8 * i);
    }
    return this;
  }

  AvroOutput text(String value) {
    byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
    number(utf8.length);
    makeRoom(utf8.length);
    System.arraycopy(utf8, 0, bytes, length, utf8.length);
    length += utf8.length;
    return this;
  }

  /** An array, as one block. */
  <T> AvroOutput array(List<T> values, Consumer<T> writer) {
    if (!values.isEmpty()) {
      number(values.size());
      values.forEach(writer);
    }
    return number(0);
  }

  /** A map, as one block. */
  AvroOutput map(Map<String, String> values) {
    if (!values.isEmpty()) {
      number(values.size());
      values.forEach((key, value) -> text(key).text(value));
    }
    return number(0);
  }

  byte[] toByteArray() {
    return Arrays.copyOf(bytes, length);
  }

  private void makeRoom(int more) {
    if (bytes.length - length < more) {
      bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, Math.addExact(length, more)));
    }
  }
}
