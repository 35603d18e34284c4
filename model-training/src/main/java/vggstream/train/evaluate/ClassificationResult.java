package vggstream.train.evaluate;

/**
 * Error over a set of images (paper, section 4).
 *
 * @param images that were classified
 * @param unreadable images that were left out
 * @param top1Error share of images whose most probable class is not the true one, 0..1
 * @param top5Error share of images whose true class is not among the five most probable, 0..1
 * @param seconds that it took, decoding included
 */
public record ClassificationResult(
    int images, int unreadable, double top1Error, double top5Error, double seconds) {

  /** Images a second, decoding included. */
  public double imagesPerSecond() {
    return images / seconds;
  }

  /** Share of images whose most probable class is the true one, 0..1. */
  public double accuracy() {
    return 1 - top1Error;
  }
}
