package vggstream.local.run;

import java.util.Arrays;
import java.util.SortedMap;
import java.util.TreeMap;
import vggstream.schema.DeadLetter;
import vggstream.schema.Prediction;

/** What the answers say about how they came to be. Thread-safe. */
final class Statistics {
  /** Values in the order in which they came. */
  private static final class Series {
    private long[] values = new long[1024];
    private int count;

    void add(long value) {
      if (count == values.length) {
        values = Arrays.copyOf(values, 2 * count);
      }
      values[count++] = value;
    }

    Percentiles percentiles() {
      return Percentiles.of(Arrays.copyOf(values, count));
    }
  }

  private final Series latencyMicros = new Series();
  private final Series decodeMicros = new Series();
  private final Series queueMicros = new Series();
  private final Series inferenceMicros = new Series();
  private final TreeMap<String, Integer> deadLettersByReason = new TreeMap<>();

  synchronized void predicted(Prediction prediction) {
    long millis =
        prediction.getPredictedAt().toEpochMilli() - prediction.getCapturedAt().toEpochMilli();
    latencyMicros.add(1000 * Math.max(0, millis));
    decodeMicros.add(prediction.getTimings().getDecodeMicros());
    queueMicros.add(prediction.getTimings().getQueueMicros());
    inferenceMicros.add(prediction.getTimings().getInferenceMicros());
  }

  synchronized void refused(DeadLetter letter) {
    deadLettersByReason.merge(letter.getReason(), 1, Integer::sum);
  }

  synchronized Summary summary(double seconds, SortedMap<Integer, Long> batchesBySize) {
    return new Summary(
        latencyMicros.count,
        deadLettersByReason,
        seconds,
        batchesBySize,
        latencyMicros.percentiles(),
        decodeMicros.percentiles(),
        queueMicros.percentiles(),
        inferenceMicros.percentiles());
  }
}
