package vggstream.table;

import java.util.LinkedHashSet;
import java.util.Set;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.table.factories.ModelProviderFactory;
import org.apache.flink.table.ml.ModelProvider;
import vggstream.job.config.InferenceOptions;
import vggstream.job.config.JobOption;

/**
 * Makes {@code CREATE MODEL ... WITH ('provider' = 'vggstream', 'path' = '...')} a network that
 * {@code ML_PREDICT} runs. Options are the job's, by the same words, but for {@code path}, which is
 * the job's {@code model}, and {@code task} and {@code on-error}, which the job has not.
 */
public final class VggModelProviderFactory implements ModelProviderFactory {
  /** Value of {@code provider}. */
  public static final String IDENTIFIER = "vggstream";

  @Override
  public String factoryIdentifier() {
    return IDENTIFIER;
  }

  @Override
  public Set<ConfigOption<?>> requiredOptions() {
    return Set.of(option(ModelSettings.PATH));
  }

  @Override
  public Set<ConfigOption<?>> optionalOptions() {
    Set<ConfigOption<?>> options = new LinkedHashSet<>();
    options.add(option(ModelSettings.TASK));
    options.add(option(ModelSettings.ON_ERROR));
    for (JobOption<?> option : InferenceOptions.options()) {
      String word = InferenceOptions.word(option, ModelSettings.PATH);
      if (!word.equals(ModelSettings.PATH)) {
        options.add(option(word));
      }
    }
    return options;
  }

  private static ConfigOption<String> option(String word) {
    return ConfigOptions.key(word).stringType().noDefaultValue();
  }

  /**
   * Checks the model's options and schemas.
   *
   * @throws org.apache.flink.table.api.ValidationException with every problem
   */
  @Override
  public ModelProvider createModelProvider(Context context) {
    return new VggModelProvider(
        ModelSettings.of(
            context.getObjectIdentifier().asSummaryString(), context.getCatalogModel()),
        context.getConfiguration());
  }
}
