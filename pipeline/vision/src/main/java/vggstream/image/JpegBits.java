package vggstream.image;

/**
 * The entropy-coded bits of a JPEG (ITU-T T.81, section F.2.2.5), up to the next marker. Bits asked
 * for beyond it are zero, and {@link #overrun} then says so.
 */
final class JpegBits {
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
    return count - padding >= 8 || at < end && !atMarker();
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
    return (int) (bits >>> count) & (1 << n) - 1;
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
    int entry = table.lookup((int) (bits >>> (count - 16)) & 0xffff);
    count -= entry >> 8;
    return entry < 0 ? -1 : entry & 0xff;
  }

  private boolean atMarker() {
    return bytes[at] == (byte) 0xff && (at + 1 >= end || bytes[at + 1] != 0);
  }

  private void fill() {
    while (count <= 48) {
      if (at >= end || atMarker()) {
        bits <<= 8;
        padding += 8;
      } else {
        bits = bits << 8 | bytes[at] & 0xff;
        at += bytes[at] == (byte) 0xff ? 2 : 1;
      }
      count += 8;
    }
  }
}
