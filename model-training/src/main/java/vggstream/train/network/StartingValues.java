package vggstream.train.network;

import java.nio.FloatBuffer;
import java.util.SplittableRandom;

/** A parameter's starting values, one after the other. */
final class StartingValues {
  private final Initialisation initialisation;
  private final Parameter parameter;
  private final SplittableRandom random;
  private double second;
  private boolean hasSecond;

  StartingValues(Initialisation initialisation, Parameter parameter, long seed) {
    this.initialisation = initialisation;
    this.parameter = parameter;
    // The generator's algorithm is fixed by its specification; the hash is String's, fixed too.
    random = new SplittableRandom(seed * 0x9E3779B97F4A7C15L + parameter.name().hashCode());
  }

  /** Writes the next values to what the buffer has remaining. */
  void next(FloatBuffer into) {
    if (parameter.kind() == Parameter.Kind.BIAS) {
      while (into.hasRemaining()) {
        into.put(0f);
      }
    } else if (initialisation instanceof Initialisation.Glorot) {
      double limit = Math.sqrt(6.0 / (parameter.fanIn() + parameter.fanOut()));
      while (into.hasRemaining()) {
        into.put((float) (limit * (2 * random.nextDouble() - 1)));
      }
    } else {
      double deviation =
          initialisation instanceof Initialisation.Normal normal
              ? normal.deviation()
              : Math.sqrt(2.0 / parameter.fanIn());
      while (into.hasRemaining()) {
        into.put((float) normal(deviation));
      }
    }
  }

  /** Box and Muller 1958: two values a draw. */
  private double normal(double deviation) {
    if (hasSecond) {
      hasSecond = false;
      return second;
    }
    double r = deviation * Math.sqrt(-2 * StrictMath.log(1 - random.nextDouble()));
    double angle = 2 * Math.PI * random.nextDouble();
    second = r * StrictMath.sin(angle);
    hasSecond = true;
    return r * StrictMath.cos(angle);
  }
}
