package vggstream.client;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.util.Utf8;

/**
 * Avro's decoder, but no length is believed that the bytes at hand cannot hold: Avro's own
 * allocates what a corrupt length claims, up to 2 GiB. No element of the records' arrays and maps
 * is empty, so their counts are bounded too.
 */
final class BoundedDecoder extends BinaryDecoder {

  /** A decoder of these bytes. */
  static BoundedDecoder of(byte[] bytes) {
    var decoder = new BoundedDecoder();
    DecoderFactory.get().binaryDecoder(bytes, decoder);
    return decoder;
  }

  private BoundedDecoder() {}

  private int checked(long length) throws IOException {
    if (length < 0) {
      throw new AvroRuntimeException("a length must be at least 0: was " + length);
    }
    int left = inputStream().available();
    if (length > left) {
      throw new EOFException(
          "a length must be at most the %d bytes left: was %d".formatted(left, length));
    }
    return (int) length;
  }

  private byte[] readExactly(int length) throws IOException {
    var bytes = new byte[length];
    readFixed(bytes, 0, length);
    return bytes;
  }

  @Override
  public ByteBuffer readBytes(ByteBuffer old) throws IOException {
    return ByteBuffer.wrap(readExactly(checked(readLong())));
  }

  @Override
  public String readString() throws IOException {
    return new String(readExactly(checked(readLong())), StandardCharsets.UTF_8);
  }

  @Override
  public Utf8 readString(Utf8 old) throws IOException {
    return new Utf8(readExactly(checked(readLong())));
  }

  @Override
  public long readArrayStart() throws IOException {
    return checked(super.readArrayStart());
  }

  @Override
  public long arrayNext() throws IOException {
    return checked(super.arrayNext());
  }

  @Override
  public long readMapStart() throws IOException {
    return checked(super.readMapStart());
  }

  @Override
  public long mapNext() throws IOException {
    return checked(super.mapNext());
  }
}
