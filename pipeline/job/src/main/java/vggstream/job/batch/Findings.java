package vggstream.job.batch;

import java.util.List;
import vggstream.classify.ScaledView;
import vggstream.localise.LocatedClass;

/** What the networks say of one image, gathered view by view. Of one thread at a time. */
interface Findings {

  /**
   * Adds the slots of a batch that the view was written to.
   *
   * @param slot the first of them
   * @throws vggstream.localise.NotFiniteException if a box is not finite
   * @throws IllegalArgumentException if a score is not finite
   */
  void add(ScaledView view, int slot, NetworkRun.Said said);

  /** Mean of the posteriors, (K). */
  double[] posterior();

  /** Boxes of the most probable classes, in their order; empty without a localiser. */
  List<LocatedClass> boxes();

  /** Nobody asks any more. */
  void end();
}
