package vggstream.schema;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.avro.generic.IndexedRecord;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.table.api.EnvironmentSettings;
import org.apache.flink.table.api.TableEnvironment;
import org.apache.flink.types.Row;
import org.apache.flink.util.CloseableIterator;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Each record, full and all-null, in plain binary as a topic holds it, read by Flink SQL. */
class SqlTableTest {
  private static TableEnvironment tables;

  @BeforeAll
  static void createTables() throws IOException {
    var configuration = new Configuration();
    configuration.setString("parallelism.default", "1");
    configuration.setString("table.local-time-zone", "UTC");
    configuration.setString("execution.runtime-mode", "BATCH");
    tables =
        TableEnvironment.create(
            EnvironmentSettings.newInstance().withConfiguration(configuration).build());
    create("image_events", Samples.fullImageEvent(), Samples.emptyImageEvent());
    create("predictions", Samples.fullPrediction(), Samples.emptyPrediction());
    create("dead_letters", Samples.fullDeadLetter(), Samples.emptyDeadLetter());
    create("models", Samples.fullModelRelease(), Samples.emptyModelRelease());
  }

  /** The table of {@code sql/tables.sql}, over these records instead of a topic. */
  private static void create(String table, IndexedRecord... records) throws IOException {
    String file = Files.readString(Path.of("..", "sql", "tables.sql"));
    Matcher statement =
        Pattern.compile("CREATE TABLE `?" + table + "`? \\(.*?\n\\) WITH \\(", Pattern.DOTALL)
            .matcher(file);
    assertTrue(statement.find(), () -> "no table " + table);
    byte[][] messages = Stream.of(records).map(SqlTableTest::binary).toArray(byte[][]::new);
    tables.executeSql(statement.group() + FixedBytesTableFactory.options(messages) + ")");
  }

  @Test
  void imageEventsReadAsWritten() throws Exception {
    assertReads("image_events", Samples.fullImageEvent(), Samples.emptyImageEvent());
  }

  @Test
  void predictionsReadAsWritten() throws Exception {
    assertReads("predictions", Samples.fullPrediction(), Samples.emptyPrediction());
  }

  @Test
  void deadLettersReadAsWritten() throws Exception {
    assertReads("dead_letters", Samples.fullDeadLetter(), Samples.emptyDeadLetter());
  }

  @Test
  void modelReleasesReadAsWritten() throws Exception {
    assertReads("models", Samples.fullModelRelease(), Samples.emptyModelRelease());
  }

  @Test
  void absentFieldsAreNullToPredicates() throws Exception {
    assertEquals(
        List.of(Row.of("")),
        query(
            """
            SELECT eventId FROM image_events
            WHERE payload IS NULL AND uri IS NULL AND sha256 IS NULL AND `length` IS NULL"""));
    assertEquals(
        List.of(Row.of("TRUNCATED")),
        query("SELECT reason FROM dead_letters WHERE eventId IS NOT NULL AND record IS NOT NULL"));
  }

  @Test
  void nestedRecordsAndArraysAreReachedByName() throws Exception {
    assertEquals(
        List.of(Row.of("vgg-d", 640, 3, "cat", 0.1f), Row.of("vgg-d", 640, 3, "dog", 1e-7f)),
        query(
            """
            SELECT p.model.name, p.image.width, p.origin.`partition`, t.label, t.probability
            FROM predictions AS p
            CROSS JOIN UNNEST(p.predictions) AS t (`rank`, classIndex, label, probability)
            ORDER BY t.`rank`"""));
  }

  /** Both rows, in any order, equal the records, field by field. */
  private static void assertReads(String table, IndexedRecord... records) throws Exception {
    List<String> expected = Stream.of(records).map(SqlTableTest::text).sorted().toList();
    List<String> actual =
        query("SELECT * FROM `" + table + "`").stream().map(SqlTableTest::text).sorted().toList();
    assertEquals(String.join("\n", expected), String.join("\n", actual));
  }

  private static List<Row> query(String sql) throws Exception {
    var rows = new ArrayList<Row>();
    try (CloseableIterator<Row> result = tables.executeSql(sql).collect()) {
      result.forEachRemaining(rows::add);
    }
    return rows;
  }

  /** A value of Avro or of Flink, in one form for both. */
  private static String text(Object value) {
    if (value instanceof IndexedRecord record) {
      return IntStream.range(0, record.getSchema().getFields().size())
          .mapToObj(i -> text(record.get(i)))
          .toList()
          .toString();
    } else if (value instanceof Row row) {
      return IntStream.range(0, row.getArity())
          .mapToObj(i -> text(row.getField(i)))
          .toList()
          .toString();
    } else if (value instanceof List<?> list) {
      return list.stream().map(SqlTableTest::text).toList().toString();
    } else if (value instanceof Object[] array) {
      return Stream.of(array).map(SqlTableTest::text).toList().toString();
    } else if (value instanceof Map<?, ?> map) {
      return new TreeMap<>(map).toString();
    } else if (value instanceof ByteBuffer buffer) {
      return HexFormat.of().formatHex(buffer.array());
    } else if (value instanceof byte[] bytes) {
      return HexFormat.of().formatHex(bytes);
    } else if (value instanceof Instant instant) {
      return LocalDateTime.ofInstant(instant, ZoneOffset.UTC).toString();
    }
    return String.valueOf(value);
  }

  private static byte[] binary(IndexedRecord record) {
    try {
      var bytes = new ByteArrayOutputStream();
      var encoder = EncoderFactory.get().binaryEncoder(bytes, null);
      SpecificData data = SpecificData.getForClass(record.getClass());
      new SpecificDatumWriter<IndexedRecord>(record.getSchema(), data).write(record, encoder);
      encoder.flush();
      return bytes.toByteArray();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
