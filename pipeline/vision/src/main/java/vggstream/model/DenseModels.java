package vggstream.model;

import java.nio.file.Path;
import java.util.List;
import java.util.ServiceLoader;

/** Opens model files with the one {@link DenseModelRuntime} that the class path holds. */
public final class DenseModels {
  private DenseModels() {}

  /**
   * The runtime on the class path.
   *
   * @throws ModelException if there is none, or more than one
   */
  public static DenseModelRuntime runtime() {
    List<DenseModelRuntime> found =
        ServiceLoader.load(DenseModelRuntime.class, DenseModelRuntime.class.getClassLoader())
            .stream()
            .map(ServiceLoader.Provider::get)
            .toList();
    if (found.size() != 1) {
      throw new ModelException(
          "exactly one of vgg-onnx and vgg-onnx-bytedeco must be on the class path: found "
              + found.stream().map(r -> r.getClass().getName()).toList());
    }
    return found.get(0);
  }

  /** {@link DenseModelRuntime#open} of {@link #runtime}. */
  public static DenseModel open(Path file, ModelOptions options) {
    return runtime().open(file, options);
  }
}
