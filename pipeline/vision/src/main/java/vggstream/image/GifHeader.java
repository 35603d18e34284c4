package vggstream.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Reads a GIF (GIF89a specification) up to the end of its first frame, which must be there. The
 * image is the logical screen with the first frame drawn on it.
 */
final class GifHeader {
  private static final int TABLE_FLAG = 0x80;
  private static final int IMAGE = 0x2c;
  private static final int EXTENSION = 0x21;
  private static final int GRAPHIC_CONTROL = 0xf9;
  private static final int TRAILER = 0x3b;

  private GifHeader() {}

  static ImageHeader read(ByteBuffer encoded, long maxPixels) throws ImageRejectedException {
    EncodedBytes gif =
        new EncodedBytes(encoded, ImageFormat.GIF, ByteOrder.LITTLE_ENDIAN, maxPixels);
    Size screen = gif.size(gif.u16(6), gif.u16(8));
    long at = 13 + tableBytes(gif.u8(10));
    boolean transparent = false;
    while (true) {
      int block = gif.u8(at);
      if (block == IMAGE) {
        Size frame = gif.size(gif.u16(at + 5), gif.u16(at + 7));
        if (!new Window(gif.u16(at + 1), gif.u16(at + 3), frame.width(), frame.height())
            .isWithin(screen)) {
          throw gif.corrupt("frame must lie within its screen");
        }
        skipBlocks(gif, at + 11 + tableBytes(gif.u8(at + 9)));
        boolean whole = frame.equals(screen);
        return new ImageHeader(ImageFormat.GIF, screen, 1, 3, 8, transparent || !whole);
      } else if (block == EXTENSION) {
        if (gif.u8(at + 1) == GRAPHIC_CONTROL) {
          transparent = (gif.u8(at + 3) & 1) != 0;
        }
        at = skipBlocks(gif, at + 2);
      } else if (block == TRAILER) {
        throw gif.corrupt("must have a frame: has none");
      } else {
        throw gif.corrupt("must not have a block 0x%02x at offset %d".formatted(block, at));
      }
    }
  }

  private static int tableBytes(int flags) {
    return (flags & TABLE_FLAG) == 0 ? 0 : 3 << (flags & 7) + 1;
  }

  /** The offset after sub-blocks and their terminator. */
  private static long skipBlocks(EncodedBytes gif, long start) throws ImageRejectedException {
    long at = start;
    int length;
    while ((length = gif.u8(at)) != 0) {
      at += 1 + length;
    }
    return at + 1;
  }
}
