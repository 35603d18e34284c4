package vggstream.table.function;

import org.apache.flink.table.annotation.DataTypeHint;
import org.apache.flink.table.annotation.FunctionHint;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.functions.ScalarFunction;
import org.jspecify.annotations.Nullable;
import vggstream.localise.Box;

/**
 * {@code BOX_IOU(a, b)}: intersection over union of two boxes of the column {@code boxes}, in
 * pixels, 0..1; or {@code BOX_IOU(xMin, yMin, xMax, yMax, xMin, yMin, xMax, yMax)} of any two. NULL
 * where a box or an edge is NULL, or an edge is not finite.
 */
public final class BoxIou extends ScalarFunction {
  private static final long serialVersionUID = 1L;

  private static final String BOX =
      "ROW<`classIndex` INT, `label` STRING, `score` FLOAT,"
          + " `xMin` FLOAT, `yMin` FLOAT, `xMax` FLOAT, `yMax` FLOAT,"
          + " `xMinNormalised` FLOAT, `yMinNormalised` FLOAT,"
          + " `xMaxNormalised` FLOAT, `yMaxNormalised` FLOAT>";

  private static final int FIRST_EDGE = 3;

  /** See the class. */
  @FunctionHint(
      input = {
        @DataTypeHint(value = BOX, bridgedTo = RowData.class),
        @DataTypeHint(value = BOX, bridgedTo = RowData.class)
      },
      output = @DataTypeHint("DOUBLE"))
  public @Nullable Double eval(@Nullable RowData a, @Nullable RowData b) {
    if (a == null || b == null) {
      return null;
    }
    return eval(
        edge(a, 0),
        edge(a, 1),
        edge(a, 2),
        edge(a, 3),
        edge(b, 0),
        edge(b, 1),
        edge(b, 2),
        edge(b, 3));
  }

  private static @Nullable Double edge(RowData box, int edge) {
    return box.isNullAt(FIRST_EDGE + edge) ? null : (double) box.getFloat(FIRST_EDGE + edge);
  }

  /** See the class. */
  public @Nullable Double eval(
      @Nullable Double aXMin,
      @Nullable Double aYMin,
      @Nullable Double aXMax,
      @Nullable Double aYMax,
      @Nullable Double bXMin,
      @Nullable Double bYMin,
      @Nullable Double bXMax,
      @Nullable Double bYMax) {
    Box a = box(aXMin, aYMin, aXMax, aYMax);
    Box b = box(bXMin, bYMin, bXMax, bYMax);
    return a == null || b == null ? null : (Double) a.iou(b);
  }

  private static @Nullable Box box(
      @Nullable Double xMin, @Nullable Double yMin, @Nullable Double xMax, @Nullable Double yMax) {
    if (xMin == null || yMin == null || xMax == null || yMax == null) {
      return null;
    }
    return Double.isFinite(xMin + yMin + xMax + yMax) ? new Box(xMin, yMin, xMax, yMax) : null;
  }
}
