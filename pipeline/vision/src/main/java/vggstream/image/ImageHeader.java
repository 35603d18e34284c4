package vggstream.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import vggstream.image.ImageRejectedException.Reason;

/**
 * What an image says of itself, read without decoding a pixel and without native code.
 *
 * @param format of the encoding
 * @param storedSize as stored, before the EXIF orientation is applied
 * @param orientation EXIF orientation, 1..8; 1 if absent or invalid
 * @param channels stored per pixel, 1..4; a palette of a PNG counts as 3
 * @param bitsPerChannel 1..16; of a palette's entries 8
 * @param transparent whether pixels may be transparent: an alpha channel or a transparent colour
 */
public record ImageHeader(
    ImageFormat format,
    Size storedSize,
    int orientation,
    int channels,
    int bitsPerChannel,
    boolean transparent) {
  public ImageHeader {
    if (orientation < 1 || orientation > 8) {
      throw new IllegalArgumentException("orientation must be within 1..8: was " + orientation);
    }
  }

  /** Size of the upright image. */
  public Size size() {
    return orientation >= 5
        ? new Size(/* width= */ storedSize.height(), /* height= */ storedSize.width())
        : storedSize;
  }

  /**
   * Reads the header.
   *
   * @param encoded bytes between position and limit; heap or direct; not modified
   * @throws ImageRejectedException if the header is not one that is read; no other exception,
   *     whatever the bytes
   */
  public static ImageHeader read(ByteBuffer encoded) throws ImageRejectedException {
    return read(encoded, Long.MAX_VALUE);
  }

  /**
   * Reads the header of an image that is within the limits.
   *
   * @throws ImageRejectedException also if it is not
   */
  public static ImageHeader read(ByteBuffer encoded, ImageLimits limits)
      throws ImageRejectedException {
    if (encoded.remaining() > limits.maxBytes()) {
      throw new ImageRejectedException(
          Reason.TOO_LARGE,
          "image must have at most %d bytes: has %d"
              .formatted(limits.maxBytes(), encoded.remaining()));
    }
    return read(encoded, limits.maxPixels());
  }

  private static ImageHeader read(ByteBuffer encoded, long maxPixels)
      throws ImageRejectedException {
    if (!encoded.hasRemaining()) {
      throw new ImageRejectedException(Reason.EMPTY, "image must not be empty: was 0 bytes");
    }
    ImageFormat format =
        formatOf(encoded)
            .orElseThrow(
                () ->
                    new ImageRejectedException(
                        Reason.UNSUPPORTED_FORMAT,
                        "image must be JPEG, PNG, WEBP, BMP, TIFF or GIF: starts with "
                            + start(encoded)));
    return switch (format) {
      case JPEG -> JpegHeader.read(encoded, maxPixels).toImageHeader();
      case PNG -> PngHeader.read(encoded, maxPixels);
      case WEBP -> WebpHeader.read(encoded, maxPixels);
      case BMP -> BmpHeader.read(encoded, maxPixels);
      case TIFF -> TiffHeader.read(encoded, maxPixels);
      case GIF -> GifHeader.read(encoded, maxPixels).header();
    };
  }

  /** The format that the first bytes announce. */
  static Optional<ImageFormat> formatOf(ByteBuffer encoded) {
    EncodedBytes bytes = new EncodedBytes(encoded, ImageFormat.JPEG, ByteOrder.BIG_ENDIAN, 0);
    if (bytes.matches(0, "\u00ff\u00d8\u00ff")) {
      return Optional.of(ImageFormat.JPEG);
    } else if (bytes.matches(0, "\u0089PNG\r\n\u001a\n")) {
      return Optional.of(ImageFormat.PNG);
    } else if (bytes.matches(0, "RIFF") && bytes.matches(8, "WEBP")) {
      return Optional.of(ImageFormat.WEBP);
    } else if (bytes.matches(0, "BM")) {
      return Optional.of(ImageFormat.BMP);
    } else if (bytes.matches(0, "II*\0") || bytes.matches(0, "MM\0*")) {
      return Optional.of(ImageFormat.TIFF);
    } else if (bytes.matches(0, "GIF87a") || bytes.matches(0, "GIF89a")) {
      return Optional.of(ImageFormat.GIF);
    }
    return Optional.empty();
  }

  private static String start(ByteBuffer encoded) {
    StringBuilder hex = new StringBuilder();
    for (int i = 0; i < Math.min(8, encoded.remaining()); i++) {
      hex.append("%02x".formatted(encoded.get(encoded.position() + i)));
    }
    return hex.toString();
  }
}
