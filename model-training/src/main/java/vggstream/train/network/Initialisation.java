package vggstream.train.network;

import java.nio.FloatBuffer;
import java.util.Locale;
import java.util.SplittableRandom;

/**
 * How weights start; biases start at zero. The values depend on the seed and the parameter's name
 * and shape alone, not on the order of calls.
 */
public sealed interface Initialisation {

  /** Glorot and Bengio 2010, uniform: variance 2 / (fan-in + fan-out). */
  record Glorot() implements Initialisation {}

  /** He et al. 2015, normal: variance 2 / fan-in. */
  record He() implements Initialisation {}

  /**
   * Normal with zero mean (paper, section 3.1).
   *
   * @param deviation standard deviation, positive
   */
  record Normal(double deviation) implements Initialisation {
    /**
     * Caffe's release of the networks starts from a deviation of 0.01. The paper prints "zero mean
     * and 10^-2 variance", a deviation of 0.1: from there the scores of these depths overflow.
     */
    public static final double CAFFE_DEVIATION = 0.01;

    public Normal {
      if (!(deviation > 0 && deviation < Double.POSITIVE_INFINITY)) {
        throw new IllegalArgumentException("deviation must be positive: was " + deviation);
      }
    }
  }

  /**
   * Reads {@code glorot}, {@code he}, {@code normal} or {@code normal:<deviation>}.
   *
   * @throws IllegalArgumentException for anything else
   */
  static Initialisation parse(String text) {
    String word = text.toLowerCase(Locale.ROOT);
    if (word.equals("glorot")) {
      return new Glorot();
    }
    if (word.equals("he")) {
      return new He();
    }
    if (word.equals("normal")) {
      return new Normal(Normal.CAFFE_DEVIATION);
    }
    if (word.startsWith("normal:")) {
      try {
        return new Normal(Double.parseDouble(word.substring("normal:".length())));
      } catch (NumberFormatException e) {
        throw new IllegalArgumentException("deviation must be a number: was " + text, e);
      }
    }
    throw new IllegalArgumentException(
        "initialisation must be glorot, he, normal or normal:<deviation>: was " + text);
  }

  /**
   * Writes a parameter's first values from the buffer's index 0 on.
   *
   * @throws IllegalArgumentException if the buffer's capacity is too small
   */
  default void fill(Parameter parameter, long seed, FloatBuffer into) {
    int n = Math.toIntExact(parameter.elements());
    if (into.capacity() < n) {
      throw new IllegalArgumentException(
          "buffer for %s must hold %d values: holds %d"
              .formatted(parameter.name(), n, into.capacity()));
    }
    if (parameter.kind() == Parameter.Kind.BIAS) {
      for (int i = 0; i < n; i++) {
        into.put(i, 0f);
      }
      return;
    }
    // The generator's algorithm is fixed by its specification; the hash is String's, fixed too.
    SplittableRandom random =
        new SplittableRandom(seed * 0x9E3779B97F4A7C15L + parameter.name().hashCode());
    if (this instanceof Glorot) {
      double limit = Math.sqrt(6.0 / (parameter.fanIn() + parameter.fanOut()));
      for (int i = 0; i < n; i++) {
        into.put(i, (float) (limit * (2 * random.nextDouble() - 1)));
      }
      return;
    }
    double deviation =
        this instanceof Normal normal ? normal.deviation() : Math.sqrt(2.0 / parameter.fanIn());
    for (int i = 0; i < n; i += 2) { // Box and Muller 1958: two values a draw
      double r = deviation * Math.sqrt(-2 * StrictMath.log(1 - random.nextDouble()));
      double angle = 2 * Math.PI * random.nextDouble();
      into.put(i, (float) (r * StrictMath.cos(angle)));
      if (i + 1 < n) {
        into.put(i + 1, (float) (r * StrictMath.sin(angle)));
      }
    }
  }
}
