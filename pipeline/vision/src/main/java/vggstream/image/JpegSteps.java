package vggstream.image;

import java.util.Arrays;

/**
 * The AC coefficients of a sequential block, several at a time: for each possible value of the next
 * bits, how far all the codes lead that lie within them whole, with the bits of their coefficients.
 */
final class JpegSteps {
  /** Bits that are looked at. */
  static final int BITS = 13;

  /** Of the advance of a step that ends with the end of the block. */
  static final int END_OF_BLOCK = 256;

  /** Holds no code at all. */
  static final JpegSteps NONE = new JpegSteps();

  private static final int UNKNOWN = 1024; // advance of a step without one whole code

  private final char[] steps = new char[1 << BITS]; // advance << 4 | bits

  private JpegSteps() {
    Arrays.fill(steps, (char) (UNKNOWN << 4));
  }

  JpegSteps(JpegHuffmanTable table) {
    int[] single = new int[1 << BITS]; // 0: none
    for (int i = 0; i < single.length; i++) {
      int entry = table.lookup(i << (16 - BITS));
      int size = entry & 15;
      int bits = (entry >> 8) + size;
      if (entry >= 0 && bits <= BITS) {
        boolean isEnd = size == 0 && (entry & 0xff) != 0xf0;
        single[i] = (isEnd ? END_OF_BLOCK : (entry >> 4 & 15) + 1) << 4 | bits;
      }
    }
    for (int i = 0; i < steps.length; i++) {
      int bits = 0;
      int advance = 0;
      while (advance < END_OF_BLOCK) {
        int next = single[i << bits & (steps.length - 1)];
        if (next == 0 || bits + (next & 15) > BITS) {
          break; // its code or its coefficient ends beyond
        }
        bits += next & 15;
        advance += next >> 4;
      }
      steps[i] = (char) ((bits == 0 ? UNKNOWN : advance) << 4 | bits);
    }
  }

  /** Advance << 4 | bits, for the next bits at the high end of a word. */
  int at(long nextBits) {
    return steps[(int) (nextBits >>> (64 - BITS))];
  }
}
