package vggstream.job.batch;

import vggstream.classify.ScaledView;
import vggstream.image.ImageFormat;
import vggstream.image.Size;

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

  /**
   * The answer, once all views were added.
   *
   * @param original size of the upright original
   * @throws vggstream.localise.NotFiniteException as {@link #add}
   */
  Outcome outcome(Size original, ImageFormat format, Timings timings);

  /** Nobody asks any more. */
  void end();
}
