package vggstream.localise;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The candidate boxes of each class of one image with the greatest weights, at most {@link #MOST} a
 * class, of those rated at least {@link #LEAST_RATING}, and the one rated highest; whatever the
 * order in which they come: of equal ones the coordinates decide. Kept as heaps in arrays that grow
 * on demand and stay for the next image.
 */
final class Candidates {
  /**
   * Most boxes of a class. Bounds memory (3 kB a class) and the time to merge (n squared); see
   * RATIONALE.
   */
  static final int MOST = 128;

  /** A window that rates a class lower does not say where it is, unless none rates it higher. */
  static final float LEAST_RATING = 1e-3f;

  /**
   * A candidate.
   *
   * @param weight in merging, at least 0
   * @param rating posterior of the class at the box's window, 0..1
   * @param box within the original
   */
  record Rated(double weight, double rating, Box box) {}

  /** By descending weight, then rating, then by coordinates: total for different candidates. */
  static final Comparator<Rated> ORDER =
      Comparator.comparingDouble((Rated c) -> -c.weight())
          .thenComparingDouble(c -> -c.rating())
          .thenComparingDouble(c -> c.box().xMin())
          .thenComparingDouble(c -> c.box().yMin())
          .thenComparingDouble(c -> c.box().xMax())
          .thenComparingDouble(c -> c.box().yMax());

  private static final int FIELDS = 6; // weight, rating, xMin, yMin, xMax, yMax

  private final float[] @Nullable [] heaps; // by class; the worst candidate first
  private final int[] counts; // by class
  private final float[] best; // (K, fields): rated highest; their weights are not used
  private final boolean[] hasBest; // by class
  private final float[] added = new float[FIELDS];

  Candidates(int classCount) {
    this.heaps = new float[classCount][];
    this.counts = new int[classCount];
    this.best = new float[classCount * FIELDS];
    this.hasBest = new boolean[classCount];
  }

  /** Forgets all candidates; keeps the memory. */
  void clear() {
    Arrays.fill(counts, 0);
    Arrays.fill(hasBest, false);
  }

  /** A rating below which no candidate of the class is kept at the moment. */
  float leastRating(int classIndex) {
    return hasBest[classIndex] ? Math.min(LEAST_RATING, best[classIndex * FIELDS + 1]) : 0;
  }

  /**
   * Whether a candidate of this weight and rating may be kept, whatever its box. Asked first, since
   * most are not, and need no box then.
   */
  boolean wants(int classIndex, float weight, float rating) {
    return (rating >= LEAST_RATING && (counts[classIndex] < MOST || weight >= heaps[classIndex][0]))
        || !hasBest[classIndex]
        || rating >= best[classIndex * FIELDS + 1];
  }

  /** Takes a candidate if it is among those that are kept of the class. */
  void add(
      int classIndex, float weight, float rating, float xMin, float yMin, float xMax, float yMax) {
    added[0] = weight;
    added[1] = rating;
    added[2] = xMin;
    added[3] = yMin;
    added[4] = xMax;
    added[5] = yMax;
    if (!hasBest[classIndex]
        || (rating >= best[classIndex * FIELDS + 1] && isWorse(best, classIndex, added, 0, 1))) {
      hasBest[classIndex] = true;
      copy(added, 0, best, classIndex);
    }
    if (rating >= LEAST_RATING) {
      push(classIndex);
    }
  }

  /** Puts the added candidate into a heap, which is one only once it is full. */
  private void push(int classIndex) {
    int n = counts[classIndex];
    float[] heap = withRoom(classIndex, n);
    if (n < MOST) {
      counts[classIndex] = n + 1;
      copy(added, 0, heap, n);
      for (int i = MOST / 2 - 1; n + 1 == MOST && i >= 0; i--) {
        copy(heap, i, added, 0);
        siftDown(heap, i);
      }
    } else if (isWorse(heap, 0, added, 0, 0)) {
      siftDown(heap, 0);
    }
  }

  private float[] withRoom(int classIndex, int n) {
    float[] heap = heaps[classIndex];
    if (heap == null) {
      heap = new float[FIELDS * 8];
      heaps[classIndex] = heap;
    } else if (n < MOST && heap.length < (n + 1) * FIELDS) {
      heap = Arrays.copyOf(heap, FIELDS * Math.min(MOST, 2 * n));
      heaps[classIndex] = heap;
    }
    return heap;
  }

  /**
   * Whether the i-th of a is worse than the j-th of b.
   *
   * @param first field that counts: 0, or 1 to leave the weights out
   */
  private static boolean isWorse(float[] a, int i, float[] b, int j, int first) {
    for (int f = first; f < FIELDS; f++) {
      float x = a[i * FIELDS + f];
      float y = b[j * FIELDS + f];
      if (x != y) {
        return f < 2 ? x < y : x > y; // higher weight and rating are better, lower coordinates
      }
    }
    return false;
  }

  /** Puts the added candidate at a place of a full heap, or below it. */
  private void siftDown(float[] heap, int place) {
    int i = place;
    while (2 * i + 1 < MOST) {
      int child = 2 * i + 1;
      if (child + 1 < MOST && isWorse(heap, child + 1, heap, child, 0)) {
        child++;
      }
      if (!isWorse(heap, child, added, 0, 0)) {
        break;
      }
      copy(heap, child, heap, i);
      i = child;
    }
    copy(added, 0, heap, i);
  }

  private static void copy(float[] from, int i, float[] to, int j) {
    int source = i * FIELDS;
    int target = j * FIELDS;
    for (int f = 0; f < FIELDS; f++) {
      to[target + f] = from[source + f];
    }
  }

  /** Those kept of a class, in {@link #ORDER}; the highest rated alone if all are rated low. */
  List<Rated> of(int classIndex) {
    float[] heap = heaps[classIndex];
    if (heap == null || counts[classIndex] == 0) {
      return best(classIndex).stream().toList();
    }
    List<Rated> rated = new ArrayList<>(counts[classIndex]);
    for (int i = 0; i < counts[classIndex]; i++) {
      rated.add(rated(heap, i));
    }
    rated.sort(ORDER);
    return rated;
  }

  /** The one of a class that is rated highest. */
  Optional<Rated> best(int classIndex) {
    return hasBest[classIndex] ? Optional.of(rated(best, classIndex)) : Optional.empty();
  }

  private static Rated rated(float[] candidates, int i) {
    int at = i * FIELDS;
    return new Rated(
        candidates[at],
        candidates[at + 1],
        new Box(candidates[at + 2], candidates[at + 3], candidates[at + 4], candidates[at + 5]));
  }
}
