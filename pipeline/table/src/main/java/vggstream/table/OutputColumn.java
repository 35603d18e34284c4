package vggstream.table;

import static org.apache.flink.table.api.DataTypes.ARRAY;
import static org.apache.flink.table.api.DataTypes.FIELD;
import static org.apache.flink.table.api.DataTypes.FLOAT;
import static org.apache.flink.table.api.DataTypes.INT;
import static org.apache.flink.table.api.DataTypes.ROW;
import static org.apache.flink.table.api.DataTypes.STRING;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.flink.table.types.DataType;
import org.apache.flink.table.types.logical.LogicalType;

/** A column that the provider gives; the types are those of the record {@code Prediction}. */
enum OutputColumn {
  /** The most probable classes, by descending probability. */
  PREDICTIONS(
      ARRAY(
          ROW(
              FIELD("rank", INT()),
              FIELD("classIndex", INT()),
              FIELD("label", STRING()),
              FIELD("probability", FLOAT())))),
  /** A box for each of the first classes; empty without a localiser. */
  BOXES(
      ARRAY(
          ROW(
              FIELD("classIndex", INT()),
              FIELD("label", STRING()),
              FIELD("score", FLOAT()),
              FIELD("xMin", FLOAT()),
              FIELD("yMin", FLOAT()),
              FIELD("xMax", FLOAT()),
              FIELD("yMax", FLOAT()),
              FIELD("xMinNormalised", FLOAT()),
              FIELD("yMinNormalised", FLOAT()),
              FIELD("xMaxNormalised", FLOAT()),
              FIELD("yMaxNormalised", FLOAT())))),
  /** Features of the penultimate layer. */
  EMBEDDING(ARRAY(FLOAT())),
  /** Why there is no answer, in one word. */
  REASON(STRING()),
  /** The step that gave up, in one word. */
  STAGE(STRING()),
  /** Why there is no answer, for people. */
  MESSAGE(STRING());

  private final LogicalType type;

  OutputColumn(DataType type) {
    this.type = type.getLogicalType();
  }

  /** Its name in the model's OUTPUT. */
  String columnName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Its type, nullable throughout. */
  LogicalType type() {
    return type;
  }

  /** Those that there are. */
  static List<OutputColumn> of(Task task, OnError onError) {
    List<OutputColumn> columns =
        new ArrayList<>(
            switch (task) {
              case CLASSIFICATION -> List.of(PREDICTIONS, BOXES);
              case EMBEDDING -> List.of(EMBEDDING);
            });
    if (onError == OnError.ROW) {
      columns.addAll(List.of(REASON, STAGE, MESSAGE));
    }
    return columns;
  }
}
