package vggstream.table;

import java.util.Collection;
import java.util.concurrent.ExecutionException;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.functions.FunctionContext;
import org.apache.flink.table.functions.PredictFunction;
import org.apache.flink.util.FlinkRuntimeException;
import org.jspecify.annotations.Nullable;

/** Synchronous: a subtask waits for each image; batches fill from other subtasks at most. */
public final class PredictOneByOne extends PredictFunction {
  private static final long serialVersionUID = 1L;

  private final ModelSettings settings;
  private transient @Nullable OpenModel model;

  PredictOneByOne(ModelSettings settings) {
    this.settings = settings;
  }

  @Override
  public void open(FunctionContext context) {
    model = OpenModel.open(settings, context.getMetricGroup());
  }

  @Override
  public Collection<RowData> predict(RowData input) {
    try {
      return OpenModel.of(model).answer(input.isNullAt(0) ? null : input.getBinary(0)).get();
    } catch (ExecutionException e) {
      throw new FlinkRuntimeException(
          "model %s: an image could not be answered".formatted(settings.name()), e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new FlinkRuntimeException("interrupted while an image was waited for", e);
    }
  }

  @Override
  public void close() {
    if (model != null) {
      model.close();
      model = null;
    }
  }
}
