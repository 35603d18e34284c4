package vggstream.table;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.flink.table.catalog.Column;
import org.apache.flink.table.catalog.ResolvedSchema;
import org.apache.flink.table.types.logical.ArrayType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.LogicalTypeRoot;
import org.apache.flink.table.types.logical.RowType;

/**
 * What a CREATE MODEL declares as INPUT and OUTPUT, held against what the provider takes and gives.
 */
final class ModelSchema {
  private final List<String> problems;

  /**
   * @param problems to which every broken rule is added
   */
  ModelSchema(List<String> problems) {
    this.problems = problems;
  }

  /** One column of bytes. */
  void requireInput(ResolvedSchema input) {
    boolean isImage =
        input.getColumnCount() == 1
            && switch (type(input.getColumns().get(0)).getTypeRoot()) {
              case BINARY, VARBINARY -> true;
              default -> false;
            };
    if (!isImage) {
      problems.add("INPUT must be one column of BYTES, the encoded image: was " + describe(input));
    }
  }

  /**
   * Any of the columns that there are, in any order, each with its type.
   *
   * @return the columns in the declared order; not to be used if there is a problem
   */
  List<OutputColumn> requireOutput(ResolvedSchema output, Task task, OnError onError) {
    List<OutputColumn> given = OutputColumn.of(task, onError);
    List<OutputColumn> declared = new ArrayList<>();
    for (Column column : output.getColumns()) {
      Optional<OutputColumn> found =
          given.stream().filter(c -> c.columnName().equals(column.getName())).findFirst();
      if (found.isEmpty()) {
        problems.add(noSuchColumn(column, given));
        continue;
      }
      requireType(column, found.get());
      declared.add(found.get());
    }
    if (output.getColumnCount() == 0) {
      problems.add("OUTPUT must have at least one of the columns " + describe(given));
    }
    if (onError == OnError.ROW
        && output.getColumns().stream()
            .noneMatch(c -> c.getName().equals(OutputColumn.REASON.columnName()))) {
      problems.add(
          "OUTPUT must have a column reason STRING with on-error row: has " + names(output));
    }
    return declared;
  }

  private static String noSuchColumn(Column column, List<OutputColumn> given) {
    for (OutputColumn other : OutputColumn.values()) {
      if (other.columnName().equals(column.getName())) {
        return switch (other) {
          case PREDICTIONS, BOXES ->
              "OUTPUT column %s needs task classification: was embedding"
                  .formatted(column.getName());
          case EMBEDDING -> "OUTPUT column embedding needs task embedding: was classification";
          case REASON, STAGE, MESSAGE ->
              "OUTPUT column %s needs on-error row: was null".formatted(column.getName());
        };
      }
    }
    return "OUTPUT columns must be of %s: was %s %s"
        .formatted(describe(given), column.getName(), type(column).asSummaryString());
  }

  private void requireType(Column column, OutputColumn expected) {
    LogicalType found = type(column);
    if (!nullable(found).equals(expected.type())) {
      problems.add(
          "OUTPUT column %s must be %s: was %s"
              .formatted(
                  column.getName(), expected.type().asSummaryString(), found.asSummaryString()));
    } else if (!found.isNullable()) {
      problems.add(
          "OUTPUT column %s must be nullable, for images without an answer: was NOT NULL"
              .formatted(column.getName()));
    }
  }

  /** The type without NOT NULL, and without comments on fields. */
  static LogicalType nullable(LogicalType type) {
    if (type.is(LogicalTypeRoot.ARRAY)) {
      return new ArrayType(true, nullable(((ArrayType) type).getElementType()));
    }
    if (type.is(LogicalTypeRoot.ROW)) {
      return new RowType(
          true,
          ((RowType) type)
              .getFields().stream()
                  .map(f -> new RowType.RowField(f.getName(), nullable(f.getType())))
                  .toList());
    }
    return type.copy(true);
  }

  private static LogicalType type(Column column) {
    return column.getDataType().getLogicalType();
  }

  private static String describe(ResolvedSchema schema) {
    return schema.getColumnCount() == 0
        ? "none"
        : schema.getColumns().stream()
            .map(c -> c.getName() + " " + type(c).asSummaryString())
            .collect(Collectors.joining(", "));
  }

  private static String names(ResolvedSchema schema) {
    return String.join(", ", schema.getColumnNames());
  }

  private static String describe(List<OutputColumn> columns) {
    return columns.stream().map(OutputColumn::columnName).collect(Collectors.joining(", "));
  }
}
