package vggstream.schema;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.apache.avro.Schema;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Only what Flink SQL's plain Avro format reads faithfully, and a word on every field. */
class SchemaRulesTest {
  private static final Set<Schema.Type> PLAIN =
      EnumSet.of(
          Schema.Type.STRING,
          Schema.Type.BYTES,
          Schema.Type.INT,
          Schema.Type.LONG,
          Schema.Type.FLOAT,
          Schema.Type.DOUBLE,
          Schema.Type.BOOLEAN);

  static List<Schema> schemas() {
    return FrozenSchemaTest.schemas();
  }

  @ParameterizedTest
  @MethodSource("schemas")
  void everyRecordAndFieldIsDocumented(Schema schema) {
    assertNotNull(schema.getDoc(), schema.getFullName());
    for (Schema.Field field : schema.getFields()) {
      String name = schema.getName() + "." + field.name();
      assertTrue(field.doc() != null && field.doc().endsWith("."), name);
      Schema type = field.schema();
      if (type.getType() == Schema.Type.ARRAY) {
        type = type.getElementType();
      }
      if (type.getType() == Schema.Type.RECORD) {
        everyRecordAndFieldIsDocumented(type);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("schemas")
  void noConstructIsUsedThatFlinkSqlMisreads(Schema schema) {
    requireReadable(schema.getName(), schema);
  }

  private static void requireReadable(String path, Schema schema) {
    switch (schema.getType()) {
      case RECORD ->
          assertAll(
              schema.getFields().stream()
                  .map(f -> () -> requireReadable(path + "." + f.name(), f.schema())));
      case ARRAY -> requireReadable(path + "[]", schema.getElementType());
      case MAP -> assertEquals(Schema.Type.STRING, schema.getValueType().getType(), path);
      case UNION -> {
        assertEquals(2, schema.getTypes().size(), path + " must be [null, T]");
        assertEquals(Schema.Type.NULL, schema.getTypes().get(0).getType(), path);
        assertTrue(
            PLAIN.contains(schema.getTypes().get(1).getType()),
            path + " must not be a nullable record, array or map");
      }
      default -> {
        assertTrue(PLAIN.contains(schema.getType()), path + " is " + schema.getType());
        if (schema.getLogicalType() != null) {
          assertEquals("timestamp-millis", schema.getLogicalType().getName(), path);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("schemas")
  void attributesComeLast(Schema schema) {
    List<Schema.Field> fields = schema.getFields();
    assertFalse(fields.isEmpty());
    assertEquals("attributes", fields.get(fields.size() - 1).name());
  }
}
