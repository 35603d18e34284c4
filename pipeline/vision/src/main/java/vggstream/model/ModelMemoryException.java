package vggstream.model;

import java.util.List;
import java.util.Locale;

/** A run that failed for want of memory, of the device or the processor: a smaller one may do. */
public final class ModelMemoryException extends ModelException {
  private static final long serialVersionUID = 1L;

  /**
   * What ONNX Runtime says then, in lower case: its arena, CUDA, cuDNN and cuBLAS, and C++. It has
   * no error code for it.
   */
  private static final List<String> SIGNS =
      List.of(
          "failed to allocate memory",
          "out of memory",
          "memory allocation",
          "alloc_failed",
          "bad_alloc",
          "bad allocation",
          "available memory of");

  public ModelMemoryException(String message, Throwable cause) {
    super(message, cause);
  }

  /** The same failure, as this type if its message says that memory did not suffice. */
  static ModelException orSame(ModelException failure) {
    String message = String.valueOf(failure.getMessage()).toLowerCase(Locale.ROOT);
    return SIGNS.stream().anyMatch(message::contains)
        ? new ModelMemoryException(String.valueOf(failure.getMessage()), failure)
        : failure;
  }
}
