package vggstream.avro;

import java.io.IOException;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/**
 * Records as a topic holds them: written plain, or with a schema registry in its wire format; read
 * in either, as no plain record of ours begins with a zero byte. Not thread-safe.
 *
 * @param <T> one of the records of {@code vggstream.schema}
 */
public final class RecordCodec<T extends SpecificRecord> {
  private final PlainAvro<T> plain;
  private final @Nullable FramedAvro<T> framed;

  /**
   * @param registry null: none
   */
  public RecordCodec(Class<T> type, @Nullable RegistryOptions registry) {
    plain = new PlainAvro<>(type);
    framed = registry == null ? null : new FramedAvro<>(type, new SchemaRegistry(registry));
  }

  /**
   * Encodes a record of about {@code expectedBytes} for a topic.
   *
   * @throws RegistryException if its schema cannot be registered
   */
  public byte[] encode(T record, String topic, int expectedBytes) throws RegistryException {
    return framed == null
        ? plain.encode(record, expectedBytes)
        : framed.encode(record, topic, expectedBytes);
  }

  /**
   * Decodes a record.
   *
   * @throws IOException if the bytes are not exactly one record that can be read as this type
   * @throws RegistryException if the registry does not answer
   */
  public T decode(byte[] bytes) throws IOException, RegistryException {
    if (!FramedAvro.isFramed(bytes)) {
      return plain.decode(bytes);
    }
    if (framed == null) {
      throw new IOException(
          "a record with a schema's id needs %s: is not given".formatted(RegistryOptions.URL));
    }
    return framed.decode(bytes);
  }
}
