package vggstream.table.sql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.table.api.EnvironmentSettings;
import org.apache.flink.table.api.ResultKind;
import org.apache.flink.table.api.TableEnvironment;
import org.apache.flink.table.api.TableResult;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.apache.flink.types.Row;
import org.apache.flink.types.RowKind;
import org.apache.flink.util.CloseableIterator;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import vggstream.avro.PlainAvro;
import vggstream.image.ImageEncoder;
import vggstream.image.Size;
import vggstream.local.EmbeddedBroker;
import vggstream.model.ModelFiles;
import vggstream.schema.DeadLetter;
import vggstream.schema.ImageEvent;
import vggstream.schema.ModelRelease;
import vggstream.schema.Prediction;

/**
 * Every file of {@code sql/}, run as it is over real topics, against the same answer without SQL.
 */
@Timeout(600)
class SqlFilesITCase {
  private static final List<String> TABLES =
      List.of(
          "image_events",
          "predictions",
          "shadow_predictions",
          "dead_letters",
          "models",
          "camera_now");

  /** One for all statements. */
  @RegisterExtension
  static final MiniClusterExtension CLUSTER =
      new MiniClusterExtension(
          new MiniClusterResourceConfiguration.Builder()
              .setNumberTaskManagers(1)
              .setNumberSlotsPerTaskManager(4)
              .build());

  @TempDir private static Path directory;
  private static EmbeddedBroker broker;
  private static Path model;
  private static final CameraDays DAYS = new CameraDays();

  private TableEnvironment tables;

  /** A query file, and what it answers. */
  record Query(String file, Function<PlainJava, List<Row>> expected) {
    @Override
    public String toString() {
      return file;
    }
  }

  static Stream<Query> queries() {
    return Stream.of(
        new Query("01-top-labels-per-minute.sql", PlainJava::topLabelsPerMinute),
        new Query("02-confidence-drift.sql", PlainJava::confidenceDrift),
        new Query("03-top-label-changed.sql", PlainJava::topLabelChanged),
        new Query("04-large-boxes.sql", PlainJava::largeBoxes),
        new Query("05-latency-percentiles.sql", PlainJava::latencyPercentiles),
        new Query("06-shadow-agreement.sql", PlainJava::shadowAgreement),
        new Query("07-dead-letters-by-reason.sql", PlainJava::deadLettersByReason),
        new Query("08-label-sessions.sql", PlainJava::labelSessions));
  }

  @BeforeAll
  static void fillTopics() throws Exception {
    model = ModelFiles.colour(directory.resolve("colour.onnx"));
    broker = EmbeddedBroker.start(directory.resolve("broker"));
    for (String topic :
        List.of("image-events", "predictions", "shadow-predictions", "dead-letters")) {
      broker.createTopic(topic, 2);
    }
    for (String topic : List.of("models", "camera-now")) {
      broker.createTopic(topic, 1, Map.of("cleanup.policy", "compact"));
    }
    send("predictions", Prediction.class, DAYS.predictions, Prediction::getSource);
    send("shadow-predictions", Prediction.class, DAYS.shadow, Prediction::getSource);
    send("dead-letters", DeadLetter.class, DAYS.letters, l -> "k");
    send("image-events", ImageEvent.class, events(), ImageEvent::getSource);
    List<ModelRelease> releases =
        List.of(release("PRIMARY", "1"), release("CANARY", "2"), release("PRIMARY", "2"));
    send("models", ModelRelease.class, releases, ModelRelease::getRole);
    try (var producer = producer()) { // the canary is retired
      byte[] key = "CANARY".getBytes(StandardCharsets.UTF_8);
      producer.send(new ProducerRecord<>("models", key, null)).get();
    }
  }

  @AfterAll
  static void stopBroker() {
    broker.close();
  }

  private static KafkaProducer<byte[], byte[]> producer() {
    return new KafkaProducer<>(
        Map.of("bootstrap.servers", broker.bootstrapServers()),
        new ByteArraySerializer(),
        new ByteArraySerializer());
  }

  private static <T extends SpecificRecord> void send(
      String topic, Class<T> type, List<T> records, Function<T, String> key) {
    PlainAvro<T> avro = new PlainAvro<>(type);
    try (var producer = producer()) {
      for (T record : records) {
        byte[] keyBytes = key.apply(record).getBytes(StandardCharsets.UTF_8);
        producer.send(new ProducerRecord<>(topic, keyBytes, avro.encode(record)));
      }
    }
  }

  private static ModelRelease release(String role, String version) {
    return new ModelRelease(
        role, "vgg", version, "s3://b/" + version, "0".repeat(64), 1.0, Map.of());
  }

  private static List<ImageEvent> events() {
    List<ImageEvent> events = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      byte[] rgb = new byte[16 * 12 * 3]; // (H, W, 3)
      for (int p = i % 3; p < rgb.length; p += 3) {
        rgb[p] = (byte) 200;
      }
      byte[] png = ImageEncoder.png(ByteBuffer.wrap(rgb), new Size(16, 12));
      ByteBuffer payload =
          switch (i) {
            case 10 -> null;
            case 20 -> ByteBuffer.wrap(new byte[] {1, 2, 3});
            default -> ByteBuffer.wrap(png);
          };
      events.add(
          new ImageEvent(
              "e" + i,
              "door",
              Instant.parse("2026-11-22T00:00:00Z").plusSeconds(i),
              payload,
              i == 10 ? "s3://bucket/key" : null,
              null,
              null,
              Map.of()));
    }
    return events;
  }

  @BeforeEach
  void createTables() throws IOException {
    Configuration configuration = new Configuration();
    configuration.setString("parallelism.default", "2");
    configuration.setString("table.dml-sync", "true");
    tables =
        TableEnvironment.create(
            EnvironmentSettings.newInstance()
                .inStreamingMode()
                .withConfiguration(configuration)
                .build());
    for (String statement : SqlFile.statements("tables.sql")) {
      tables.executeSql(statement);
    }
    for (String table : TABLES) { // as a user does
      tables.executeSql(
          ("ALTER TABLE `%s` SET ('properties.bootstrap.servers' = '%s',"
                  + " 'scan.bounded.mode' = 'latest-offset')")
              .formatted(table, broker.bootstrapServers()));
    }
  }

  /** The rows that the last statement leaves behind, changes folded, as sorted texts. */
  private List<String> run(List<String> statements) throws Exception {
    List<String> rows = List.of();
    for (String statement : statements) {
      TableResult result = tables.executeSql(statement);
      if (result.getResultKind() == ResultKind.SUCCESS_WITH_CONTENT) {
        rows = fold(result);
      }
    }
    return rows;
  }

  private static List<String> fold(TableResult result) throws Exception {
    Map<String, Integer> counts = new HashMap<>();
    try (CloseableIterator<Row> changes = result.collect()) {
      while (changes.hasNext()) {
        Row change = changes.next();
        RowKind kind = change.getKind();
        boolean adds = kind == RowKind.INSERT || kind == RowKind.UPDATE_AFTER;
        counts.merge(text(change), adds ? 1 : -1, Integer::sum);
      }
    }
    List<String> rows = new ArrayList<>();
    counts.forEach(
        (row, count) -> {
          assertFalse(count < 0, () -> "taken back, never given: " + row);
          for (int i = 0; i < count; i++) {
            rows.add(row);
          }
        });
    rows.sort(null);
    return rows;
  }

  private static String text(Row row) {
    List<String> fields = new ArrayList<>();
    for (int f = 0; f < row.getArity(); f++) {
      Object value = row.getField(f);
      fields.add(
          value instanceof Double || value instanceof Float
              ? String.format(Locale.ROOT, "%.6f", ((Number) value).doubleValue())
              : String.valueOf(value));
    }
    return String.join(" | ", fields);
  }

  private static List<String> texts(List<Row> rows) {
    return rows.stream().map(SqlFilesITCase::text).sorted().toList();
  }

  private static void assertRows(List<Row> expected, List<String> actual) {
    assertFalse(actual.isEmpty());
    assertEquals(String.join("\n", texts(expected)), String.join("\n", actual));
  }

  @ParameterizedTest
  @MethodSource("queries")
  void aQueryAnswersAsPlainJavaDoes(Query query) throws Exception {
    assertRows(query.expected().apply(new PlainJava(DAYS)), run(SqlFile.statements(query.file())));
  }

  @Test
  void cameraNowKeepsTheLastFrameOfEachCamera() throws Exception {
    run(SqlFile.statements("09-camera-now.sql"));
    assertRows(new PlainJava(DAYS).cameraNow(), run(List.of("SELECT * FROM camera_now")));
  }

  @Test
  void imagesAreClassifiedInAQuery() throws Exception {
    run(SqlFile.statements("models.sql"));
    tables.executeSql("ALTER MODEL vgg SET ('path' = '%s', 'scales' = '8')".formatted(model));
    List<String> rows = run(SqlFile.statements("10-classify.sql"));
    assertEquals(30, rows.size());
    // two channels of 0 and one of 200: scores -2, -2, 1.125
    double probability = 1 / (1 + 2 * Math.exp(-3.125));
    String[] labels = {"red", "green", "blue"};
    List<Row> expected = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      expected.add(
          switch (i) {
            case 10 -> Row.of("e10", null, null, null);
            case 20 -> Row.of("e20", null, null, "UNSUPPORTED_FORMAT");
            default -> Row.of("e" + i, labels[i % 3], (float) probability, null);
          });
    }
    assertRows(expected, rows);
  }

  @Test
  void modelsHoldsTheLastReleaseOfEachRoleThatIsNotRetired() throws Exception {
    List<String> rows = run(List.of("SELECT `role`, name, version, share FROM `models`"));
    assertRows(List.of(Row.of("PRIMARY", "vgg", "2", 1.0)), rows);
  }

  @Test
  void noFileIsLeftOut() throws IOException {
    Set<String> run =
        Stream.concat(
                queries().map(Query::file),
                Stream.of("09-camera-now.sql", "10-classify.sql", "tables.sql", "models.sql"))
            .collect(Collectors.toCollection(TreeSet::new));
    try (Stream<Path> files = Files.list(SqlFile.folder())) {
      assertEquals(
          run,
          files
              .map(f -> f.getFileName().toString())
              .filter(f -> f.endsWith(".sql"))
              .collect(Collectors.toCollection(TreeSet::new)));
    }
  }
}
