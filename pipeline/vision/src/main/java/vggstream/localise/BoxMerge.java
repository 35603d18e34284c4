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

  private static double[] supports(List<Candidates.Rated> candidates) {
    int n = candidates.size();
    double[] support = new double[n];
    for (int i = 0; i < n; i++) {
      Candidates.Rated a = candidates.get(i);
      support[i] += weight(a);
      for (int j = i + 1; j < n; j++) {
        Candidates.Rated b = candidates.get(j);
        double iou = a.box().iou(b.box());
        support[i] += iou * weight(b);
        support[j] += iou * weight(a);
      }
    }
    return support;
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
