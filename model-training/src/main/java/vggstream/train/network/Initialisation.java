package vggstream.train.network;

import java.nio.FloatBuffer;
import java.util.Locale;

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
    new StartingValues(this, parameter, seed).next(into.duplicate().clear().limit(n));
  }

  /**
   * The starting values of a network's parameters. Values that follow those read last cost nothing
   * more; others are drawn from the parameter's first on.
   */
  default ParameterSource source(Network network, long seed) {
    Initialisation initialisation = this;
    return new ParameterSource() {
      private String last = "";
      private StartingValues values =
          new StartingValues(initialisation, network.parameters().get(0), seed);
      private long position;

      @Override
      public void read(String parameter, long first, FloatBuffer into) {
        if (!parameter.equals(last) || first < position) {
          values = new StartingValues(initialisation, network.parameter(parameter), seed);
          last = parameter;
          position = 0;
        }
        FloatBuffer skipped = FloatBuffer.allocate((int) Math.min(1 << 16, first - position));
        while (position < first) {
          int n = (int) Math.min(skipped.capacity(), first - position);
          values.next(skipped.clear().limit(n));
          position += n;
        }
        position += into.remaining();
        values.next(into);
      }
    };
  }
}
