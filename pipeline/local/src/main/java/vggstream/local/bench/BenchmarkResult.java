package vggstream.local.bench;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import vggstream.local.run.Percentiles;

/**
 * What was measured.
 *
 * @param pairs in their order, at least one
 * @param latency with one image at a time; null: not measured
 */
public record BenchmarkResult(List<Pair> pairs, @Nullable Latency latency) {

  /**
   * Latency under a light load, milliseconds.
   *
   * @param images so many
   * @param total from sending an event to writing its prediction, committed later
   * @param job what remains of it without decoding, inference and at most one linger
   */
  public record Latency(int images, Percentiles total, Percentiles job) {}

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

  /** Without latency. */
  public BenchmarkResult(List<Pair> pairs) {
    this(pairs, null);
  }

  /** The same with a latency. */
  BenchmarkResult with(Latency measured) {
    return new BenchmarkResult(pairs, measured);
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
    if (latency != null) {
      text.append(
          line(
              "latency of %d images, one at a time: %s; without decoding, inference and linger: %s",
              latency.images(), words(latency.total()), words(latency.job())));
    }
    return text.append(line("ratio %.2f", ratio())).toString();
  }

  private static String words(Percentiles millis) {
    return "p50 %d ms, p95 %d ms, p99 %d ms".formatted(millis.p50(), millis.p95(), millis.p99());
  }

  private static String line(String format, Object... values) {
    return String.format(Locale.ROOT, format, values) + "\n";
  }
}
