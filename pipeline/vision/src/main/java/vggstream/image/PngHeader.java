package vggstream.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.OptionalInt;
import java.util.zip.CRC32;

/** Reads the chunks of a PNG (ISO/IEC 15948, section 11), all of which must be there. */
final class PngHeader {
  private static final long FIRST_CHUNK = 8;
  private static final int GRAY = 0;
  private static final int RGB = 2;
  private static final int PALETTE = 3;
  private static final int GRAY_ALPHA = 4;
  private static final int RGB_ALPHA = 6;

  private PngHeader() {}

  static ImageHeader read(ByteBuffer encoded, long maxPixels) throws ImageRejectedException {
    EncodedBytes png = new EncodedBytes(encoded, ImageFormat.PNG, ByteOrder.BIG_ENDIAN, maxPixels);
    png.require(FIRST_CHUNK, 25);
    if (!png.matches(FIRST_CHUNK + 4, "IHDR") || png.u32(FIRST_CHUNK) != 13) {
      throw png.corrupt("must start with an IHDR chunk of 13 bytes");
    }
    Size size = png.size(png.u32(16), png.u32(20));
    int depth = png.u8(24);
    int colour = png.u8(25);
    if (!isDefined(colour, depth)) {
      throw png.corrupt("must not have colour type %d at bit depth %d".formatted(colour, depth));
    }
    boolean transparent = colour == GRAY_ALPHA || colour == RGB_ALPHA;
    boolean palette = false;
    boolean data = false;
    int orientation = 1;
    long at = FIRST_CHUNK;
    while (true) {
      long length = png.u32(at);
      png.require(at + 8, length + 4);
      if (png.matches(at + 4, "IEND")) {
        break;
      }
      if (png.matches(at + 4, "IDAT")) {
        data = true;
      } else if (png.matches(at + 4, "PLTE")) {
        palette = true;
      } else if (png.matches(at + 4, "tRNS")) {
        transparent = true;
      } else if (png.matches(at + 4, "eXIf")) {
        orientation = Exif.orientation(png, at + 8, length);
      }
      at += 12 + length;
    }
    if (!data) {
      throw png.corrupt("must have an IDAT chunk: has none");
    }
    if (colour == PALETTE && !palette) {
      throw png.corrupt("of colour type 3 must have a PLTE chunk: has none");
    }
    int channels =
        switch (colour) {
          case GRAY -> 1;
          case GRAY_ALPHA -> 2;
          case RGB_ALPHA -> 4;
          default -> 3;
        };
    return new ImageHeader(
        ImageFormat.PNG, size, orientation, channels, colour == PALETTE ? 8 : depth, transparent);
  }

  private static boolean isDefined(int colour, int depth) {
    return switch (colour) {
      case GRAY -> depth == 1 || depth == 2 || depth == 4 || depth == 8 || depth == 16;
      case PALETTE -> depth == 1 || depth == 2 || depth == 4 || depth == 8;
      case RGB, GRAY_ALPHA, RGB_ALPHA -> depth == 8 || depth == 16;
      default -> false;
    };
  }

  /**
   * The gray that is transparent, at the 8 or 16 bits that it is decoded to; OpenCV leaves it
   * opaque. Of a PNG whose header was read.
   */
  static OptionalInt transparentGray(ByteBuffer encoded) throws ImageRejectedException {
    EncodedBytes png =
        new EncodedBytes(encoded, ImageFormat.PNG, ByteOrder.BIG_ENDIAN, Long.MAX_VALUE);
    int depth = png.u8(24);
    if (png.u8(25) != GRAY) {
      return OptionalInt.empty();
    }
    long at = FIRST_CHUNK;
    while (!png.matches(at + 4, "IDAT")) {
      long length = png.u32(at);
      if (png.matches(at + 4, "tRNS") && length >= 2) {
        int gray = png.u16(at + 8);
        int max = (1 << depth) - 1;
        return OptionalInt.of(depth < 8 ? (gray & max) * 255 / max : gray & max);
      }
      at += 12 + length;
    }
    return OptionalInt.empty();
  }

  /**
   * Checks the checksum of every chunk.
   *
   * @throws ImageRejectedException CORRUPT
   */
  static void requireChecksums(ByteBuffer encoded) throws ImageRejectedException {
    EncodedBytes png =
        new EncodedBytes(encoded, ImageFormat.PNG, ByteOrder.BIG_ENDIAN, Long.MAX_VALUE);
    CRC32 crc = new CRC32();
    long at = FIRST_CHUNK;
    boolean end = false;
    while (!end) {
      int length = (int) png.u32(at);
      end = png.matches(at + 4, "IEND");
      crc.reset();
      crc.update(encoded.slice(encoded.position() + (int) at + 4, 4 + length));
      if (crc.getValue() != png.u32(at + 8 + length)) {
        throw png.corrupt("chunk at offset %d must have its checksum: has another".formatted(at));
      }
      at += 12 + length;
    }
  }
}
