package vggstream.localise;

import java.util.ArrayList;
import java.util.List;

/**
 * Greedy merging of one class's candidate boxes. The rule, whose reasons are in RATIONALE:
 *
 * <ol>
 *   <li>The support of a candidate is the sum of rating x IoU over all candidates, itself included,
 *       whose IoU with it is at least 0.5.
 *   <li>The candidate with the greatest support is merged with those: the merged box is the mean of
 *       their edges, weighted by rating; its score the mean of their ratings, weighted by rating.
 *   <li>They are taken out, and what is left is merged in the same way.
 * </ol>
 *
 * <p>The outcome does not depend on the order of the candidates: they are first sorted by value.
 * Time is quadratic in their number, which {@link Candidates#MOST} bounds.
 */
final class BoxMerge {
  /** Two boxes mean the same object from this IoU on: where ILSVRC calls a box correct. */
  static final double SAME = 0.5;

  /** Weight of a candidate whose rating is zero, so that means exist. */
  private static final double LEAST = 1e-30;

  private BoxMerge() {}

  /**
   * A merged box.
   *
   * @param box weighted mean of the members
   * @param score 0..1, weighted mean of the members' ratings
   * @param support of the candidate around which it was merged
   * @param members candidates merged, at least 1
   */
  record Merged(Box box, double score, double support, int members) {}

  /**
   * All merged boxes by descending support.
   *
   * @param candidates each with an area
   */
  static List<Merged> merge(List<Candidates.Rated> candidates) {
    return merge(candidates, Integer.MAX_VALUE);
  }

  /** The first merged boxes by descending support, at most this many. */
  static List<Merged> merge(List<Candidates.Rated> candidates, int most) {
    List<Candidates.Rated> left = new ArrayList<>(candidates);
    left.sort(Candidates.ORDER);
    List<Merged> merged = new ArrayList<>();
    double[] support = supports(left);
    while (!left.isEmpty() && merged.size() < most) {
      int core = 0;
      for (int i = 1; i < left.size(); i++) {
        if (support[i] > support[core]) {
          core = i;
        }
      }
      List<Candidates.Rated> rest = new ArrayList<>(left.size());
      merged.add(gather(left, core, support[core], rest));
      left = rest;
      support = supports(left);
    }
    return merged;
  }

  private static double weight(Candidates.Rated candidate) {
    return Math.max(LEAST, candidate.rating());
  }

  private static double[] supports(List<Candidates.Rated> candidates) {
    int n = candidates.size();
    double[] support = new double[n];
    for (int i = 0; i < n; i++) {
      Box a = candidates.get(i).box();
      support[i] += weight(candidates.get(i));
      for (int j = i + 1; j < n; j++) {
        double iou = a.iou(candidates.get(j).box());
        if (iou >= SAME) {
          support[i] += iou * weight(candidates.get(j));
          support[j] += iou * weight(candidates.get(i));
        }
      }
    }
    return support;
  }

  /** Merges the core's neighbours; the others go to rest. */
  private static Merged gather(
      List<Candidates.Rated> candidates, int core, double support, List<Candidates.Rated> rest) {
    Box center = candidates.get(core).box();
    double xMin = 0;
    double yMin = 0;
    double xMax = 0;
    double yMax = 0;
    double score = 0;
    double sum = 0;
    int members = 0;
    for (int i = 0; i < candidates.size(); i++) {
      Candidates.Rated candidate = candidates.get(i);
      Box box = candidate.box();
      if (i != core && center.iou(box) < SAME) {
        rest.add(candidate);
        continue;
      }
      double w = weight(candidate);
      xMin += w * box.xMin();
      yMin += w * box.yMin();
      xMax += w * box.xMax();
      yMax += w * box.yMax();
      score += w * candidate.rating();
      sum += w;
      members++;
    }
    Box box = new Box(xMin / sum, yMin / sum, xMax / sum, yMax / sum);
    return new Merged(box, Math.min(1, score / sum), support, members);
  }
}
