package vggstream.table;

import java.util.Collection;
import java.util.concurrent.CompletableFuture;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.functions.AsyncPredictFunction;
import org.apache.flink.table.functions.FunctionContext;
import org.jspecify.annotations.Nullable;

/** Asynchronous: Flink hands over further images while earlier ones wait, so that batches fill. */
public final class PredictInBatches extends AsyncPredictFunction {
  private static final long serialVersionUID = 1L;

  private final ModelSettings settings;
  private transient @Nullable OpenModel model;

  PredictInBatches(ModelSettings settings) {
    this.settings = settings;
  }

  @Override
  public void open(FunctionContext context) {
    model = OpenModel.open(settings, context.getMetricGroup());
  }

  @Override
  public CompletableFuture<Collection<RowData>> asyncPredict(RowData input) {
    return OpenModel.of(model).answer(input.isNullAt(0) ? null : input.getBinary(0));
  }

  @Override
  public void close() {
    if (model != null) {
      model.close();
      model = null;
    }
  }
}
