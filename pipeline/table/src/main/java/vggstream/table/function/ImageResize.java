package vggstream.table.function;

import java.nio.ByteBuffer;
import org.apache.flink.table.functions.ScalarFunction;
import org.jspecify.annotations.Nullable;
import vggstream.classify.RescaleLimit;
import vggstream.image.ImageDecoder;
import vggstream.image.ImageEncoder;
import vggstream.image.ImageLimits;
import vggstream.image.ImageRejectedException;
import vggstream.image.Rescale;
import vggstream.image.RgbImage;
import vggstream.image.Size;

/**
 * {@code IMAGE_RESIZE(bytes, side)}: the image, upright, with its smaller side brought down to
 * {@code side} pixels, as a JPEG of quality {@value #QUALITY}; one that is no larger keeps its
 * size. NULL where an argument is NULL, {@code side} is below 1, or the bytes are no image that can
 * be decoded within the default limits of the job (20 MiB, 50 megapixels, 4 of the result).
 */
public final class ImageResize extends ScalarFunction {
  private static final long serialVersionUID = 1L;

  /** Of the JPEG. */
  static final int QUALITY = 90;

  private static final ImageDecoder DECODER = new ImageDecoder(ImageLimits.DEFAULT);

  /** See the class. */
  public byte @Nullable [] eval(byte @Nullable [] encoded, @Nullable Integer side) {
    if (encoded == null || side == null || side < 1) {
      return null;
    }
    try (RgbImage image = DECODER.decodeFor(ByteBuffer.wrap(encoded), side)) {
      Size original = image.originalSize();
      int smaller = Math.min(side, Math.min(original.width(), original.height()));
      RescaleLimit.DEFAULT.require(original, smaller);
      Size size = Rescale.toSmallerSide(original, smaller);
      ByteBuffer rgb = ByteBuffer.allocateDirect(Math.toIntExact(size.pixels() * 3)); // (H, W, 3)
      Rescale.rescale(image, size, rgb);
      return ImageEncoder.jpeg(rgb, size, QUALITY);
    } catch (ImageRejectedException e) {
      return null;
    }
  }
}
