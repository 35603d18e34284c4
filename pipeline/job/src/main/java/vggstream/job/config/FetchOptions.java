package vggstream.job.config;

import java.io.Serializable;
import java.time.Duration;
import java.util.List;

/**
 * How images are read that events give by uri.
 *
 * @param roots folders below which they may lie; empty: none is read
 * @param timeout for one image, all attempts together, from the first one's start
 * @param attempts at most, where errors are transient
 * @param threads images that a subtask reads at a time
 * @param maxBytes largest encoded image
 */
public record FetchOptions(
    List<FileUri> roots, Duration timeout, int attempts, int threads, int maxBytes)
    implements Serializable {

  public FetchOptions {
    roots = List.copyOf(roots);
    if (attempts < 1 || threads < 1 || maxBytes < 1) {
      throw new IllegalArgumentException(
          "attempts, threads and maxBytes must be at least 1: were %d, %d, %d"
              .formatted(attempts, threads, maxBytes));
    }
  }
}
