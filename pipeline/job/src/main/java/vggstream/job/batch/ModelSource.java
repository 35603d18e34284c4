package vggstream.job.batch;

import java.nio.file.Path;
import java.util.function.Function;

/** A model file of known digest that need not be on this machine yet. */
public interface ModelSource {

  /** SHA-256 of the file, 64 lower-case hexadecimal digits. */
  String sha256();

  /**
   * Brings the file here for as long as the function runs. Called only where the model is not
   * loaded yet.
   *
   * @param load opens the model
   * @return what the function returns
   * @throws vggstream.model.ModelException if the file cannot be had, or is another one
   */
  <T> T with(Function<Path, T> load);
}
