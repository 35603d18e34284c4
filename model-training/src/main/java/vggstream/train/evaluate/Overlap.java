package vggstream.train.evaluate;

import java.util.List;
import org.jspecify.annotations.Nullable;
import vggstream.localise.Box;

/**
 * How well boxes of a given class meet the true ones.
 *
 * @param error share of images whose box has an IoU of at most 0.5 with every true one, 0..1
 * @param meanIou mean over the images of the largest IoU with a true box, 0..1; an image without a
 *     predicted box counts as 0
 */
public record Overlap(double error, double meanIou) {
  /** IoU above which a box is correct (ILSVRC; appendix A). */
  public static final double CORRECT_ABOVE = 0.5;

  public Overlap {
    if (!(error >= 0 && error <= 1 && meanIou >= 0 && meanIou <= 1)) {
      throw new IllegalArgumentException(
          "error and mean IoU must be within 0..1: were %s, %s".formatted(error, meanIou));
    }
  }

  /** The largest IoU of a box with one of the true ones; 0 without a box. */
  public static double best(@Nullable Box box, List<Box> truths) {
    double best = 0;
    for (Box truth : truths) {
      best = box == null ? 0 : Math.max(best, box.iou(truth));
    }
    return best;
  }

  /** Whether a box is correct. */
  public static boolean isCorrect(@Nullable Box box, List<Box> truths) {
    return best(box, truths) > CORRECT_ABOVE;
  }

  /** Sums over images. */
  static final class Sum {
    private int images;
    private int wrong;
    private double iou;

    void add(@Nullable Box box, List<Box> truths) {
      double best = best(box, truths);
      images++;
      wrong += best > CORRECT_ABOVE ? 0 : 1;
      iou += best;
    }

    Overlap mean() {
      return new Overlap((double) wrong / images, Math.min(1, iou / images));
    }
  }
}
