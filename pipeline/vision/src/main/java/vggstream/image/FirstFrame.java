package vggstream.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * The bytes of an image without the further frames of an animation. OpenCV takes whether a GIF has
 * transparency from its last frame, and lays the frames of an animated PNG over its still image.
 */
final class FirstFrame {
  private static final int GIF_BACKGROUND = 11; // offset of the index of the background colour
  private static final byte GIF_TRAILER = 0x3b;

  private FirstFrame() {}

  /** Pieces that make a still image; of one whose header was read. */
  static List<ByteBuffer> of(ByteBuffer encoded, ImageFormat format) throws ImageRejectedException {
    return switch (format) {
      case GIF -> gif(encoded.slice());
      case PNG -> png(encoded.slice());
      case JPEG, WEBP, BMP, TIFF -> List.of(encoded.slice());
    };
  }

  /** Without a background colour, which may be invalid and is to be transparent anyway. */
  private static List<ByteBuffer> gif(ByteBuffer gif) throws ImageRejectedException {
    int end = (int) GifHeader.read(gif, Long.MAX_VALUE).end();
    return List.of(
        gif.slice(0, GIF_BACKGROUND),
        ByteBuffer.wrap(new byte[1]),
        gif.slice(GIF_BACKGROUND + 1, end - GIF_BACKGROUND - 1),
        ByteBuffer.wrap(new byte[] {GIF_TRAILER}));
  }

  /** Without chunks acTL, fcTL, fdAT. */
  private static List<ByteBuffer> png(ByteBuffer png) throws ImageRejectedException {
    EncodedBytes bytes =
        new EncodedBytes(png, ImageFormat.PNG, ByteOrder.BIG_ENDIAN, Long.MAX_VALUE);
    List<ByteBuffer> pieces = new ArrayList<>();
    int start = 0; // of the piece
    int at = 8;
    boolean end = false;
    while (!end) {
      int next = at + 12 + (int) bytes.u32(at);
      end = bytes.matches(at + 4, "IEND");
      boolean animation =
          bytes.matches(at + 4, "acTL")
              || bytes.matches(at + 4, "fcTL")
              || bytes.matches(at + 4, "fdAT");
      if (animation) {
        if (at > start) {
          pieces.add(png.slice(start, at - start));
        }
        start = next;
      }
      at = next;
    }
    pieces.add(png.slice(start, at - start));
    return pieces;
  }
}
