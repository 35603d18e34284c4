package vggstream.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Reads the headers of a Windows bitmap (BITMAPCOREHEADER, BITMAPINFOHEADER to V5). */
final class BmpHeader {
  private static final long INFO = 14;
  private static final int CORE_HEADER = 12;
  private static final int INFO_HEADER = 40;
  private static final int V3_HEADER = 56; // the first with an alpha mask
  private static final int RGB = 0;
  private static final int BITFIELDS = 3;
  private static final int ALPHA_BITFIELDS = 6;

  private BmpHeader() {}

  static ImageHeader read(ByteBuffer encoded, long maxPixels) throws ImageRejectedException {
    EncodedBytes bmp =
        new EncodedBytes(encoded, ImageFormat.BMP, ByteOrder.LITTLE_ENDIAN, maxPixels);
    long headerSize = bmp.u32(INFO);
    if (headerSize == CORE_HEADER) {
      Size size = bmp.size(bmp.u16(INFO + 4), bmp.u16(INFO + 6));
      return checked(bmp, size, bmp.u16(INFO + 10), RGB, false);
    }
    if (headerSize < INFO_HEADER) {
      throw bmp.unsupported("must have a header of 12 or at least 40 bytes: has " + headerSize);
    }
    int width = (int) bmp.u32(INFO + 4);
    int height = (int) bmp.u32(INFO + 8); // negative: rows top down
    if (width < 0) {
      throw bmp.corrupt("width must not be negative: is " + width);
    }
    Size size = bmp.size(width, Math.abs((long) height));
    int bits = bmp.u16(INFO + 14);
    long compression = bmp.u32(INFO + 16);
    boolean masks = compression == BITFIELDS || compression == ALPHA_BITFIELDS;
    boolean alpha = masks && bits == 32 && headerSize >= V3_HEADER && bmp.u32(INFO + 52) != 0;
    return checked(bmp, size, bits, compression, alpha);
  }

  private static ImageHeader checked(
      EncodedBytes bmp, Size size, int bits, long compression, boolean alpha)
      throws ImageRejectedException {
    if (bits != 1 && bits != 4 && bits != 8 && bits != 16 && bits != 24 && bits != 32) {
      throw bmp.corrupt("bits per pixel must be 1, 4, 8, 16, 24 or 32: are " + bits);
    }
    if (compression > ALPHA_BITFIELDS) {
      throw bmp.unsupported("must not have compression " + compression);
    }
    return new ImageHeader(ImageFormat.BMP, size, 1, alpha ? 4 : 3, 8, alpha);
  }

  /** Requires the rows of an uncompressed bitmap to be there. */
  static void requireRows(ByteBuffer encoded, Size size) throws ImageRejectedException {
    EncodedBytes bmp =
        new EncodedBytes(encoded, ImageFormat.BMP, ByteOrder.LITTLE_ENDIAN, Long.MAX_VALUE);
    boolean core = bmp.u32(INFO) == CORE_HEADER;
    long compression = core ? RGB : bmp.u32(INFO + 16);
    if (compression == RGB || compression == BITFIELDS || compression == ALPHA_BITFIELDS) {
      int bits = bmp.u16(INFO + (core ? 10 : 14));
      long stride = ((long) size.width() * bits + 31) / 32 * 4;
      bmp.require(bmp.u32(10), stride * size.height());
    }
  }
}
