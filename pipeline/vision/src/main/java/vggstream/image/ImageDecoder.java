package vggstream.image;

import java.nio.ByteBuffer;
import java.util.OptionalInt;
import org.bytedeco.opencv.opencv_core.Mat;
import vggstream.image.ImageRejectedException.Reason;

/**
 * Decodes images from memory within {@link ImageLimits}: upright, transparency composed over white,
 * 16 bits rounded to 8, the first frame of several. Thread-safe; each call decodes on its own
 * thread only.
 */
public final class ImageDecoder {
  /** A reduced decode leaves at least this many pixels for each of the rescaled smaller side. */
  static final int REDUCED_OVERSAMPLING = 2;

  private static final int LARGEST_REDUCTION = 8;

  private final ImageLimits limits;

  public ImageDecoder(ImageLimits limits) {
    this.limits = limits;
  }

  /**
   * Decodes at full size.
   *
   * @param encoded bytes between position and limit; heap or direct; not modified
   * @throws ImageRejectedException if the image cannot or must not be decoded; no other exception,
   *     whatever the bytes
   */
  public RgbImage decode(ByteBuffer encoded) throws ImageRejectedException {
    return decode(encoded, ImageHeader.read(encoded, limits), 1);
  }

  /**
   * Decodes for rescaling to smaller sides of at most {@code largestSmallerSide}: a JPEG much
   * larger than needed is decoded at 1/2, 1/4 or 1/8, the smallest that still has twice the pixels
   * in each direction.
   *
   * @throws ImageRejectedException as {@link #decode}
   */
  public RgbImage decodeFor(ByteBuffer encoded, int largestSmallerSide)
      throws ImageRejectedException {
    if (largestSmallerSide < 1) {
      throw new IllegalArgumentException(
          "largestSmallerSide must be at least 1: was " + largestSmallerSide);
    }
    ImageHeader header = ImageHeader.read(encoded, limits);
    return decode(encoded, header, reduction(header, largestSmallerSide));
  }

  /** At 1/1, 1/2, 1/4 or 1/8 of its size an image is decoded for a smaller side. */
  static int reduction(ImageHeader header, int largestSmallerSide) {
    int reduction = 1;
    if (header.format() == ImageFormat.JPEG) {
      long smaller = Math.min(header.storedSize().width(), header.storedSize().height());
      long needed = (long) REDUCED_OVERSAMPLING * largestSmallerSide;
      while (reduction < LARGEST_REDUCTION && smaller / (2L * reduction) >= needed) {
        reduction *= 2;
      }
    }
    return reduction;
  }

  /** Decodes at 1/reduction of the size, which only a JPEG can. */
  static RgbImage decode(ByteBuffer encoded, ImageHeader header, int reduction)
      throws ImageRejectedException {
    requireIntact(encoded, header);
    Mat pixels;
    try {
      pixels = OpenCv.decode(FirstFrame.of(encoded, header.format()), header, reduction);
    } catch (RuntimeException e) { // what JavaCPP makes of any C++ exception
      throw corrupt(header, "decoder says: " + summary(e));
    }
    try {
      if (pixels.empty()) {
        throw corrupt(header, "decoder refused the data");
      }
      // OpenCV turns a TIFF upright whatever it is told
      boolean isUpright = header.format() == ImageFormat.TIFF;
      Size full = isUpright ? header.size() : header.storedSize();
      int width = (full.width() + reduction - 1) / reduction;
      int height = (full.height() + reduction - 1) / reduction;
      if (pixels.cols() != width || pixels.rows() != height) {
        throw corrupt(
            header,
            "decoder gave %dx%d pixels for %dx%d"
                .formatted(pixels.cols(), pixels.rows(), width, height));
      }
      if (OpenCv.keepsStored(header)) {
        OptionalInt transparentGray =
            header.format() == ImageFormat.PNG
                ? PngHeader.transparentGray(encoded)
                : OptionalInt.empty();
        boolean premultiplied =
            header.format() == ImageFormat.TIFF && TiffHeader.isPremultiplied(encoded);
        pixels = Opaque.rgb(pixels, transparentGray, premultiplied);
      }
      if (!isUpright) {
        pixels = OpenCv.orient(pixels, header.orientation());
      }
      return new RgbImage(pixels, header.size(), header.format());
    } catch (ImageRejectedException e) {
      pixels.close();
      throw e;
    } catch (RuntimeException e) {
      pixels.close();
      throw corrupt(header, "decoded pixels are unusable: " + summary(e));
    }
  }

  /** Refuses what the decoders behind OpenCV would let pass. */
  private static void requireIntact(ByteBuffer encoded, ImageHeader header)
      throws ImageRejectedException {
    switch (header.format()) {
      case JPEG -> JpegScans.requireComplete(encoded, JpegHeader.read(encoded, Long.MAX_VALUE));
      case PNG -> PngHeader.requireChecksums(encoded);
      case BMP -> BmpHeader.requireRows(encoded, header.storedSize());
      case TIFF -> TiffHeader.requireData(encoded);
      case WEBP, GIF -> {
        // their headers show what is missing, their decoders what is broken
      }
    }
  }

  private static ImageRejectedException corrupt(ImageHeader header, String message) {
    return new ImageRejectedException(
        Reason.CORRUPT, "%s could not be decoded: %s".formatted(header.format(), message));
  }

  /** OpenCV's message without the file, line and expression of its source. */
  private static String summary(RuntimeException e) {
    String message = String.valueOf(e.getMessage());
    int start = message.indexOf("error: ");
    int end = message.indexOf(" in function");
    return start >= 0 && end > start
        ? message.substring(start + "error: ".length(), end)
        : message.lines().findFirst().orElse("");
  }
}
