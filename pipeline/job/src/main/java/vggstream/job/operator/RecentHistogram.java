package vggstream.job.operator;

import java.io.Serializable;
import java.util.Arrays;
import java.util.function.Supplier;
import org.apache.flink.metrics.Histogram;
import org.apache.flink.metrics.HistogramStatistics;
import vggstream.job.metric.RecentValues;

/** {@link RecentValues} as a histogram of Flink's. */
final class RecentHistogram implements Histogram {
  private final Supplier<RecentValues> values;

  /**
   * @param values others may take their place
   */
  RecentHistogram(Supplier<RecentValues> values) {
    this.values = values;
  }

  @Override
  public void update(long value) {
    values.get().add(value);
  }

  @Override
  public long getCount() {
    return values.get().count();
  }

  @Override
  public HistogramStatistics getStatistics() {
    return new Snapshot(values.get().sorted());
  }

  private static final class Snapshot extends HistogramStatistics implements Serializable {
    private static final long serialVersionUID = 1L;

    private final long[] sorted;

    Snapshot(long[] sorted) {
      this.sorted = sorted;
    }

    @Override
    public double getQuantile(double quantile) {
      return RecentValues.quantile(sorted, quantile);
    }

    @Override
    public long[] getValues() {
      return sorted.clone();
    }

    @Override
    public int size() {
      return sorted.length;
    }

    @Override
    public double getMean() {
      return Arrays.stream(sorted).average().orElse(0);
    }

    @Override
    public double getStdDev() {
      double mean = getMean();
      double squares = Arrays.stream(sorted).mapToDouble(v -> (v - mean) * (v - mean)).sum();
      return sorted.length < 2 ? 0 : Math.sqrt(squares / (sorted.length - 1));
    }

    @Override
    public long getMax() {
      return sorted.length == 0 ? 0 : sorted[sorted.length - 1];
    }

    @Override
    public long getMin() {
      return sorted.length == 0 ? 0 : sorted[0];
    }
  }
}
