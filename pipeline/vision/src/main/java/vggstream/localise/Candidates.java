package vggstream.localise;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The best rated boxes of each class of one image, at most {@link #MOST} a class, whatever the
 * order in which they come: of equal ratings the coordinates decide. Kept as heaps in arrays that
 * grow on demand and stay for the next image.
 */
final class Candidates {
  /**
   * Most boxes of a class. Bounds memory (2.5 kB a class) and the time to merge (n squared); see
   * RATIONALE.
   */
  static final int MOST = 128;

  /**
   * A candidate.
   *
   * @param rating posterior of the class at the box's window, 0..1
   * @param box within the original
   */
  record Rated(double rating, Box box) {}

  /** By descending rating, then by coordinates: a total order of different candidates. */
  static final Comparator<Rated> ORDER =
      Comparator.comparingDouble((Rated c) -> -c.rating())
          .thenComparingDouble(c -> c.box().xMin())
          .thenComparingDouble(c -> c.box().yMin())
          .thenComparingDouble(c -> c.box().xMax())
          .thenComparingDouble(c -> c.box().yMax());

  private static final int FIELDS = 5; // rating, xMin, yMin, xMax, yMax

  private final float[] @Nullable [] heaps; // by class; the worst candidate first
  private final int[] counts; // by class
  private final float[] added = new float[FIELDS];

  Candidates(int classCount) {
    this.heaps = new float[classCount][];
    this.counts = new int[classCount];
  }

  int classCount() {
    return counts.length;
  }

  /** Forgets all candidates; keeps the memory. */
  void clear() {
    Arrays.fill(counts, 0);
  }

  /** Whether a candidate of this rating may be among the best of the class. */
  boolean mayTake(int classIndex, float rating) {
    float[] heap = heaps[classIndex];
    return counts[classIndex] < MOST || heap == null || rating >= heap[0];
  }

  /** Takes a candidate if it is among the best of the class. */
  void add(int classIndex, float rating, float xMin, float yMin, float xMax, float yMax) {
    int n = counts[classIndex];
    float[] heap = heaps[classIndex];
    if (heap == null || (n < MOST && heap.length < (n + 1) * FIELDS)) {
      float[] larger = new float[FIELDS * (heap == null ? 8 : Math.min(MOST, 2 * n))];
      if (heap != null) {
        System.arraycopy(heap, 0, larger, 0, n * FIELDS);
      }
      heap = larger;
      heaps[classIndex] = heap;
    }
    added[0] = rating;
    added[1] = xMin;
    added[2] = yMin;
    added[3] = xMax;
    added[4] = yMax;
    if (n < MOST) {
      counts[classIndex] = n + 1;
      siftUp(heap, n);
    } else if (isWorse(heap, 0, added, 0)) {
      siftDown(heap, n);
    }
  }

  /** Whether the i-th of a is worse than the j-th of b. */
  private static boolean isWorse(float[] a, int i, float[] b, int j) {
    int order = Float.compare(b[j * FIELDS], a[i * FIELDS]); // higher rating is better
    for (int f = 1; order == 0 && f < FIELDS; f++) {
      order = Float.compare(a[i * FIELDS + f], b[j * FIELDS + f]); // lower coordinate is better
    }
    return order > 0;
  }

  private void siftUp(float[] heap, int last) {
    int i = last;
    while (i > 0 && isWorse(added, 0, heap, (i - 1) / 2)) {
      copy(heap, (i - 1) / 2, heap, i);
      i = (i - 1) / 2;
    }
    copy(added, 0, heap, i);
  }

  private void siftDown(float[] heap, int n) {
    int i = 0;
    while (2 * i + 1 < n) {
      int child = 2 * i + 1;
      if (child + 1 < n && isWorse(heap, child + 1, heap, child)) {
        child++;
      }
      if (!isWorse(heap, child, added, 0)) {
        break;
      }
      copy(heap, child, heap, i);
      i = child;
    }
    copy(added, 0, heap, i);
  }

  private static void copy(float[] from, int i, float[] to, int j) {
    System.arraycopy(from, i * FIELDS, to, j * FIELDS, FIELDS);
  }

  /** The best of a class, in {@link #ORDER}. */
  List<Rated> of(int classIndex) {
    float[] heap = heaps[classIndex];
    List<Rated> rated = new ArrayList<>(counts[classIndex]);
    for (int i = 0; heap != null && i < counts[classIndex]; i++) {
      int at = i * FIELDS;
      rated.add(
          new Rated(heap[at], new Box(heap[at + 1], heap[at + 2], heap[at + 3], heap[at + 4])));
    }
    rated.sort(ORDER);
    return rated;
  }
}
