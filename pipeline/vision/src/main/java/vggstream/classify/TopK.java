package vggstream.classify;

import java.util.ArrayList;
import java.util.List;

/** The most probable classes. */
public final class TopK {
  /** By how much a mean of posteriors may exceed 1. */
  private static final double ROUNDING = 1e-9;

  private TopK() {}

  /**
   * The k largest posteriors, largest first; of equal ones the lower class index first.
   *
   * @param posterior (K)
   * @param labels K labels
   * @param k at least 1; more than K means K
   * @throws IllegalArgumentException if a posterior is not within 0..1, or another rule is broken
   */
  public static List<RankedClass> of(double[] posterior, List<String> labels, int k) {
    if (k < 1) {
      throw new IllegalArgumentException("k must be at least 1: was " + k);
    }
    if (posterior.length != labels.size()) {
      throw new IllegalArgumentException(
          "posterior and labels must have one length: were %d, %d"
              .formatted(posterior.length, labels.size()));
    }
    int size = Math.min(k, posterior.length);
    int[] best = new int[size]; // indices, best first
    int found = 0;
    for (int c = 0; c < posterior.length; c++) {
      if (!(posterior[c] >= 0 && posterior[c] <= 1 + ROUNDING)) {
        throw new IllegalArgumentException(
            "posteriors must be within 0..1: class %d was %s".formatted(c, posterior[c]));
      }
      int at = found;
      while (at > 0 && posterior[best[at - 1]] < posterior[c]) {
        at--;
      }
      if (at < size) {
        System.arraycopy(best, at, best, at + 1, Math.min(found, size - 1) - at);
        best[at] = c;
        found = Math.min(found + 1, size);
      }
    }
    List<RankedClass> ranked = new ArrayList<>(size);
    for (int r = 0; r < size; r++) {
      int c = best[r];
      ranked.add(new RankedClass(r + 1, c, labels.get(c), (float) Math.min(1, posterior[c])));
    }
    return List.copyOf(ranked);
  }
}
