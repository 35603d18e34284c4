package vggstream.image;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The tables of AC coefficients that were used last, in any image: most encoders write the same
 * (ITU-T T.81, annex K), whose steps are then made only once. Thread-safe.
 */
final class JpegHuffmanTables {
  private static final int KEPT = 32; // about 20 kB each

  private final Map<ByteBuffer, JpegHuffmanTable> used =
      new LinkedHashMap<>(2 * KEPT, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<ByteBuffer, JpegHuffmanTable> eldest) {
          return size() > KEPT;
        }
      };

  /**
   * A table.
   *
   * @param segment the counts of codes of lengths 1..16, then their symbols; not kept
   * @throws IllegalArgumentException if there are more codes than fit
   */
  JpegHuffmanTable get(byte[] segment) {
    synchronized (used) {
      JpegHuffmanTable known = used.get(ByteBuffer.wrap(segment));
      if (known != null) {
        known.prepareSteps();
        return known;
      }
    }
    JpegHuffmanTable table = read(segment);
    synchronized (used) {
      used.put(ByteBuffer.wrap(segment.clone()), table);
    }
    return table;
  }

  static JpegHuffmanTable read(byte[] segment) {
    int[] counts = new int[16];
    for (int i = 0; i < 16; i++) {
      counts[i] = segment[i] & 0xff;
    }
    return new JpegHuffmanTable(counts, Arrays.copyOfRange(segment, 16, segment.length));
  }
}
