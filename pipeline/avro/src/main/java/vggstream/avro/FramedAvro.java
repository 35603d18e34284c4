package vggstream.avro;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificRecord;

/**
 * Records with their schema's id before them. What was written with another schema is resolved as
 * Avro does (specification 1.12, "Schema Resolution"). Not thread-safe.
 *
 * @param <T> one of the records of {@code vggstream.schema}
 */
public final class FramedAvro<T extends SpecificRecord> {
  /** The zero byte and the id. */
  public static final int HEADER_BYTES = 5;

  private static final int READERS = 100;

  /**
   * A record without its frame.
   *
   * @param bytes what was given, or others, where it was written with another schema
   * @param offset in these bytes from which it is a record of our schema
   */
  @SuppressWarnings("ArrayRecordComponent") // bytes on their way
  public record Plain(byte[] bytes, int offset) {}

  /** How to read what was written with a schema, and whether that is ours, but for its words. */
  private record Written<T>(SpecificDatumReader<T> reader, boolean ours) {}

  private final SchemaRegistry registry;
  private final SpecificData data;
  private final Schema schema;
  private final PlainAvro<T> plain;
  private final String canonical;
  private final Map<Integer, Written<T>> written =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Integer, Written<T>> eldest) {
          return size() > READERS;
        }
      };

  public FramedAvro(Class<T> type, SchemaRegistry registry) {
    this.registry = registry;
    data = SpecificData.getForClass(type);
    schema = data.getSchema(type);
    plain = new PlainAvro<>(type);
    canonical = SchemaNormalization.toParsingForm(schema);
  }

  /** Whether bytes begin as this format does. */
  public static boolean isFramed(byte[] bytes) {
    return bytes.length >= HEADER_BYTES && bytes[0] == 0;
  }

  /**
   * Encodes a record, under the subject {@code topic-value}.
   *
   * @throws RegistryException if the schema cannot be registered
   */
  public byte[] encode(T record, String topic, int expectedBytes) throws RegistryException {
    int id = registry.register(topic + "-value", schema);
    return plain.encode(framed(id, new byte[0]), record, expectedBytes);
  }

  /** A record in our schema's encoding, with the id of that schema before it. */
  public static byte[] framed(int id, byte[] plain) {
    return ByteBuffer.allocate(HEADER_BYTES + plain.length)
        .put((byte) 0)
        .putInt(id)
        .put(plain)
        .array();
  }

  /**
   * Takes off the frame; nothing is copied where the record was written with our schema.
   *
   * @throws UnknownSchemaException if the bytes name a schema that the registry does not have
   * @throws IOException if they cannot be read as this type
   * @throws RegistryException if the registry does not answer
   */
  public Plain plain(byte[] bytes) throws IOException, RegistryException {
    return written(bytes).ours()
        ? new Plain(bytes, HEADER_BYTES)
        : new Plain(plain.encode(decode(bytes), bytes.length), 0);
  }

  private Written<T> written(byte[] bytes) throws IOException, RegistryException {
    if (!isFramed(bytes)) {
      throw new IOException("a record must begin with a zero byte and a schema's id: does not");
    }
    int id = ByteBuffer.wrap(bytes).getInt(1);
    Written<T> known = written.get(id);
    if (known == null) {
      Schema writer = registry.schema(id);
      known =
          new Written<>(
              new SpecificDatumReader<>(writer, schema, data),
              SchemaNormalization.toParsingForm(writer).equals(canonical));
      written.put(id, known);
    }
    return known;
  }

  /**
   * Decodes a record.
   *
   * @throws IOException if the bytes are not exactly one record that can be read as this type
   * @throws UnknownSchemaException if they name a schema that the registry does not have
   * @throws RegistryException if the registry does not answer
   */
  public T decode(byte[] bytes) throws IOException, RegistryException {
    SpecificDatumReader<T> reader = written(bytes).reader();
    var decoder = new BoundedDecoder(bytes, HEADER_BYTES);
    T record;
    try {
      record = reader.read(null, decoder);
    } catch (IOException | AvroRuntimeException | IndexOutOfBoundsException e) {
      String why = e.getMessage() == null ? "the bytes end before it does" : e.getMessage();
      throw new IOException(
          "not a %s of schema %d: %s"
              .formatted(schema.getName(), ByteBuffer.wrap(bytes).getInt(1), why),
          e);
    }
    if (!decoder.isEnd()) {
      throw new IOException("bytes follow after the end of a " + schema.getName());
    }
    return record;
  }
}
