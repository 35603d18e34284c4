package vggstream.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;

/**
 * A GIF (GIF89a specification) whose blocks must all be there. The image is the logical screen with
 * the first frame drawn on it.
 *
 * @param end offset after the first frame
 */
record GifHeader(ImageHeader header, long end) {
  private static final int TABLE_FLAG = 0x80;
  private static final int IMAGE = 0x2c;
  private static final int EXTENSION = 0x21;
  private static final int GRAPHIC_CONTROL = 0xf9;
  private static final int TRAILER = 0x3b;

  static GifHeader read(ByteBuffer encoded, long maxPixels) throws ImageRejectedException {
    EncodedBytes gif =
        new EncodedBytes(encoded, ImageFormat.GIF, ByteOrder.LITTLE_ENDIAN, maxPixels);
    Size screen = gif.size(gif.u16(6), gif.u16(8));
    long at = 13L + tableBytes(gif.u8(10));
    boolean transparent = false;
    Optional<GifHeader> first = Optional.empty();
    while (gif.u8(at) != TRAILER) {
      int block = gif.u8(at);
      if (block == IMAGE) {
        boolean whole = coversWhole(gif, at, screen);
        at = skipBlocks(gif, at + 11 + tableBytes(gif.u8(at + 9)));
        if (first.isEmpty()) {
          ImageHeader header =
              new ImageHeader(ImageFormat.GIF, screen, 1, 3, 8, transparent || !whole);
          first = Optional.of(new GifHeader(header, at));
        }
      } else if (block == EXTENSION) {
        if (gif.u8(at + 1) == GRAPHIC_CONTROL) {
          transparent = (gif.u8(at + 3) & 1) != 0;
        }
        at = skipBlocks(gif, at + 2);
      } else {
        throw gif.corrupt("must not have a block 0x%02x at offset %d".formatted(block, at));
      }
    }
    return first.orElseThrow(() -> gif.corrupt("must have a frame: has none"));
  }

  private static boolean coversWhole(EncodedBytes gif, long image, Size screen)
      throws ImageRejectedException {
    Size frame = gif.size(gif.u16(image + 5), gif.u16(image + 7));
    int x = gif.u16(image + 1);
    int y = gif.u16(image + 3);
    if (!new Window(x, y, frame.width(), frame.height()).isWithin(screen)) {
      throw gif.corrupt("frame %s at %d, %d must lie within %s".formatted(frame, x, y, screen));
    }
    return frame.equals(screen);
  }

  private static int tableBytes(int flags) {
    return (flags & TABLE_FLAG) == 0 ? 0 : 3 << ((flags & 7) + 1);
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
