package vggstream.job.batch;

import java.io.Serializable;
import vggstream.job.config.ClassifierOptions;

/** Where a subtask gets its classifiers. */
@FunctionalInterface
public interface ClassifierFactory extends Serializable {

  /** Those that the subtasks of a process share. */
  ClassifierFactory SHARED = new Shared();

  /** The classifier of the options. */
  Classifier open(ClassifierOptions options);

  /** The same with another model. */
  default Classifier open(ClassifierOptions options, ModelSource source) {
    return source.with(file -> open(options.withModelFile(file.toString())));
  }

  /** See {@link SharedClassifiers}. */
  final class Shared implements ClassifierFactory {
    private static final long serialVersionUID = 1L;

    private Shared() {}

    @Override
    public Classifier open(ClassifierOptions options) {
      return SharedClassifiers.open(options);
    }

    @Override
    public Classifier open(ClassifierOptions options, ModelSource source) {
      return SharedClassifiers.open(options, source);
    }
  }
}
