package vggstream.local.bench;

import java.util.List;
import java.util.Locale;

/**
 * What was measured.
 *
 * @param pairs in their order, at least one
 */
public record BenchmarkResult(List<Pair> pairs) {

  /**
   * Bare and job, one after the other.
   *
   * @param bare images a second of the faster way to share the cores
   * @param variant which one that was
   * @param job images a second
   */
  public record Pair(double bare, String variant, double job) {
    /** Of the job's speed to the bare one. */
    public double ratio() {
      return job / bare;
    }
  }

  public BenchmarkResult {
    pairs = List.copyOf(pairs);
    if (pairs.isEmpty()) {
      throw new IllegalArgumentException("pairs must be at least one: were none");
    }
  }

  /** The median of the pairs' ratios. */
  public double ratio() {
    return median(pairs.stream().mapToDouble(Pair::ratio).sorted().toArray());
  }

  private static double median(double[] sorted) {
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  /** For people; the last line is {@code ratio 0.93}. */
  public String toText() {
    StringBuilder text = new StringBuilder();
    text.append("pair        bare         job   ratio\n");
    for (int i = 0; i < pairs.size(); i++) {
      Pair pair = pairs.get(i);
      text.append(
          line(
              "%4d  %10.2f  %10.2f  %6.3f  (%s)",
              i + 1, pair.bare, pair.job, pair.ratio(), pair.variant));
    }
    double bare = median(pairs.stream().mapToDouble(Pair::bare).sorted().toArray());
    double job = median(pairs.stream().mapToDouble(Pair::job).sorted().toArray());
    text.append(line("bare %.2f images/s, job %.2f images/s (medians)", bare, job));
    return text.append(line("ratio %.2f", ratio())).toString();
  }

  private static String line(String format, Object... values) {
    return String.format(Locale.ROOT, format, values) + "\n";
  }
}
