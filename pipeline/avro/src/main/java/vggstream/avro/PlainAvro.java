package vggstream.avro;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecord;

/**
 * Records as the topics hold them: Avro's binary encoding alone, without header or schema id. Not
 * thread-safe.
 *
 * @param <T> one of the records of {@code vggstream.schema}
 */
public final class PlainAvro<T extends SpecificRecord> {
  private final SpecificDatumWriter<T> writer;
  private final SpecificDatumReader<T> reader;

  public PlainAvro(Class<T> type) {
    SpecificData data = SpecificData.getForClass(type);
    Schema schema = data.getSchema(type);
    writer = new SpecificDatumWriter<>(schema, data);
    reader = new SpecificDatumReader<>(schema, schema, data);
  }

  /** Encodes a record. */
  public byte[] encode(T record) {
    return encode(record, 512);
  }

  /** Encodes a record of about {@code expectedBytes}. */
  public byte[] encode(T record, int expectedBytes) {
    return encode(new byte[0], record, expectedBytes);
  }

  /** Encodes a record behind some bytes. */
  byte[] encode(byte[] before, T record, int expectedBytes) {
    try {
      var bytes = new ByteArrayOutputStream(before.length + expectedBytes);
      bytes.write(before);
      var encoder = EncoderFactory.get().directBinaryEncoder(bytes, null);
      writer.write(record, encoder);
      encoder.flush();
      return bytes.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Decodes a record.
   *
   * @throws IOException if the bytes are not exactly one record of this type
   */
  public T decode(byte[] bytes) throws IOException {
    var decoder = new BoundedDecoder(bytes, 0);
    T record;
    try {
      record = reader.read(null, decoder);
    } catch (IOException | AvroRuntimeException | IndexOutOfBoundsException e) {
      // Avro says nothing when the bytes end inside a value
      String why = e.getMessage() == null ? "the bytes end before it does" : e.getMessage();
      throw new IOException("not a " + schemaName() + ": " + why, e);
    }
    if (!decoder.isEnd()) {
      throw new IOException("bytes follow after the end of a " + schemaName());
    }
    return record;
  }

  private String schemaName() {
    return reader.getSchema().getName();
  }
}
