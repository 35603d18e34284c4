package vggstream.train.evaluate;

import org.jspecify.annotations.Nullable;

/**
 * Localisation error over a set of images (appendix A; ILSVRC).
 *
 * @param images that were localised, at least 1
 * @param unreadable images that were left out since they could not be read
 * @param ofTruth of the boxes of the true class, given
 * @param ofBestWindow of the boxes of the window rated highest for the true class; null if windows
 *     were not rated
 * @param classes error where classes count too; null if they were not asked for
 * @param baselines error of boxes that look at no pixel
 * @param seconds that it took, decoding included
 */
public record LocalisationResult(
    int images,
    int unreadable,
    Overlap ofTruth,
    @Nullable Overlap ofBestWindow,
    @Nullable ClassErrors classes,
    Baselines baselines,
    double seconds) {

  /**
   * Errors where the class counts, all shares of images, 0..1.
   *
   * @param top1Localisation images whose most probable class is wrong, or its box is
   * @param top5Localisation images for which none of the five most probable classes is the true one
   *     with a box of an IoU above 0.5 with one of its true boxes
   * @param top1Classification images whose most probable class is wrong
   * @param top5Classification images whose true class is not among the five most probable
   */
  public record ClassErrors(
      double top1Localisation,
      double top5Localisation,
      double top1Classification,
      double top5Classification) {}

  /**
   * What boxes that look at no pixel reach, the class given.
   *
   * @param wholeImage the box is the image
   * @param meanBox the box is the mean of the training images' boxes, relative to the image; null
   *     without training images
   */
  public record Baselines(Overlap wholeImage, @Nullable Overlap meanBox) {}
}
