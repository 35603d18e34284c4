package vggstream.job.operator;

import java.io.Serializable;
import vggstream.job.batch.Classifier;
import vggstream.job.config.ClassifierOptions;

/** Where a subtask gets its classifier. */
@FunctionalInterface
public interface ClassifierFactory extends Serializable {
  Classifier open(ClassifierOptions options);
}
