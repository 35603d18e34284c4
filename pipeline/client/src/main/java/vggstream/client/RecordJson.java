package vggstream.client;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamWriteFeature;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.generic.IndexedRecord;

/**
 * Records as plain JSON, for people and scripts: the schema's field names in the schema's order,
 * unions unwrapped, {@code null} for what is absent, times as ISO-8601 in UTC with milliseconds,
 * fields of bytes left out, maps by ascending key, and each float or double as the shortest decimal
 * that reads back as the same float or double. Not Avro's own JSON encoding.
 */
public final class RecordJson {
  private static final JsonFactory JSON =
      JsonFactory.builder().enable(StreamWriteFeature.USE_FAST_DOUBLE_WRITER).build();
  private static final DateTimeFormatter TIME =
      new DateTimeFormatterBuilder().appendInstant(3).toFormatter();

  private RecordJson() {}

  /** One record as one line of JSON, without the line's end. */
  public static String toJson(IndexedRecord record) {
    var text = new StringWriter(512);
    try (JsonGenerator json = JSON.createGenerator(text)) {
      write(record, json);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString();
  }

  /**
   * Writes one record as a JSON object.
   *
   * @throws IllegalArgumentException if a number is not finite: JSON has no word for it
   */
  public static void write(IndexedRecord record, JsonGenerator json) throws IOException {
    json.writeStartObject();
    for (Schema.Field field : record.getSchema().getFields()) {
      Schema schema = unwrapped(field.schema());
      if (schema.getType() != Schema.Type.BYTES) {
        json.writeFieldName(field.name());
        writeValue(schema, record.get(field.pos()), field.name(), json);
      }
    }
    json.writeEndObject();
  }

  private static void writeValue(Schema schema, Object value, String field, JsonGenerator json)
      throws IOException {
    if (value == null) {
      json.writeNull();
      return;
    }
    switch (schema.getType()) {
      case RECORD -> write((IndexedRecord) value, json);
      case STRING -> json.writeString(value.toString());
      case BOOLEAN -> json.writeBoolean((Boolean) value);
      case INT -> json.writeNumber((Integer) value);
      case LONG -> {
        if (schema.getLogicalType() instanceof LogicalTypes.TimestampMillis) {
          Instant time =
              value instanceof Instant i ? i : Instant.ofEpochMilli(((Number) value).longValue());
          json.writeString(TIME.format(time));
        } else {
          json.writeNumber((Long) value);
        }
      }
      case FLOAT -> {
        requireFinite((Float) value, field);
        json.writeNumber((Float) value);
      }
      case DOUBLE -> {
        requireFinite((Double) value, field);
        json.writeNumber((Double) value);
      }
      case ARRAY -> {
        json.writeStartArray();
        for (Object element : (List<?>) value) {
          writeValue(unwrapped(schema.getElementType()), element, field, json);
        }
        json.writeEndArray();
      }
      case MAP -> {
        json.writeStartObject();
        var sorted = new TreeMap<String, Object>();
        ((Map<?, ?>) value).forEach((k, v) -> sorted.put(k.toString(), v));
        for (var entry : sorted.entrySet()) {
          json.writeFieldName(entry.getKey());
          writeValue(unwrapped(schema.getValueType()), entry.getValue(), field, json);
        }
        json.writeEndObject();
      }
      case BYTES, UNION, NULL, ENUM, FIXED ->
          throw new IllegalArgumentException(
              "field %s has a type that the records do not use here: %s"
                  .formatted(field, schema.getType()));
    }
  }

  /** The T of [null, T]. */
  private static Schema unwrapped(Schema schema) {
    if (schema.getType() != Schema.Type.UNION) {
      return schema;
    }
    return schema.getTypes().stream()
        .filter(t -> t.getType() != Schema.Type.NULL)
        .findFirst()
        .orElseThrow();
  }

  private static void requireFinite(double value, String field) {
    if (!Double.isFinite(value)) {
      throw new IllegalArgumentException(
          "field %s must be a finite number: was %s".formatted(field, value));
    }
  }
}
