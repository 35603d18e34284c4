package vggstream.job.config;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * Where models are put into service.
 *
 * @param modelsTopic of releases; null: there are none, and the model of the options answers
 * @param modelsLiveTopic where the job says which are live
 * @param shadowPredictionsTopic of the predictions of the shadow
 */
public record ReleaseOptions(
    @Nullable String modelsTopic, String modelsLiveTopic, String shadowPredictionsTopic)
    implements Serializable {

  /** Whether models are put into service by topic. */
  public boolean enabled() {
    return modelsTopic != null;
  }
}
