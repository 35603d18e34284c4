package vggstream.train.step;

import static org.junit.jupiter.api.Assertions.assertTrue;

/** Compares tensors relative to their largest value. */
final class Closeness {
  private Closeness() {}

  static void requireClose(String name, float[] expected, float[] actual, double tolerance) {
    double error = error(expected, actual);
    assertTrue(
        error <= tolerance,
        "%s must be within %g of its largest value: was %g".formatted(name, tolerance, error));
  }

  static double error(float[] expected, float[] actual) {
    double largest = 0;
    double difference = 0;
    for (int i = 0; i < expected.length; i++) {
      largest = Math.max(largest, Math.abs(expected[i]));
      double d = Math.abs(expected[i] - actual[i]);
      difference = Double.isNaN(d) ? Double.POSITIVE_INFINITY : Math.max(difference, d);
    }
    return expected.length == actual.length && largest > 0
        ? difference / largest
        : Double.POSITIVE_INFINITY;
  }
}
