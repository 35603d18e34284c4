package vggstream.localise;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Greedy merging of one class's candidate boxes. The rule, whose reasons are in RATIONALE:
 *
 * <ol>
 *   <li>The support of a candidate is the sum of weight x IoU over all candidates, itself included.
 *   <li>The candidate with the greatest support is merged with those whose IoU with it is at least
 *       0.5. The merged box is the mean of their edges, weighted; its score the mean of their
 *       ratings, weighted.
 * </ol>
 *
 * <p>A class has one box, so the first is the last. The outcome does not depend on the order of the
 * candidates: they are first sorted by value. Time is quadratic in their number, which {@link
 * Candidates#MOST} bounds.
 */
final class BoxMerge {
  /** Two boxes mean the same object from this IoU on: where ILSVRC calls a box correct. */
  static final double SAME = 0.5;

  /** Added to each weight, so that means exist where all are zero. */
  private static final double LEAST = 1e-30;

  private BoxMerge() {}

  /**
   * A merged box.
   *
   * @param box weighted mean of the members
   * @param score 0..1, weighted mean of the members' ratings
   * @param members candidates merged, at least 1
   */
  record Merged(Box box, double score, int members) {}

  /**
   * The merged box with the greatest support; empty without candidates.
   *
   * @param candidates each with an area
   */
  static Optional<Merged> merge(List<Candidates.Rated> candidates) {
    if (candidates.isEmpty()) {
      return Optional.empty();
    }
    List<Candidates.Rated> sorted = new ArrayList<>(candidates);
    sorted.sort(Candidates.ORDER);
    double[] support = supports(sorted);
    int core = 0;
    for (int i = 1; i < support.length; i++) {
      if (support[i] > support[core]) {
        core = i;
      }
    }
    return Optional.of(gather(sorted, sorted.get(core).box()));
  }

  private static double weight(Candidates.Rated candidate) {
    return candidate.weight() + LEAST;
  }

  /** Of arrays and without a branch, so that the compiler makes vector instructions of it. */
  private static double[] supports(List<Candidates.Rated> candidates) {
    int n = candidates.size();
    double[][] edges = new double[4][n]; // xMin, yMin, xMax, yMax
    double[] areas = new double[n];
    double[] weights = new double[n];
    for (int i = 0; i < n; i++) {
      Box box = candidates.get(i).box();
      edges[0][i] = box.xMin();
      edges[1][i] = box.yMin();
      edges[2][i] = box.xMax();
      edges[3][i] = box.yMax();
      areas[i] = box.area();
      weights[i] = weight(candidates.get(i));
    }
    double[] support = new double[n];
    double[] shared = new double[n];
    for (int i = 0; i < n; i++) {
      share(edges, i, shared);
      for (int j = 0; j < n; j++) {
        support[i] += shared[j] / (areas[i] + areas[j] - shared[j]) * weights[j];
      }
    }
    return support;
  }

  /** The areas that all boxes share with one. */
  private static void share(double[][] edges, int i, double[] shared) {
    double[] xMin = edges[0];
    double[] yMin = edges[1];
    double[] xMax = edges[2];
    double[] yMax = edges[3];
    for (int j = 0; j < shared.length; j++) {
      double w = Math.min(xMax[i], xMax[j]) - Math.max(xMin[i], xMin[j]);
      double h = Math.min(yMax[i], yMax[j]) - Math.max(yMin[i], yMin[j]);
      shared[j] = Math.max(w, 0) * Math.max(h, 0);
    }
  }

  /** Merges the candidates that mean the same object as the core, which is one of them. */
  private static Merged gather(List<Candidates.Rated> candidates, Box core) {
    double xMin = 0;
    double yMin = 0;
    double xMax = 0;
    double yMax = 0;
    double score = 0;
    double sum = 0;
    int members = 0;
    for (Candidates.Rated candidate : candidates) {
      Box box = candidate.box();
      if (core.iou(box) >= SAME) {
        double w = weight(candidate);
        xMin += w * box.xMin();
        yMin += w * box.yMin();
        xMax += w * box.xMax();
        yMax += w * box.yMax();
        score += w * candidate.rating();
        sum += w;
        members++;
      }
    }
    Box box = new Box(xMin / sum, yMin / sum, xMax / sum, yMax / sum);
    return new Merged(box, Math.min(1, score / sum), members);
  }
}
