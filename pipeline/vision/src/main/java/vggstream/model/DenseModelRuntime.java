package vggstream.model;

import java.nio.file.Path;

/**
 * Something that runs model files. Found by {@link java.util.ServiceLoader}: see {@link
 * DenseModels}.
 */
public interface DenseModelRuntime {

  /** Name and version for logs, such as {@code ONNX Runtime 1.24.2}. */
  String name();

  /**
   * Loads a model file and checks its card against its graph.
   *
   * @throws ModelException if the file is no valid self-describing model, or the device cannot be
   *     had
   */
  DenseModel open(Path file, ModelOptions options);
}
