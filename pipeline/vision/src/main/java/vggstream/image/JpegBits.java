package vggstream.image;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * The entropy-coded bits of a JPEG (ITU-T T.81, section F.2.2.5), up to the next marker. Bits asked
 * for beyond it are zero, and {@link #overrun} then says so.
 */
final class JpegBits {
  private static final VarHandle BIG_ENDIAN_INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

  private final byte[] bytes;
  private final int end;
  private int at;
  private long bits; // the next ones, at the low end
  private int count; // of valid bits
  private int padding; // of these, bits that are not in the data

  JpegBits(byte[] bytes, int start, int end) {
    this.bytes = bytes;
    this.at = start;
    this.end = end;
  }

  /** Whether bits were used that the data does not have. */
  boolean overrun() {
    return count < padding;
  }

  /** Whether a whole byte or more, not counting padding, is still unused. */
  boolean hasLeftOver() {
    return count - padding >= 8 || (at < end && !atMarker());
  }

  /** Offset from which to look for the next marker. */
  int position() {
    return at;
  }

  /** Drops what is left and goes on at an offset. */
  void restartAt(int offset) {
    at = offset;
    bits = 0;
    count = 0;
    padding = 0;
  }

  int read(int n) {
    if (n == 0) {
      return 0;
    }
    if (count < n) {
      fill();
    }
    count -= n;
    return (int) (bits >>> count) & ((1 << n) - 1);
  }

  void skip(long n) {
    long left = n;
    while (left > 16) {
      read(16);
      left -= 16;
    }
    read((int) left);
  }

  /**
   * Reads AC coefficients of a sequential block up to its end.
   *
   * @return the index after the last coefficient, up to 79 if codes run over the block's end; -1 if
   *     the bits are no code
   */
  int skipAc(JpegHuffmanTable table) {
    int k = 1;
    while (k < 64) {
      if (count < 32) {
        fill();
      }
      int entry = table.lookup((int) (bits >>> (count - 16)) & 0xffff);
      if (entry < 0) {
        return -1;
      }
      int size = entry & 15;
      count -= (entry >> 8) + size; // at most 16 + 15
      if (size == 0 && (entry & 0xff) != 0xf0) {
        return k; // end of block
      }
      k += (entry >> 4 & 15) + 1;
    }
    return k;
  }

  /** The next symbol of a Huffman code, or -1 if the bits are no code of it. */
  int symbol(JpegHuffmanTable table) {
    if (count < 16) {
      fill();
    }
    int entry = table.lookup((int) (bits >>> (count - 16)) & 0xffff);
    count -= entry >> 8;
    return entry < 0 ? -1 : entry & 0xff;
  }

  private boolean atMarker() {
    return bytes[at] == (byte) 0xff && (at + 1 >= end || bytes[at + 1] != 0);
  }

  private void fill() {
    if (count <= 32 && at + 4 <= end) {
      int next = (int) BIG_ENDIAN_INT.get(bytes, at);
      if (((~next - 0x01010101) & next & 0x80808080) == 0) { // none of the 4 bytes is 0xff
        bits = bits << 32 | (next & 0xffff_ffffL);
        count += 32;
        at += 4;
        return;
      }
    }
    while (count <= 48) {
      if (at >= end || atMarker()) {
        bits <<= 8;
        padding += 8;
      } else {
        bits = bits << 8 | (bytes[at] & 0xff);
        at += bytes[at] == (byte) 0xff ? 2 : 1;
      }
      count += 8;
    }
  }
}
