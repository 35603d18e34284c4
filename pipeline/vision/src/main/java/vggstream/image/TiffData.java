package vggstream.image;

import java.nio.ByteBuffer;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Checks that the strips or tiles of a TIFF hold all their bytes: decompresses them, and keeps
 * nothing. libtiff, as OpenCV calls it, goes on with black where data is missing or broken.
 */
final class TiffData {
  static final int NONE = 1;
  static final int LZW = 5;
  static final int DEFLATE = 8;
  static final int PACK_BITS = 32773;
  static final int OLD_DEFLATE = 32946;

  private static final int CLEAR = 256;
  private static final int END = 257;

  private TiffData() {}

  /** Whether the compression is one of those checked here. */
  static boolean reads(long compression) {
    return compression == NONE
        || compression == LZW
        || compression == DEFLATE
        || compression == PACK_BITS
        || compression == OLD_DEFLATE;
  }

  /**
   * Whether a strip or tile gives at least so many bytes.
   *
   * @param data the compressed bytes, from position to limit
   */
  static boolean gives(ByteBuffer data, int compression, long expected) {
    return switch (compression) {
      case NONE -> data.remaining() >= expected;
      case LZW -> lzw(data, expected);
      case PACK_BITS -> packBits(data, expected);
      default -> deflate(data, expected);
    };
  }

  private static boolean deflate(ByteBuffer data, long expected) {
    Inflater inflater = new Inflater();
    try {
      inflater.setInput(data.duplicate());
      byte[] discarded = new byte[8192];
      long given = 0;
      while (given < expected) {
        int n = inflater.inflate(discarded);
        if (n == 0) { // the end, too little input, or a dictionary that is not there
          return false;
        }
        given += n;
      }
      return true;
    } catch (DataFormatException e) {
      return false;
    } finally {
      inflater.end();
    }
  }

  /** TIFF 6.0, section 9. */
  private static boolean packBits(ByteBuffer data, long expected) {
    long given = 0;
    int at = data.position();
    while (given < expected) {
      if (at >= data.limit()) {
        return false;
      }
      int n = data.get(at);
      if (n >= 0) { // n + 1 bytes as they are
        at += n + 2;
        given += n + 1;
      } else { // one byte 1 - n times; -128: nothing
        at += n == -128 ? 1 : 2;
        given += n == -128 ? 0 : 1 - n;
      }
    }
    return at <= data.limit();
  }

  /** TIFF 6.0, section 13; of each string only its length is kept. */
  private static boolean lzw(ByteBuffer data, long expected) {
    int[] lengths = new int[4096];
    int next = END + 1;
    int width = 9;
    int previous = CLEAR;
    long given = 0;
    long bit = 8L * data.position();
    while (given < expected) {
      if (bit + width > 8L * data.limit()) {
        return false;
      }
      int code = bits(data, bit, width);
      bit += width;
      if (code == END) {
        return false;
      } else if (code == CLEAR) {
        next = END + 1;
        width = 9;
      } else if (code > next || (code == next && previous == CLEAR) || code >= lengths.length) {
        return false;
      } else {
        if (previous != CLEAR && next < lengths.length) {
          lengths[next++] = length(lengths, previous) + 1;
        }
        if (next >= (1 << width) - 1 && width < 12) { // one early, as TIFF has it
          width++;
        }
        if (code >= next) {
          return false;
        }
        given += length(lengths, code);
      }
      previous = code;
    }
    return true;
  }

  private static int length(int[] lengths, int code) {
    return code < CLEAR ? 1 : lengths[code];
  }

  private static int bits(ByteBuffer data, long bit, int width) {
    int at = (int) (bit >> 3);
    int three = 0;
    for (int i = 0; i < 3; i++) {
      three = three << 8 | (at + i < data.limit() ? data.get(at + i) & 0xff : 0);
    }
    return three >> (24 - width - (int) (bit & 7)) & ((1 << width) - 1);
  }
}
