package vggstream.table.function;

import org.apache.flink.table.annotation.DataTypeHint;
import org.apache.flink.table.annotation.FunctionHint;
import org.apache.flink.table.data.ArrayData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.functions.ScalarFunction;
import org.jspecify.annotations.Nullable;

/**
 * {@code TOP_LABEL(predictions)}: the label of the most probable class, the first. NULL where
 * predictions are NULL or there are none.
 */
@FunctionHint(
    input =
        @DataTypeHint(
            value = "ARRAY<ROW<`rank` INT, `classIndex` INT, `label` STRING, `probability` FLOAT>>",
            bridgedTo = ArrayData.class),
    output = @DataTypeHint(value = "STRING", bridgedTo = StringData.class))
public final class TopLabel extends ScalarFunction {
  private static final long serialVersionUID = 1L;

  private static final int FIELDS = 4;
  private static final int LABEL = 2;

  /** See the class. */
  public @Nullable StringData eval(@Nullable ArrayData predictions) {
    if (predictions == null || predictions.size() == 0 || predictions.isNullAt(0)) {
      return null;
    }
    RowData first = predictions.getRow(0, FIELDS);
    return first.isNullAt(LABEL) ? null : first.getString(LABEL);
  }
}
