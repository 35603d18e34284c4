package vggstream.job.fetch;

import java.util.concurrent.atomic.LongAdder;

/** What a fetcher did so far. Thread-safe. */
public final class FetchStatistics {
  private final LongAdder images = new LongAdder();
  private final LongAdder bytes = new LongAdder();
  private final LongAdder retries = new LongAdder();

  FetchStatistics() {}

  void read(int imageBytes) {
    images.increment();
    bytes.add(imageBytes);
  }

  void retried() {
    retries.increment();
  }

  /** Images read. */
  public long images() {
    return images.sum();
  }

  /** Their bytes. */
  public long bytes() {
    return bytes.sum();
  }

  /** Attempts that failed and were repeated. */
  public long retries() {
    return retries.sum();
  }
}
