package vggstream.classify;

import java.nio.FloatBuffer;
import vggstream.image.Rescale;
import vggstream.image.RgbImage;
import vggstream.image.Size;
import vggstream.tensor.PixelBatch;

/**
 * One image at one scale Q of a {@link Protocol}: the unit that is put into batches with others of
 * the same {@link #size}. It takes one slot of a batch, or two adjacent ones where the protocol has
 * the mirror image evaluated too. From {@link Protocol#views}.
 *
 * @param scale Q, the smaller side, pixels
 * @param size of the rescaled image
 * @param flip whether the mirror image takes the second slot
 */
public record ScaledView(int scale, Size size, boolean flip) {

  /** Slots of a batch that it takes: 1 or 2. */
  public int slots() {
    return flip ? 2 : 1;
  }

  /**
   * Rescales the image into the batch's slots {@code slot} .. {@code slot + slots() - 1}.
   *
   * @throws IllegalArgumentException if the batch is of another size
   */
  public void write(RgbImage image, PixelBatch batch, int slot) {
    if (batch.height() != size.height() || batch.width() != size.width()) {
      throw new IllegalArgumentException(
          "batch must be of size %s: was %dx%d".formatted(size, batch.width(), batch.height()));
    }
    Rescale.rescale(image, size, batch.slot(slot)); // (H, W, 3)
    if (flip) {
      Rescale.mirror(batch.slot(slot), size, batch.slot(slot + 1)); // (H, W, 3)
    }
  }

  /**
   * Adds the posteriors of the slots that {@link #write} filled.
   *
   * @param scores (N, K) of the batch, before soft-max
   * @param slot as for {@link #write}
   * @throws IllegalArgumentException if a score is not finite
   */
  public void addScores(FloatBuffer scores, int slot, PosteriorMean posterior) {
    for (int s = slot; s < slot + slots(); s++) {
      posterior.add(scores, s * posterior.classCount());
    }
  }
}
