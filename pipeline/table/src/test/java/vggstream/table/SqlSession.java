package vggstream.table;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.api.Schema;
import org.apache.flink.table.api.bridge.java.StreamTableEnvironment;
import org.apache.flink.types.Row;
import org.apache.flink.util.CloseableIterator;
import org.jspecify.annotations.Nullable;

/** A user of Flink SQL, with a table {@code images} (id INT, image BYTES). */
final class SqlSession {
  /** Column of ML_PREDICT's answers. */
  static final String PREDICTIONS =
      "predictions ARRAY<ROW<`rank` INT, classIndex INT, label STRING, probability FLOAT>>";

  static final String BOXES =
      "boxes ARRAY<ROW<classIndex INT, label STRING, score FLOAT, xMin FLOAT, yMin FLOAT,"
          + " xMax FLOAT, yMax FLOAT, xMinNormalised FLOAT, yMinNormalised FLOAT,"
          + " xMaxNormalised FLOAT, yMaxNormalised FLOAT>>";

  final StreamTableEnvironment tables;

  SqlSession(int parallelism, List<byte @Nullable []> images) {
    Configuration configuration = new Configuration();
    StreamExecutionEnvironment streams =
        StreamExecutionEnvironment.getExecutionEnvironment(configuration);
    streams.setParallelism(parallelism);
    tables = StreamTableEnvironment.create(streams);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < images.size(); i++) {
      rows.add(Row.of(i, images.get(i)));
    }
    TypeInformation<Row> type =
        Types.ROW_NAMED(new String[] {"id", "image"}, Types.INT, TypeInformation.of(byte[].class));
    tables.createTemporaryView(
        "images",
        streams.fromData(rows, type),
        Schema.newBuilder()
            .column("id", DataTypes.INT())
            .column("image", DataTypes.BYTES())
            .build());
  }

  /** CREATE MODEL; options are name, value, name, value... */
  void createModel(String name, String output, Path path, String... options) {
    StringBuilder with = new StringBuilder("'provider' = 'vggstream', 'path' = '" + path + "'");
    for (int i = 0; i < options.length; i += 2) {
      with.append(", '%s' = '%s'".formatted(options[i], options[i + 1]));
    }
    tables.executeSql(
        "CREATE MODEL %s INPUT (image BYTES) OUTPUT (%s) WITH (%s)".formatted(name, output, with));
  }

  /** Rows of ML_PREDICT over all images by id, without id and image. */
  TreeMap<Integer, Row> predict(String model, String columns, String map) throws Exception {
    return query(
        "SELECT id, %s FROM ML_PREDICT(TABLE images, MODEL %s, DESCRIPTOR(image), MAP[%s])"
            .formatted(columns, model, map));
  }

  /** Rows by their first column, without it. */
  TreeMap<Integer, Row> query(String sql) throws Exception {
    TreeMap<Integer, Row> byId = new TreeMap<>();
    try (CloseableIterator<Row> rows = tables.executeSql(sql).collect()) {
      while (rows.hasNext()) {
        Row row = rows.next();
        Row rest = new Row(row.getArity() - 1);
        for (int f = 1; f < row.getArity(); f++) {
          rest.setField(f - 1, row.getField(f));
        }
        if (byId.put((Integer) row.getField(0), rest) != null) {
          throw new AssertionError("twice: " + row);
        }
      }
    }
    return byId;
  }

  /** Messages of an exception and its causes. */
  static String messages(Throwable failure) {
    List<String> messages = new ArrayList<>();
    for (Throwable e = failure; e != null; e = e.getCause()) {
      messages.add(String.valueOf(e.getMessage()));
    }
    return messages.stream().collect(Collectors.joining("\n"));
  }
}
