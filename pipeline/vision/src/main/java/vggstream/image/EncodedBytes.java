package vggstream.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import vggstream.image.ImageRejectedException.Reason;

/** Bounds-checked, unsigned reads from the bytes of an image, at offsets from its start. */
final class EncodedBytes {
  private final ByteBuffer bytes;
  private final ImageFormat format;
  private final long maxPixels;

  EncodedBytes(ByteBuffer encoded, ImageFormat format, ByteOrder order, long maxPixels) {
    this.maxPixels = maxPixels;
    this.bytes = encoded.slice().order(order);
    this.format = format;
  }

  long length() {
    return bytes.limit();
  }

  /** The same bytes from an offset on, as a file of their own. */
  EncodedBytes from(long offset, long length, ByteOrder order) throws ImageRejectedException {
    return new EncodedBytes(bytes(offset, length), format, order, maxPixels);
  }

  /** A view of bytes that must be there. */
  ByteBuffer bytes(long offset, long length) throws ImageRejectedException {
    require(offset, length);
    return bytes.slice((int) offset, (int) length);
  }

  int u8(long at) throws ImageRejectedException {
    require(at, 1);
    return bytes.get((int) at) & 0xff;
  }

  int u16(long at) throws ImageRejectedException {
    require(at, 2);
    return bytes.getShort((int) at) & 0xffff;
  }

  int u24(long at) throws ImageRejectedException {
    return bytes.order() == ByteOrder.BIG_ENDIAN
        ? u8(at) << 16 | u16(at + 1)
        : u16(at) | u8(at + 2) << 16;
  }

  long u32(long at) throws ImageRejectedException {
    require(at, 4);
    return bytes.getInt((int) at) & 0xffff_ffffL;
  }

  /** Whether these ASCII characters stand there. */
  boolean matches(long at, String ascii) {
    if (at < 0 || at + ascii.length() > length()) {
      return false;
    }
    for (int i = 0; i < ascii.length(); i++) {
      if ((bytes.get((int) at + i) & 0xff) != ascii.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /**
   * Requires bytes to exist.
   *
   * @throws ImageRejectedException TRUNCATED
   */
  void require(long at, long count) throws ImageRejectedException {
    if (at < 0 || count < 0 || at > length() - count) {
      throw new ImageRejectedException(
          Reason.TRUNCATED,
          "%s must have %d bytes at offset %d: has %d in all"
              .formatted(format, count, at, length()));
    }
  }

  /**
   * A width and height as read.
   *
   * @throws ImageRejectedException ZERO_SIZED, or TOO_LARGE
   */
  Size size(long width, long height) throws ImageRejectedException {
    if (width == 0 || height == 0) {
      throw new ImageRejectedException(
          Reason.ZERO_SIZED,
          "%s must be at least 1 pixel wide and high: is %dx%d".formatted(format, width, height));
    }
    if (width > Integer.MAX_VALUE || height > Integer.MAX_VALUE || width > maxPixels / height) {
      throw new ImageRejectedException(
          Reason.TOO_LARGE,
          "%s must have at most %d pixels: is %dx%d".formatted(format, maxPixels, width, height));
    }
    return new Size((int) width, (int) height);
  }

  ImageRejectedException corrupt(String message) {
    return new ImageRejectedException(Reason.CORRUPT, format + " " + message);
  }

  ImageRejectedException unsupported(String message) {
    return new ImageRejectedException(Reason.UNSUPPORTED_FORMAT, format + " " + message);
  }

  ImageRejectedException truncated(String message) {
    return new ImageRejectedException(Reason.TRUNCATED, format + " " + message);
  }
}
