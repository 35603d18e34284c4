package vggstream.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Checks that the scans of a JPEG hold every block of the image: reads the Huffman codes as a
 * decoder does, and keeps no coefficient. libjpeg only warns where data is missing or broken, and
 * goes on with gray (sequential) or blurred (progressive) blocks; OpenCV does not pass the warning
 * on.
 */
final class JpegScans {
  private static final int MAX_SCANS = 100; // usual are 1 to 14; each costs time
  private static final int MANY_BYTES = 32 << 10; // from which on steps of one's own are worth it
  private static final JpegHuffmanTables AC_TABLES = new JpegHuffmanTables();

  private final byte[] bytes;
  private final int end;
  private final EncodedBytes jpeg;
  private final JpegHeader header;
  private final @Nullable JpegHuffmanTable[] dc = new JpegHuffmanTable[4];
  private final @Nullable JpegHuffmanTable[] ac = new JpegHuffmanTable[4];
  private final boolean[] seen; // per component, whether a scan had its DC coefficients
  private final JpegCoefficients coefficients;
  private int restartInterval;

  private JpegScans(byte[] bytes, int start, int length, JpegHeader header) {
    this.jpeg =
        new EncodedBytes(
            ByteBuffer.wrap(bytes, start, length),
            ImageFormat.JPEG,
            ByteOrder.BIG_ENDIAN,
            Long.MAX_VALUE);
    this.bytes = bytes;
    this.end = start + length;
    this.header = header;
    this.seen = new boolean[header.components().size()];
    this.coefficients = new JpegCoefficients(header);
  }

  /**
   * Checks all scans.
   *
   * @throws ImageRejectedException TRUNCATED or CORRUPT if a block is missing or broken
   */
  static void requireComplete(ByteBuffer encoded, JpegHeader header) throws ImageRejectedException {
    if (encoded.hasArray()) {
      int start = encoded.arrayOffset() + encoded.position();
      new JpegScans(encoded.array(), start, encoded.remaining(), header).check(start);
    } else {
      byte[] copy = new byte[encoded.remaining()];
      encoded.duplicate().get(copy);
      new JpegScans(copy, 0, copy.length, header).check(0);
    }
  }

  private void check(int start) throws ImageRejectedException {
    int scans = 0;
    long at = JpegHeader.nextMarker(jpeg, 2);
    while (true) {
      int marker = jpeg.u8(at);
      if (marker == JpegHeader.EOI) {
        break;
      } else if (JpegHeader.isAlone(marker)) {
        at = JpegHeader.nextMarker(jpeg, at + 1);
        continue;
      }
      int length = JpegHeader.segmentLength(jpeg, at);
      long next = at + 1 + length;
      switch (marker) {
        case JpegHeader.DHT -> readTables(at + 3, next);
        case JpegHeader.DRI -> restartInterval = jpeg.u16(at + 3);
        case JpegHeader.SOS -> {
          if (++scans > MAX_SCANS) {
            throw jpeg.corrupt("must have at most %d scans: has more".formatted(MAX_SCANS));
          }
          int stop = scan(at, length, (int) next + start) - start;
          if (!header.progressive() && allSeen()) {
            return; // decoders read no further
          }
          next = stop;
        }
        default -> {
          if (scans > 0 && JpegHeader.isFrame(marker)) {
            throw jpeg.corrupt("must have one frame header: has several");
          }
        }
      }
      at = JpegHeader.nextMarker(jpeg, next);
    }
    if (!allSeen()) {
      throw jpeg.truncated("must have scans of all its components before its end");
    }
  }

  private boolean allSeen() {
    for (boolean s : seen) {
      if (!s) {
        return false;
      }
    }
    return true;
  }

  private void readTables(long start, long limit) throws ImageRejectedException {
    long at = start;
    while (at < limit) {
      int id = jpeg.u8(at);
      int n = 0;
      for (int i = 0; i < 16; i++) {
        n += jpeg.u8(at + 1 + i);
      }
      if ((id & 0xef) > 3 || n > 256 || at + 17 + n > limit) {
        throw jpeg.corrupt("must have Huffman tables 0..3 of at most 256 codes");
      }
      byte[] table = new byte[16 + n];
      jpeg.bytes(at + 1, table.length).get(table);
      try {
        if ((id & 0x10) == 0) {
          dc[id & 3] = JpegHuffmanTables.read(table);
        } else {
          ac[id & 3] = AC_TABLES.get(table);
        }
      } catch (IllegalArgumentException e) {
        throw jpeg.corrupt("Huffman codes must fit into their length");
      }
      at += 17 + n;
    }
  }

  /** Reads one scan; returns the offset in {@link #bytes} from which the next marker is found. */
  private int scan(long at, int length, int data) throws ImageRejectedException {
    int n = jpeg.u8(at + 3);
    if (n < 1 || n > 4 || length != 6 + 2 * n) {
      throw jpeg.corrupt(
          "scan header must name 1..4 components: names %d in %d bytes".formatted(n, length));
    }
    int[] components = new int[n];
    @Nullable JpegHuffmanTable[] dcTables = new JpegHuffmanTable[n];
    @Nullable JpegHuffmanTable[] acTables = new JpegHuffmanTable[n];
    for (int i = 0; i < n; i++) {
      components[i] = componentOf(jpeg.u8(at + 4 + 2L * i));
      int tables = jpeg.u8(at + 5 + 2L * i);
      dcTables[i] = dc[tables >> 4 & 3];
      JpegHuffmanTable table = ac[tables & 3];
      acTables[i] = table;
      if (table != null && !header.progressive() && end - data > MANY_BYTES) {
        table.prepareSteps();
      }
    }
    long parameters = at + 4 + 2L * n;
    int first = header.progressive() ? jpeg.u8(parameters) : 0;
    int last = header.progressive() ? jpeg.u8(parameters + 1) : 63;
    int approximation = header.progressive() ? jpeg.u8(parameters + 2) : 0;
    if (last > 63 || first > last || (header.progressive() && (first == 0) != (last == 0))) {
      throw jpeg.corrupt("scan must not have coefficients %d..%d".formatted(first, last));
    }
    if (n > 1 && first > 0) {
      throw jpeg.corrupt("scan of AC coefficients must have one component: has " + n);
    }
    JpegBits bits = new JpegBits(bytes, data, end);
    JpegScan scan =
        new JpegScan(
            jpeg,
            bits,
            coefficients,
            dcTables,
            acTables,
            components,
            first,
            last,
            header.progressive(),
            approximation >> 4 > 0);
    blocks(scan, bits, components);
    if (first == 0) {
      for (int c : components) {
        seen[c] = true;
      }
    }
    return bits.position();
  }

  private void blocks(JpegScan scan, JpegBits bits, int[] components)
      throws ImageRejectedException {
    boolean interleaved = components.length > 1;
    int columns = interleaved ? coefficients.mcuColumns() : coefficients.columns(components[0]);
    int rows = interleaved ? coefficients.mcuRows() : coefficients.rows(components[0]);
    int untilRestart = restartInterval;
    int restarts = 0;
    for (int y = 0; y < rows; y++) {
      for (int x = 0; x < columns; x++) {
        if (restartInterval > 0 && untilRestart-- == 0) {
          restart(bits, restarts++);
          scan.restart();
          untilRestart = restartInterval - 1;
        }
        if (interleaved) {
          for (int i = 0; i < components.length; i++) {
            JpegHeader.Component c = header.components().get(components[i]);
            for (int v = 0; v < c.vertical(); v++) {
              for (int h = 0; h < c.horizontal(); h++) {
                scan.block(i, x * c.horizontal() + h, y * c.vertical() + v);
              }
            }
          }
        } else {
          scan.block(0, x, y);
        }
        if (bits.overrun()) {
          throw missing(bits, y, rows);
        }
      }
    }
  }

  private ImageRejectedException missing(JpegBits bits, int row, int rows) {
    String message = "data must have %d rows of blocks: ends in row %d".formatted(rows, row);
    return bits.position() >= end - 1 ? jpeg.truncated(message) : jpeg.corrupt(message);
  }

  private void restart(JpegBits bits, int number) throws ImageRejectedException {
    if (bits.hasLeftOver()) {
      throw jpeg.corrupt("must have a restart marker after its interval: has more data");
    }
    int at = bits.position();
    while (at < end && bytes[at] == (byte) 0xff) {
      at++;
    }
    if (at >= end) {
      throw jpeg.truncated("must have restart marker %d: ends before it".formatted(number & 7));
    }
    int marker = bytes[at] & 0xff;
    if (marker != JpegHeader.RST0 + (number & 7)) {
      throw jpeg.corrupt(
          "must have restart marker %d: has marker 0x%02x".formatted(number & 7, marker));
    }
    bits.restartAt(at + 1);
  }

  private int componentOf(int id) throws ImageRejectedException {
    List<JpegHeader.Component> components = header.components();
    for (int c = 0; c < components.size(); c++) {
      if (components.get(c).id() == id) {
        return c;
      }
    }
    throw jpeg.corrupt("scan must not name component " + id);
  }
}
