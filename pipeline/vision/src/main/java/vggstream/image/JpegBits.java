package vggstream.image;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * The entropy-coded bits of a JPEG (ITU-T T.81, section F.2.2.5), up to the next marker. Bits asked
 * for beyond it are zero, and {@link #overrun} then says so.
 */
final class JpegBits {
  private static final VarHandle BIG_ENDIAN_LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
  private static final int WINDOW = 2048;

  /** No index of a coefficient. */
  static final int NO_CODE = 1 << 20;

  private static final int PADDING = 64; // bytes at a time

  private final byte[] bytes;
  private final int end;
  private int at; // the next byte that is not in the window
  private final byte[] window = new byte[WINDOW]; // of the data, without stuffed zeros
  private int next; // the first byte of the window that is not whole in the word
  private int limit;
  private long word; // the next bits, at the high end; more of them may follow
  private int count; // of bits in the word
  private int padding; // of the bits in word and window, those that are not in the data

  JpegBits(byte[] bytes, int start, int end) {
    this.bytes = bytes;
    this.at = start;
    this.end = end;
  }

  /** Whether bits were used that the data does not have. */
  boolean overrun() {
    return unread() < padding;
  }

  /** Whether a whole byte or more, not counting padding, is still unused. */
  boolean hasLeftOver() {
    return unread() - padding >= 8 || (at < end && !atMarker());
  }

  private int unread() {
    return count + 8 * (limit - next);
  }

  /** Offset from which to look for the next marker. */
  int position() {
    return at;
  }

  /** Drops what is left and goes on at an offset. */
  void restartAt(int offset) {
    at = offset;
    next = 0;
    limit = 0;
    word = 0;
    count = 0;
    padding = 0;
  }

  /** The next n bits, 0..16. */
  int read(int n) {
    if (n == 0) {
      return 0;
    }
    if (count < n) {
      fill();
    }
    int value = (int) (word >>> (64 - n));
    word <<= n;
    count -= n;
    return value;
  }

  void skip(long n) {
    long left = n;
    while (left > 16) {
      read(16);
      left -= 16;
    }
    read((int) left);
  }

  /** The next symbol of a Huffman code, or -1 if the bits are no code of it. */
  int symbol(JpegHuffmanTable table) {
    if (count < 16) {
      fill();
    }
    int entry = table.lookup((int) (word >>> 48));
    if (entry < 0) {
      return -1;
    }
    word <<= entry >> 8;
    count -= entry >> 8;
    return entry & 0xff;
  }

  /**
   * Reads a block of a sequential scan.
   *
   * @return 64, up to 79 if codes lead beyond the block, {@link #NO_CODE} if the bits are no code
   */
  int skipBlock(JpegHuffmanTable dc, JpegHuffmanTable ac) {
    fill();
    long bits = word;
    int entry = dc.lookup((int) (bits >>> 48));
    if (entry < 0 || (entry & 0xff) > 15) {
      return NO_CODE;
    }
    int used = (entry >> 8) + (entry & 0xff); // at most 16 + 15
    JpegSteps steps = ac.steps();
    int k = 1;
    while (true) {
      word = bits << used;
      count -= used;
      fill(); // 56 bits or more: enough for 2 steps
      bits = word;
      int step = steps.at(bits);
      used = step & 31;
      k += step >> 5;
      if (k < 64) {
        step = steps.at(bits << used);
        used += step & 31;
        k += step >> 5;
        if (k < 64) {
          continue;
        }
      }
      boolean ends = k >= JpegSteps.END_OF_BLOCK && k < JpegSteps.END_OF_BLOCK + 64;
      if (k == 64 || ends) {
        word = bits << used;
        count -= used;
        return 64;
      }
      // one code, which is long or leads beyond the block
      used -= step & 31;
      k -= step >> 5;
      word = bits << used;
      count -= used;
      fill();
      bits = word;
      entry = ac.lookup((int) (bits >>> 48));
      if (entry < 0) {
        return NO_CODE;
      }
      int size = entry & 15;
      used = (entry >> 8) + size;
      k = size == 0 && (entry & 0xff) != 0xf0 ? 64 : k + (entry >> 4 & 15) + 1;
      if (k >= 64) {
        word = bits << used;
        count -= used;
        return k;
      }
    }
  }

  /** Gives the word 56 bits or more. */
  private void fill() {
    if (next > limit - 8) {
      fillWindow();
    }
    word |= (long) BIG_ENDIAN_LONG.get(window, next) >>> count;
    next += (63 - count) >> 3;
    count |= 56;
  }

  private void fillWindow() {
    System.arraycopy(window, next, window, 0, limit - next);
    limit -= next;
    next = 0;
    while (limit <= WINDOW - 8) {
      if (at <= end - 8) {
        long eight = (long) BIG_ENDIAN_LONG.get(bytes, at);
        long zeros = ~eight; // where the byte is 0xff
        if ((zeros - 0x0101010101010101L & ~zeros & 0x8080808080808080L) == 0) {
          BIG_ENDIAN_LONG.set(window, limit, eight);
          limit += 8;
          at += 8;
          continue;
        }
      }
      if (at >= end || atMarker()) {
        break;
      }
      window[limit++] = bytes[at];
      at += bytes[at] == (byte) 0xff ? 2 : 1;
    }
    while (limit < PADDING) {
      window[limit++] = 0;
      padding += 8;
    }
  }

  private boolean atMarker() {
    return bytes[at] == (byte) 0xff && (at + 1 >= end || bytes[at + 1] != 0);
  }
}
