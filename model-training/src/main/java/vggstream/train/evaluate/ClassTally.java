package vggstream.train.evaluate;

import java.util.List;
import vggstream.classify.RankedClass;
import vggstream.localise.Box;
import vggstream.localise.LocatedClass;

/**
 * Counts errors by ILSVRC's rule for localisation: of at most five pairs of a class and a box, one
 * must have the true class and an IoU above 0.5 with any true box of it.
 */
public final class ClassTally {
  private int images;
  private int wrongClass1;
  private int wrongClass5;
  private int wrong1;
  private int wrong5;

  /**
   * Counts an image.
   *
   * @param truth the true class
   * @param truths its boxes
   * @param ranked most probable classes, best first; those behind the fifth do not count
   * @param boxes of these classes, in any order; a class without one is wrong
   */
  public void add(int truth, List<Box> truths, List<RankedClass> ranked, List<LocatedClass> boxes) {
    boolean located =
        boxes.stream().anyMatch(b -> b.classIndex() == truth && Overlap.isCorrect(b.box(), truths));
    boolean first = !ranked.isEmpty() && ranked.get(0).classIndex() == truth;
    boolean among = ranked.stream().limit(BoxPredictor.TOP).anyMatch(c -> c.classIndex() == truth);
    images++;
    wrongClass1 += first ? 0 : 1;
    wrongClass5 += among ? 0 : 1;
    wrong1 += first && located ? 0 : 1;
    wrong5 += among && located ? 0 : 1;
  }

  /** Images that were counted. */
  public int images() {
    return images;
  }

  /** The shares; of at least one image. */
  public LocalisationResult.ClassErrors errors() {
    return new LocalisationResult.ClassErrors(
        (double) wrong1 / images,
        (double) wrong5 / images,
        (double) wrongClass1 / images,
        (double) wrongClass5 / images);
  }
}
