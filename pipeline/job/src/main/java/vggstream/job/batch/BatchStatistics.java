package vggstream.job.batch;

import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;
import vggstream.job.metric.RecentValues;

/** Counts of what a batcher did since it was made. Thread-safe. */
public final class BatchStatistics {
  private final AtomicLongArray batchesBySize;
  private final LongAdder images = new LongAdder();
  private final LongAdder runs = new LongAdder();
  private final LongAdder inferenceNanos = new LongAdder();
  private final LongAdder splits = new LongAdder();
  private final RecentValues sizes = new RecentValues();
  private final RecentValues fills = new RecentValues();

  BatchStatistics(int batchSize) {
    batchesBySize = new AtomicLongArray(batchSize + 1);
  }

  void ran(int batchImages, int capacity, long nanos) {
    batchesBySize.incrementAndGet(batchImages);
    runs.increment();
    images.add(batchImages);
    inferenceNanos.add(nanos);
    sizes.add(batchImages);
    fills.add(100L * batchImages / capacity);
  }

  void split() {
    splits.increment();
  }

  /** Successful runs of the model. */
  public long batches() {
    return runs.sum();
  }

  /** Images in those runs, each once a scale. */
  public long images() {
    return images.sum();
  }

  /** Time spent in those runs, nanoseconds. */
  public long inferenceNanos() {
    return inferenceNanos.sum();
  }

  /** Failed runs of more than one image, each run again in halves. */
  public long splits() {
    return splits.sum();
  }

  /** Images of each of the last runs. */
  public RecentValues sizes() {
    return sizes;
  }

  /** Images of each of the last runs, in percent of those that its batch had room for. */
  public RecentValues fills() {
    return fills;
  }

  /** Runs by number of images; index 0 is not used. */
  public long[] batchesBySize() {
    long[] counts = new long[batchesBySize.length()];
    for (int i = 0; i < counts.length; i++) {
      counts[i] = batchesBySize.get(i);
    }
    return counts;
  }
}
