package vggstream.train.data;

import static vggstream.train.data.CounterRandom.below;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;
import vggstream.classify.RescaleLimit;
import vggstream.image.ImageLimits;
import vggstream.image.ImageRejectedException;
import vggstream.image.Rescale;
import vggstream.image.RgbImage;
import vggstream.image.Size;
import vggstream.image.Window;
import vggstream.localise.Box;
import vggstream.train.data.CounterRandom.Purpose;

/**
 * How an image is seen in training (paper, section 3.1): its smaller side is brought to S, a square
 * is cut out of it at a random place, or the whole of it is taken (section 3.3), and mirrored at
 * random; its colours may be shifted. Each draw is a hash of (seed, epoch, image), so that neither
 * the number of threads nor a restart changes it.
 *
 * @param scaleMin smallest S, pixels; at least the crop's side
 * @param scaleMax largest S; equal to the smallest for a fixed S (paper: {256} or [256; 512])
 * @param cropSide side of the crop, pixels (paper: 224)
 * @param flip whether half of the images are mirrored
 * @param wholeImages whether images are not cropped: each side is then rounded to the nearest
 *     multiple of 32, half up, but is at least the crop's
 * @param colourShift null for none
 */
public record Augmentation(
    int scaleMin,
    int scaleMax,
    int cropSide,
    boolean flip,
    boolean wholeImages,
    @Nullable ColourShift colourShift) {
  private static final int STRIDE = 32; // of the networks

  public Augmentation {
    if (cropSide < 1 || scaleMin < cropSide || scaleMax < scaleMin) {
      throw new IllegalArgumentException(
          "1 <= crop <= smallest scale <= largest scale must hold: were %d, %d, %d"
              .formatted(cropSide, scaleMin, scaleMax));
    }
    if (wholeImages && cropSide % STRIDE != 0) {
      throw new IllegalArgumentException(
          "crop must be a multiple of 32 for whole images: was " + cropSide);
    }
  }

  /** Crops of unshifted colours. */
  public Augmentation(int scaleMin, int scaleMax, int cropSide, boolean flip) {
    this(scaleMin, scaleMax, cropSide, flip, false, null);
  }

  /** The same with whole images instead of crops. */
  public Augmentation withWholeImages() {
    return new Augmentation(scaleMin, scaleMax, cropSide, flip, true, colourShift);
  }

  /** The same with colours shifted. */
  public Augmentation withColourShift(ColourShift shift) {
    return new Augmentation(scaleMin, scaleMax, cropSide, flip, wholeImages, shift);
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
    Size rescaled = rescaled(image, scale);
    Window window =
        Window.square(
            below(rescaled.width() - cropSide + 1, seed, Purpose.CROP_X, epoch, index),
            below(rescaled.height() - cropSide + 1, seed, Purpose.CROP_Y, epoch, index),
            cropSide);
    Rescale.crop(image, rescaled, window, isMirrored(seed, epoch, index), target);
  }

  /**
   * Writes the crop of an image in an epoch, and what a localiser shall say of it; the rule is that
   * of {@link LocatedCrop}.
   *
   * @param boxes of the objects, at least one, in pixels of the upright original
   * @param scale S, as {@link #scale} gives it
   * @param target (crop, crop, 3), direct
   * @param targetBoxes receives centre x, centre y, width and height
   * @param at place of the centre's x in them
   * @throws ImageRejectedException if the rescaled image would be larger than an image may be
   */
  void write(
      RgbImage image,
      List<Box> boxes,
      int scale,
      long seed,
      long epoch,
      long index,
      ByteBuffer target,
      FloatBuffer targetBoxes,
      int at)
      throws ImageRejectedException {
    Size original = image.originalSize();
    Size rescaled = rescaled(image, scale);
    LocatedCrop crop =
        LocatedCrop.draw(
            rescaled,
            boxes.stream().map(b -> b.rescaled(original, rescaled)).toList(),
            cropSide,
            seed,
            epoch,
            index);
    boolean mirrored = isMirrored(seed, epoch, index);
    Rescale.crop(image, rescaled, crop.window(), mirrored, target);
    crop.write(mirrored, targetBoxes, at);
  }

  private static Size rescaled(RgbImage image, int scale) throws ImageRejectedException {
    Size rescaled = Rescale.toSmallerSide(image.originalSize(), scale);
    if (rescaled.pixels() > ImageLimits.DEFAULT.maxPixels()) {
      throw new ImageRejectedException(
          ImageRejectedException.Reason.TOO_LARGE,
          "a rescaled image must have at most %d pixels: has %s"
              .formatted(ImageLimits.DEFAULT.maxPixels(), rescaled));
    }
    return rescaled;
  }

  /**
   * The size of a whole image in an epoch.
   *
   * @param original size of the upright image
   * @param scale S, as {@link #scale} gives it
   * @throws ImageRejectedException if the rescaled image would have more pixels than {@link
   *     RescaleLimit#DEFAULT} allows
   */
  Size wholeSize(Size original, int scale) throws ImageRejectedException {
    RescaleLimit.DEFAULT.require(original, scale);
    Size rescaled = Rescale.toSmallerSide(original, scale);
    return new Size(rounded(rescaled.width()), rounded(rescaled.height()));
  }

  private int rounded(int side) {
    return Math.max(cropSide, (side + STRIDE / 2) / STRIDE * STRIDE);
  }

  /**
   * Writes a whole image in an epoch.
   *
   * @param size as {@link #wholeSize} gives it
   * @param target (height, width, 3), direct
   */
  void writeWhole(RgbImage image, Size size, long seed, long epoch, long index, ByteBuffer target) {
    if (isMirrored(seed, epoch, index)) {
      Rescale.crop(image, size, new Window(0, 0, size.width(), size.height()), true, target);
    } else {
      Rescale.rescale(image, size, target);
    }
  }

  private boolean isMirrored(long seed, long epoch, long index) {
    return flip && below(2, seed, Purpose.MIRROR, epoch, index) == 1;
  }
}
