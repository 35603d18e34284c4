package vggstream.image;

import java.util.Arrays;

/**
 * The AC coefficients of a sequential block, several at a time: for each possible value of the next
 * bits, how far all the codes lead that lie within them whole. The coefficient of the last of them
 * may go on behind these bits, since only its length matters.
 */
final class JpegSteps {
  /** Bits that are looked at; a step has up to 15 more, those of its last coefficient. */
  static final int BITS = 12;

  /** Of the advance of a step that ends with the end of the block. */
  static final int END_OF_BLOCK = 256;

  /** Holds no code at all. */
  static final JpegSteps NONE = new JpegSteps();

  private static final int UNKNOWN = 1024; // advance of a step without one whole code

  private final char[] steps = new char[1 << BITS]; // advance << 5 | bits

  private JpegSteps() {
    Arrays.fill(steps, (char) (UNKNOWN << 5));
  }

  JpegSteps(JpegHuffmanTable table) {
    int[] single = new int[1 << BITS]; // 0: none
    for (int i = 0; i < single.length; i++) {
      int entry = table.lookup(i << (16 - BITS));
      int size = entry & 15;
      int length = entry >> 8;
      if (entry >= 0 && length <= BITS) {
        boolean isEnd = size == 0 && (entry & 0xff) != 0xf0;
        int advance = isEnd ? END_OF_BLOCK : (entry >> 4 & 15) + 1;
        single[i] = advance << 16 | length << 8 | length + size;
      }
    }
    for (int i = 0; i < steps.length; i++) {
      int bits = 0;
      int advance = 0;
      while (advance < END_OF_BLOCK && bits < BITS) {
        int next = single[i << bits & (steps.length - 1)];
        if (next == 0 || bits + (next >> 8 & 0xff) > BITS) {
          break; // its code ends beyond
        }
        bits += next & 0xff;
        advance += next >> 16;
      }
      steps[i] = (char) ((bits == 0 ? UNKNOWN : advance) << 5 | bits);
    }
  }

  /** Advance << 5 | bits, for the next bits at the high end of a word. */
  int at(long nextBits) {
    return steps[(int) (nextBits >>> (64 - BITS))];
  }
}
