package vggstream.train.data;

import static vggstream.train.data.CounterRandom.below;

import java.nio.ByteBuffer;
import vggstream.image.ImageLimits;
import vggstream.image.ImageRejectedException;
import vggstream.image.Rescale;
import vggstream.image.RgbImage;
import vggstream.image.Size;
import vggstream.image.Window;
import vggstream.train.data.CounterRandom.Purpose;

/**
 * How an image becomes a training crop (paper, section 3.1): its smaller side is brought to S, a
 * square is cut out of it at a random place, and mirrored at random. Each draw is a hash of (seed,
 * epoch, image), so that neither the number of threads nor a restart changes it.
 *
 * @param scaleMin smallest S, pixels; at least the crop's side
 * @param scaleMax largest S; equal to the smallest for a fixed S (paper: {256} or [256; 512])
 * @param cropSide side of the crop, pixels (paper: 224)
 * @param flip whether half of the crops are mirrored
 */
public record Augmentation(int scaleMin, int scaleMax, int cropSide, boolean flip) {
  public Augmentation {
    if (cropSide < 1 || scaleMin < cropSide || scaleMax < scaleMin) {
      throw new IllegalArgumentException(
          "1 <= crop <= smallest scale <= largest scale must hold: were %d, %d, %d"
              .formatted(cropSide, scaleMin, scaleMax));
    }
  }

  /** The smaller side S of an image in an epoch. */
  int scale(long seed, long epoch, long image) {
    return scaleMin + below(scaleMax - scaleMin + 1, seed, Purpose.SCALE, epoch, image);
  }

  /**
   * Writes the crop of an image in an epoch.
   *
   * @param scale S, as {@link #scale} gives it
   * @param target (crop, crop, 3), direct
   * @throws ImageRejectedException if the rescaled image would be larger than an image may be
   */
  void write(RgbImage image, int scale, long seed, long epoch, long index, ByteBuffer target)
      throws ImageRejectedException {
    Size rescaled = Rescale.toSmallerSide(image.originalSize(), scale);
    if (rescaled.pixels() > ImageLimits.DEFAULT.maxPixels()) {
      throw new ImageRejectedException(
          ImageRejectedException.Reason.TOO_LARGE,
          "a rescaled image must have at most %d pixels: has %s"
              .formatted(ImageLimits.DEFAULT.maxPixels(), rescaled));
    }
    Window window =
        Window.square(
            below(rescaled.width() - cropSide + 1, seed, Purpose.CROP_X, epoch, index),
            below(rescaled.height() - cropSide + 1, seed, Purpose.CROP_Y, epoch, index),
            cropSide);
    boolean mirror = flip && below(2, seed, Purpose.MIRROR, epoch, index) == 1;
    Rescale.crop(image, rescaled, window, mirror, target);
  }
}
