package vggstream.train.checkpoint;

import java.nio.FloatBuffer;
import java.util.List;
import java.util.function.Consumer;

/**
 * A tensor to be written.
 *
 * @param name unique in its file
 * @param shape of the tensor, each dimension at least 1
 * @param read writes the values, row-major, from the given buffer's index 0 on
 */
public record TensorSource(String name, List<Long> shape, Consumer<FloatBuffer> read) {
  public TensorSource {
    shape = List.copyOf(shape);
    if (name.isEmpty() || shape.stream().anyMatch(d -> d < 1)) {
      throw new IllegalArgumentException(
          "a tensor needs a name and dimensions of at least 1: was %s %s".formatted(name, shape));
    }
  }

  /** Number of values. */
  long elements() {
    return shape.stream().reduce(1L, Math::multiplyExact);
  }
}
