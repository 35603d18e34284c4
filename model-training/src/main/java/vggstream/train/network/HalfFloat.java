package vggstream.train.network;

/**
 * IEEE 754's binary16: 1 bit of sign, 5 of exponent, 10 of fraction. Java has conversions of its
 * own from version 20 on only.
 */
final class HalfFloat {
  /** The largest finite value. */
  static final float LARGEST = 65504;

  /** From this magnitude on a float rounds to infinity: half way to what would come next. */
  private static final int INFINITE_FROM = Float.floatToIntBits(65520);

  /** The least normal value, 2^-14. */
  private static final int NORMAL_FROM = Float.floatToIntBits(0x1p-14f);

  private static final int INFINITY = 0x7C00;
  private static final int NOT_A_NUMBER = 0x7E00;
  private static final int SIGN = 0x8000;

  /** A float's fraction has so many more bits. */
  private static final int FEWER_BITS = 13;

  /** A float's exponent of 0 is 127, here it is 15. */
  private static final int EXPONENT_SHIFT = 127 - 15;

  private HalfFloat() {}

  /** The nearest value's bits; of two that are equally near the even one's. */
  static short bits(float value) {
    int bits = Float.floatToRawIntBits(value);
    int sign = bits >>> 16 & SIGN;
    int magnitude = bits & Integer.MAX_VALUE;
    if (Float.isNaN(value)) {
      return (short) (sign | NOT_A_NUMBER);
    }
    if (magnitude >= INFINITE_FROM) {
      return (short) (sign | INFINITY);
    }
    if (magnitude >= NORMAL_FROM) {
      int even = magnitude >>> FEWER_BITS & 1;
      int rounded = magnitude + (1 << FEWER_BITS - 1) - 1 + even;
      return (short) (sign | (rounded >>> FEWER_BITS) - (EXPONENT_SHIFT << 10));
    }
    return (short) (sign | (int) Math.rint(Math.abs(value) * 0x1p24f)); // multiples of 2^-24
  }

  /** The value of bits. */
  static float value(short bits) {
    int exponent = bits >>> 10 & 31;
    int fraction = bits & 1023;
    float magnitude;
    if (exponent == 0) {
      magnitude = fraction * 0x1p-24f;
    } else if (exponent == 31) {
      magnitude = fraction == 0 ? Float.POSITIVE_INFINITY : Float.NaN;
    } else {
      magnitude = Float.intBitsToFloat(exponent + EXPONENT_SHIFT << 23 | fraction << FEWER_BITS);
    }
    return bits < 0 ? -magnitude : magnitude;
  }
}
