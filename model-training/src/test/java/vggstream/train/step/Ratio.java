package vggstream.train.step;

import java.util.Locale;

/**
 * A figure of the benchmark beside its goal.
 *
 * @param what was measured
 * @param ours value here, or NaN where the figure is a share
 * @param peer value of what it is compared with, or NaN
 * @param ratio ours / peer, or the share
 * @param goal such as {@code <= 0.80}
 */
record Ratio(String what, double ours, double peer, double ratio, String goal) {
  static final String HEAD =
      String.format("%-58s %10s %10s %7s  %s", "", "ours", "peer", "ratio", "goal");

  static Ratio of(String what, double ours, double peer, String goal) {
    return new Ratio(what, ours, peer, ours / peer, goal);
  }

  static Ratio share(String what, double share, String goal) {
    return new Ratio(what, Double.NaN, Double.NaN, share, goal);
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT, "%-58s %10s %10s %7.3f  %s", what, number(ours), number(peer), ratio, goal);
  }

  private static String number(double value) {
    return Double.isNaN(value) ? "" : String.format(Locale.ROOT, "%.3f", value);
  }
}
