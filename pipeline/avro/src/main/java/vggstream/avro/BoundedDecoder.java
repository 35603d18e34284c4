package vggstream.avro;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.Decoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.util.Utf8;

/**
 * Avro's decoder, but no length is believed that the bytes at hand cannot hold: Avro's own
 * allocates what a corrupt length claims, up to 2 GiB. No element of the records' arrays and maps
 * is empty, so their counts are bounded too.
 */
final class BoundedDecoder extends Decoder {
  private final BinaryDecoder in;

  /** Over the bytes from an offset on. */
  BoundedDecoder(byte[] bytes, int offset) {
    in = DecoderFactory.get().binaryDecoder(bytes, offset, bytes.length - offset, null);
  }

  /** Whether all bytes were read. */
  boolean isEnd() throws IOException {
    return in.isEnd();
  }

  private int checked(long length) throws IOException {
    if (length < 0) {
      throw new AvroRuntimeException("a length must be at least 0: was " + length);
    }
    int left = in.inputStream().available();
    if (length > left) {
      throw new EOFException(
          "a length must be at most the %d bytes left: was %d".formatted(left, length));
    }
    return (int) length;
  }

  private byte[] readExactly(int length) throws IOException {
    var bytes = new byte[length];
    in.readFixed(bytes, 0, length);
    return bytes;
  }

  @Override
  public ByteBuffer readBytes(ByteBuffer old) throws IOException {
    return ByteBuffer.wrap(readExactly(checked(in.readLong())));
  }

  @Override
  public String readString() throws IOException {
    return new String(readExactly(checked(in.readLong())), StandardCharsets.UTF_8);
  }

  @Override
  public Utf8 readString(Utf8 old) throws IOException {
    return new Utf8(readExactly(checked(in.readLong())));
  }

  @Override
  public long readArrayStart() throws IOException {
    return checked(in.readArrayStart());
  }

  @Override
  public long arrayNext() throws IOException {
    return checked(in.arrayNext());
  }

  @Override
  public long readMapStart() throws IOException {
    return checked(in.readMapStart());
  }

  @Override
  public long mapNext() throws IOException {
    return checked(in.mapNext());
  }

  @Override
  public void readNull() throws IOException {
    in.readNull();
  }

  @Override
  public boolean readBoolean() throws IOException {
    return in.readBoolean();
  }

  @Override
  public int readInt() throws IOException {
    return in.readInt();
  }

  @Override
  public long readLong() throws IOException {
    return in.readLong();
  }

  @Override
  public float readFloat() throws IOException {
    return in.readFloat();
  }

  @Override
  public double readDouble() throws IOException {
    return in.readDouble();
  }

  @Override
  public void readFixed(byte[] bytes, int start, int length) throws IOException {
    in.readFixed(bytes, start, length);
  }

  @Override
  public int readEnum() throws IOException {
    return in.readEnum();
  }

  @Override
  public int readIndex() throws IOException {
    return in.readIndex();
  }

  @Override
  public void skipString() throws IOException {
    in.skipFixed(checked(in.readLong()));
  }

  @Override
  public void skipBytes() throws IOException {
    in.skipFixed(checked(in.readLong()));
  }

  @Override
  public void skipFixed(int length) throws IOException {
    in.skipFixed(checked(length));
  }

  @Override
  public long skipArray() throws IOException {
    return checked(in.skipArray());
  }

  @Override
  public long skipMap() throws IOException {
    return checked(in.skipMap());
  }
}
