package vggstream.job.batch;

import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;

/** Counts of what a batcher did since it was made. Thread-safe. */
public final class BatchStatistics {
  private final AtomicLongArray batchesBySize;
  private final LongAdder images = new LongAdder();
  private final LongAdder runs = new LongAdder();
  private final LongAdder inferenceNanos = new LongAdder();
  private final LongAdder splits = new LongAdder();

  BatchStatistics(int batchSize) {
    batchesBySize = new AtomicLongArray(batchSize + 1);
  }

  void ran(int batchImages, long nanos) {
    batchesBySize.incrementAndGet(batchImages);
    runs.increment();
    images.add(batchImages);
    inferenceNanos.add(nanos);
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

  /** Runs by number of images; index 0 is not used. */
  public long[] batchesBySize() {
    long[] counts = new long[batchesBySize.length()];
    for (int i = 0; i < counts.length; i++) {
      counts[i] = batchesBySize.get(i);
    }
    return counts;
  }
}
