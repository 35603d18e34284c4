package vggstream.schema;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.LogicalType;
import org.apache.avro.Schema;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The schemas are those of version 0.1, kept in {@code src/test/resources/frozen/v0-1}. */
class FrozenSchemaTest {
  private static final String MEANING =
      """
      The schema of %s is not that of version 0.1 any more. Topics hold plain Avro binary without a \
      schema id: a reader with another schema misreads every record that was written, and every \
      deployed job, SQL table and consumer with it. An addition goes into attributes. Before 1.0 a \
      change needs an entry in CHANGELOG.md, new tables in sql, and a new frozen file; from 1.0 on \
      it needs a new topic or a schema registry.
      """;

  static List<Schema> schemas() {
    return List.of(
        ImageEvent.getClassSchema(),
        Prediction.getClassSchema(),
        DeadLetter.getClassSchema(),
        ModelRelease.getClassSchema());
  }

  @ParameterizedTest
  @MethodSource("schemas")
  void schemaEqualsItsFrozenFirstVersion(Schema schema) throws IOException {
    assertEquals(
        String.join("\n", lines(frozen(schema.getName()))),
        String.join("\n", lines(schema)),
        () -> MEANING.formatted(schema.getName()));
  }

  private static Schema frozen(String name) throws IOException {
    try (InputStream in =
        FrozenSchemaTest.class.getResourceAsStream("/frozen/v0-1/" + name + ".avsc")) {
      return new Schema.Parser().parse(in);
    }
  }

  /** One line for each field at any depth: what a reader depends on, in order; not the words. */
  private static List<String> lines(Schema schema) {
    var lines = new ArrayList<String>();
    describe(schema.getName(), schema, lines);
    return lines;
  }

  private static void describe(String path, Schema schema, List<String> lines) {
    switch (schema.getType()) {
      case RECORD -> {
        lines.add(path + ": record " + schema.getFullName());
        for (Schema.Field field : schema.getFields()) {
          String fieldPath = path + "." + field.name();
          if (field.hasDefaultValue()) {
            lines.add(fieldPath + " default " + field.defaultVal());
          }
          describe(fieldPath, field.schema(), lines);
        }
      }
      case ARRAY -> describe(path + "[]", schema.getElementType(), lines);
      case MAP -> describe(path + "{}", schema.getValueType(), lines);
      case UNION -> {
        for (int i = 0; i < schema.getTypes().size(); i++) {
          describe(path + "|" + i, schema.getTypes().get(i), lines);
        }
      }
      default -> {
        LogicalType logical = schema.getLogicalType();
        lines.add(
            path + ": " + schema.getType() + (logical == null ? "" : " " + logical.getName()));
      }
    }
  }
}
