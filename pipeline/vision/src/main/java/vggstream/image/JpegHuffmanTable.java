package vggstream.image;

import java.util.Arrays;

/** A Huffman code of a JPEG (ITU-T T.81, annex C). */
final class JpegHuffmanTable {
  private static final int FAST_BITS = 9;
  private static final int NO_CODE = -1;

  private final short[] fast = new short[1 << FAST_BITS]; // length << 8 | symbol, 0: longer code
  private final int[] firstCode = new int[18]; // per length, left-aligned to 16 bits
  private final int[] firstIndex = new int[17];
  private final byte[] symbols;
  private volatile JpegSteps steps = JpegSteps.NONE;

  /**
   * A table from its DHT segment.
   *
   * @param counts of codes of lengths 1..16
   * @param symbols in the order of their codes
   * @throws IllegalArgumentException if there are more codes than fit
   */
  JpegHuffmanTable(int[] counts, byte[] symbols) {
    this.symbols = symbols;
    int code = 0;
    int index = 0;
    for (int length = 1; length <= 16; length++) {
      firstIndex[length] = index;
      for (int i = 0; i < counts[length - 1]; i++, code++, index++) {
        if (code >= 1 << length) {
          throw new IllegalArgumentException("Huffman codes must fit into their length");
        }
        if (length <= FAST_BITS) {
          int from = code << (FAST_BITS - length);
          int to = (code + 1) << (FAST_BITS - length);
          Arrays.fill(fast, from, to, (short) (length << 8 | (symbols[index] & 0xff)));
        }
      }
      firstCode[length + 1] = code << (16 - length); // the end of this length's codes, too
      code <<= 1;
    }
  }

  /** For the next 16 bits: length << 8 | symbol, or -1 if no code starts so. */
  int lookup(int next16) {
    int entry = fast[next16 >> (16 - FAST_BITS)];
    return entry != 0 ? entry : lookupLong(next16);
  }

  private int lookupLong(int next16) {
    for (int length = FAST_BITS + 1; length <= 16; length++) {
      if (next16 < firstCode[length + 1]) {
        int index = firstIndex[length] + ((next16 - firstCode[length]) >> (16 - length));
        return length << 8 | (symbols[index] & 0xff);
      }
    }
    return NO_CODE;
  }

  /** Makes the steps of this table, unless it has them: worth it for many blocks. */
  void prepareSteps() {
    if (steps == JpegSteps.NONE) {
      steps = new JpegSteps(this);
    }
  }

  /** The steps of a table of AC coefficients; {@link JpegSteps#NONE} unless prepared. */
  JpegSteps steps() {
    return steps;
  }
}
