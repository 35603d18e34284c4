package vggstream.image;

import org.jspecify.annotations.Nullable;

/**
 * Reads the blocks of one scan (ITU-T T.81, sections F.2.2 and G.1.2): sequential, or one of the
 * four kinds of progressive scan.
 */
final class JpegScan {
  private final EncodedBytes jpeg;
  private final JpegBits bits;
  private final JpegCoefficients coefficients;
  private final @Nullable JpegHuffmanTable[] dc;
  private final @Nullable JpegHuffmanTable[] ac;
  private final int[] components;
  private final int first;
  private final int last;
  private final boolean progressive;
  private final boolean refines;
  private int endOfBandRun;

  /**
   * A scan.
   *
   * @param dc table of each of its components, where it needs one
   * @param ac table of each of its components, where it needs one
   * @param components indices in the frame
   * @param first coefficient, 0..63 in zigzag order
   * @param last coefficient, 0..63
   * @param refines whether it gives one more bit of coefficients of an earlier scan
   */
  JpegScan(
      EncodedBytes jpeg,
      JpegBits bits,
      JpegCoefficients coefficients,
      @Nullable JpegHuffmanTable[] dc,
      @Nullable JpegHuffmanTable[] ac,
      int[] components,
      int first,
      int last,
      boolean progressive,
      boolean refines) {
    this.jpeg = jpeg;
    this.bits = bits;
    this.coefficients = coefficients;
    this.dc = dc;
    this.ac = ac;
    this.components = components;
    this.first = first;
    this.last = last;
    this.progressive = progressive;
    this.refines = refines;
  }

  /** What a restart marker resets. */
  void restart() {
    endOfBandRun = 0;
  }

  /** Reads the block in column x and line y of the scan's i-th component. */
  void block(int i, int x, int y) throws ImageRejectedException {
    if (!progressive) {
      int end = bits.skipBlock(required(dc[i]), required(ac[i]));
      if (end == JpegBits.NO_CODE) {
        throw notACode();
      }
      requireWithin(end - 1, 63);
    } else if (first == 0) {
      if (refines) {
        bits.skip(1);
      } else {
        skipDc(i);
      }
    } else {
      long[] nonZero = coefficients.nonZero(components[i]);
      int block = coefficients.index(components[i], x, y);
      nonZero[block] = refines ? refineAc(i, nonZero[block]) : firstAc(i, nonZero[block]);
    }
  }

  private JpegHuffmanTable required(@Nullable JpegHuffmanTable table)
      throws ImageRejectedException {
    if (table == null) {
      throw jpeg.corrupt("scan must not use a Huffman table that was not defined");
    }
    return table;
  }

  private int symbol(JpegHuffmanTable table) throws ImageRejectedException {
    int symbol = bits.symbol(table);
    if (symbol < 0) {
      throw notACode();
    }
    return symbol;
  }

  private ImageRejectedException notACode() {
    return bits.overrun()
        ? jpeg.truncated("data must end with its last block: ends before")
        : jpeg.corrupt("data must be Huffman codes: has other bits");
  }

  private void skipDc(int i) throws ImageRejectedException {
    int size = symbol(required(dc[i]));
    if (size > 15) {
      throw jpeg.corrupt("DC differences must have at most 15 bits: one has " + size);
    }
    bits.read(size);
  }

  private long firstAc(int i, long before) throws ImageRejectedException {
    if (endOfBandRun > 0) {
      endOfBandRun--;
      return before;
    }
    JpegHuffmanTable table = required(ac[i]);
    long nonZero = before;
    int k = first;
    while (k <= last) {
      int symbol = symbol(table);
      int run = symbol >> 4;
      int size = symbol & 15;
      if (size == 0 && run < 15) {
        endOfBandRun = (1 << run) - 1 + bits.read(run);
        return nonZero;
      }
      k += run;
      if (size > 0) {
        requireWithin(k, last);
        bits.read(size);
        nonZero |= 1L << k;
      }
      k++;
    }
    return nonZero;
  }

  private long refineAc(int i, long before) throws ImageRejectedException {
    long nonZero = before;
    int k = first;
    if (endOfBandRun == 0) {
      JpegHuffmanTable table = required(ac[i]);
      while (k <= last) {
        int symbol = symbol(table);
        int run = symbol >> 4;
        int size = symbol & 15;
        if (size > 1) {
          throw jpeg.corrupt("refining scan must have new coefficients of 1 bit: has " + size);
        }
        if (size == 0 && run < 15) {
          endOfBandRun = (1 << run) + bits.read(run);
          break;
        }
        bits.read(size); // the sign
        while (k <= last) {
          if ((nonZero >> k & 1) != 0) {
            bits.read(1);
          } else if (run-- == 0) {
            break;
          }
          k++;
        }
        if (size > 0) {
          requireWithin(k, last);
          nonZero |= 1L << k;
        }
        k++;
      }
    }
    if (endOfBandRun > 0) {
      long rest = k > 63 ? 0 : nonZero & (-1L << k) & (-1L >>> (63 - last));
      bits.skip(Long.bitCount(rest));
      endOfBandRun--;
    }
    return nonZero;
  }

  private void requireWithin(int coefficient, int max) throws ImageRejectedException {
    if (coefficient > max) {
      throw jpeg.corrupt(
          "coefficients must be within 0..%d: one is %d".formatted(max, coefficient));
    }
  }
}
