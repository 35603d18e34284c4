package vggstream.train.step;

import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import org.jspecify.annotations.Nullable;
import vggstream.tensor.PixelBatch;
import vggstream.train.network.Head;

/**
 * Images of one size: a batch, or what of it has that size. Buffers are read without a copy, from
 * their position on, which stays.
 *
 * @param pixels (n, H, W, 3), n = count
 * @param labels (n) class indices, all that the buffer has remaining, direct
 * @param colourShift (n, 3) added to red, green, blue beside the mean, in units of pixel values
 *     0..255, all that the buffer has remaining, direct; null if and only if steps have none
 * @param boxes (n, 4) true boxes, centre x, centre y, width, height as fractions of the crop's
 *     side, all that the buffer has remaining, direct; null if and only if the network classifies
 */
public record StepPart(
    PixelBatch pixels,
    LongBuffer labels,
    @Nullable FloatBuffer colourShift,
    @Nullable FloatBuffer boxes) {
  public StepPart {
    int n = pixels.count();
    if (!labels.isDirect() || labels.remaining() != n) {
      throw new IllegalArgumentException(
          "labels must be %d in a direct buffer: were %s".formatted(n, labels));
    }
    if (colourShift != null && (!colourShift.isDirect() || colourShift.remaining() != 3 * n)) {
      throw new IllegalArgumentException(
          "colour shifts must be %d values in a direct buffer: were %s"
              .formatted(3 * n, colourShift));
    }
    if (boxes != null && (!boxes.isDirect() || boxes.remaining() != Head.BOX * n)) {
      throw new IllegalArgumentException(
          "boxes must be %d values in a direct buffer: were %s".formatted(Head.BOX * n, boxes));
    }
  }

  /** Images without boxes. */
  public StepPart(PixelBatch pixels, LongBuffer labels, @Nullable FloatBuffer colourShift) {
    this(pixels, labels, colourShift, null);
  }

  /** Images without boxes, whose colours are not shifted. */
  public StepPart(PixelBatch pixels, LongBuffer labels) {
    this(pixels, labels, null, null);
  }

  /** Some of the images, over the same memory. */
  StepPart slice(int from, int n) {
    int height = pixels.height();
    int width = pixels.width();
    int first = Math.toIntExact(PixelBatch.bytes(from, height, width));
    int bytes = Math.toIntExact(PixelBatch.bytes(n, height, width));
    return new StepPart(
        new PixelBatch(pixels.pixels().slice(first, bytes), n, height, width),
        labels.slice(labels.position() + from, n),
        colourShift == null ? null : colourShift.slice(colourShift.position() + 3 * from, 3 * n),
        boxes == null ? null : boxes.slice(boxes.position() + Head.BOX * from, Head.BOX * n));
  }

  /** Number of images. */
  int count() {
    return pixels.count();
  }
}
