package vggstream.train.network;

import java.util.List;

/**
 * A trained tensor.
 *
 * @param name the layer's with {@code .weight} or {@code .bias}, such as {@code conv1_1.weight}
 * @param shape (K, C, kh, kw) of a convolution's weight, (K, C*H*W) of a fully-connected layer's,
 *     (K) of a bias
 * @param fanIn inputs that an output of the layer sums
 * @param fanOut outputs that an input of the layer reaches, borders and stride aside
 * @param kind weight or bias
 */
public record Parameter(String name, List<Long> shape, long fanIn, long fanOut, Kind kind) {

  /** What a parameter does in its layer. Biases start at zero and are not decayed. */
  public enum Kind {
    WEIGHT,
    BIAS
  }

  public Parameter {
    shape = List.copyOf(shape);
    if (shape.isEmpty() || shape.stream().anyMatch(d -> d < 1)) {
      throw new IllegalArgumentException(
          "dimensions of %s must be at least 1: were %s".formatted(name, shape));
    }
  }

  /** Number of values. */
  public long elements() {
    return shape.stream().reduce(1L, Math::multiplyExact);
  }

  /** The shape as an array of its own. */
  public long[] dimensions() {
    return shape.stream().mapToLong(Long::longValue).toArray();
  }
}
