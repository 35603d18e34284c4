package vggstream.train.data;

/**
 * Random numbers without state: each is a hash of a seed and of what it is for, so that a run can
 * be resumed, and shared among threads, anywhere. The hash is SplitMix64's finaliser (Steele, Lea,
 * Flood 2014, "Fast splittable pseudorandom number generators"), chained over the key's parts.
 */
final class CounterRandom {
  private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;

  /** What a draw is for; draws of different purposes are independent. */
  enum Purpose {
    HOLD_OUT,
    SHUFFLE,
    SCALE,
    CROP_X,
    CROP_Y,
    MIRROR,
    COLOUR,
    CROP_X_AGAIN,
    CROP_Y_AGAIN,
    OBJECT
  }

  private CounterRandom() {}

  /** 64 uniform bits for (seed, purpose, major, minor), such as (seed, MIRROR, epoch, image). */
  static long bits(long seed, Purpose purpose, long major, long minor) {
    long z = mix(seed + GOLDEN_GAMMA);
    z = mix(z + (purpose.ordinal() + 1) * GOLDEN_GAMMA);
    z = mix(z + (major + 1) * GOLDEN_GAMMA);
    return mix(z + (minor + 1) * GOLDEN_GAMMA);
  }

  /** Uniform in 0..bound-1; the bias is below bound / 2^63. */
  static int below(int bound, long seed, Purpose purpose, long major, long minor) {
    return (int) ((bits(seed, purpose, major, minor) >>> 1) % bound);
  }

  /**
   * A draw of the standard normal distribution, by Box and Muller's formula of two uniform ones;
   * the same on every machine.
   */
  static double gaussian(long seed, Purpose purpose, long major, long minor) {
    double first = ((bits(seed, purpose, major, 2 * minor) >>> 11) + 1) * 0x1p-53; // (0, 1]
    double second = (bits(seed, purpose, major, 2 * minor + 1) >>> 11) * 0x1p-53; // [0, 1)
    return StrictMath.sqrt(-2 * StrictMath.log(first)) * StrictMath.cos(2 * Math.PI * second);
  }

  /** A permutation of 0..n-1 by Fisher and Yates. */
  static int[] permutation(int n, long seed, Purpose purpose, long major) {
    int[] order = new int[n];
    for (int i = 0; i < n; i++) {
      int j = below(i + 1, seed, purpose, major, i);
      order[i] = order[j];
      order[j] = i;
    }
    return order;
  }

  private static long mix(long z) {
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
