package vggstream.table;

import static org.apache.flink.table.api.config.ExecutionConfigOptions.TABLE_EXEC_ASYNC_ML_PREDICT_TIMEOUT;

import java.time.Duration;
import java.util.Objects;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.api.config.MLPredictRuntimeConfigOptions;
import org.apache.flink.table.functions.AsyncPredictFunction;
import org.apache.flink.table.functions.PredictFunction;
import org.apache.flink.table.ml.AsyncPredictRuntimeProvider;
import org.apache.flink.table.ml.ModelProvider;
import org.apache.flink.table.ml.PredictRuntimeProvider;

/** A model whose options are checked; gives the functions that run it. */
final class VggModelProvider implements PredictRuntimeProvider, AsyncPredictRuntimeProvider {
  private final ModelSettings settings;
  private final ReadableConfig session;

  VggModelProvider(ModelSettings settings, ReadableConfig session) {
    this.settings = settings;
    this.session = session;
  }

  @Override
  public PredictFunction createPredictFunction(Context context) {
    return new PredictOneByOne(settings);
  }

  /**
   * {@inheritDoc}
   *
   * @throws ValidationException if Flink would fail the job before an image is given up
   */
  @Override
  public AsyncPredictFunction createAsyncPredictFunction(Context context) {
    Duration ofCall = context.runtimeConfig().get(MLPredictRuntimeConfigOptions.ASYNC_TIMEOUT);
    Duration flinks =
        ofCall == null
            ? Objects.requireNonNullElse(
                session.get(TABLE_EXEC_ASYNC_ML_PREDICT_TIMEOUT),
                TABLE_EXEC_ASYNC_ML_PREDICT_TIMEOUT.defaultValue())
            : ofCall;
    if (settings.timeout().compareTo(flinks) >= 0) {
      throw new ValidationException(
          "model %s: timeout must be below the timeout of an asynchronous ML_PREDICT (%s), after which Flink fails the job: was %s"
              .formatted(settings.name(), flinks, settings.timeout()));
    }
    return new PredictInBatches(settings);
  }

  @Override
  public ModelProvider copy() {
    return new VggModelProvider(settings, session);
  }
}
