package vggstream.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Reads the first directory of a TIFF (TIFF 6.0, sections 2 and 8), either byte order. */
final class TiffHeader {
  private static final int WIDTH = 256;
  private static final int HEIGHT = 257;
  private static final int BITS_PER_SAMPLE = 258;
  private static final int COMPRESSION = 259;
  private static final int PHOTOMETRIC = 262;
  private static final int FILL_ORDER = 266;
  private static final int STRIP_OFFSETS = 273;
  private static final int ORIENTATION = 274;
  private static final int SAMPLES_PER_PIXEL = 277;
  private static final int ROWS_PER_STRIP = 278;
  private static final int STRIP_BYTE_COUNTS = 279;
  private static final int PLANAR_CONFIGURATION = 284;
  private static final int TILE_WIDTH = 322;
  private static final int TILE_LENGTH = 323;
  private static final int TILE_OFFSETS = 324;
  private static final int TILE_BYTE_COUNTS = 325;
  private static final int EXTRA_SAMPLES = 338;
  private static final int SAMPLE_FORMAT = 339;

  private static final int BLACK_IS_ZERO = 1;
  private static final int RGB = 2;
  private static final int YCBCR = 6;
  private static final int ASSOCIATED_ALPHA = 1;

  private static final int BYTE = 1;
  private static final int SHORT = 3;
  private static final int LONG = 4;

  private final EncodedBytes tiff;
  private final long directory;
  private final int entries;
  private final long maxPixels;

  private TiffHeader(ByteBuffer encoded, long maxPixels) throws ImageRejectedException {
    this.maxPixels = maxPixels;
    boolean little = encoded.get(encoded.position()) == 'I';
    this.tiff =
        new EncodedBytes(
            encoded,
            ImageFormat.TIFF,
            little ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN,
            maxPixels);
    this.directory = tiff.u32(4);
    this.entries = tiff.u16(directory);
    tiff.require(directory + 2, 12L * entries);
  }

  static ImageHeader read(ByteBuffer encoded, long maxPixels) throws ImageRejectedException {
    return new TiffHeader(encoded, maxPixels).read();
  }

  /**
   * Requires every strip or tile to hold all its bytes, of a TIFF whose header was read.
   *
   * @throws ImageRejectedException CORRUPT, or TRUNCATED
   */
  static void requireData(ByteBuffer encoded) throws ImageRejectedException {
    new TiffHeader(encoded, Long.MAX_VALUE).requireData();
  }

  /**
   * Whether OpenCV gives colours that are already multiplied by their alpha, of a TIFF whose header
   * was read: always at 8 bits, where libtiff does it, else if they are stored so.
   */
  static boolean isPremultiplied(ByteBuffer encoded) throws ImageRejectedException {
    TiffHeader header = new TiffHeader(encoded, Long.MAX_VALUE);
    return header.optional(BITS_PER_SAMPLE, 1) <= 8
        || header.optional(EXTRA_SAMPLES, 0) == ASSOCIATED_ALPHA;
  }

  private ImageHeader read() throws ImageRejectedException {
    Size size = tiff.size(required(WIDTH), required(HEIGHT));
    long samples = optional(SAMPLES_PER_PIXEL, 1);
    long bits = optional(BITS_PER_SAMPLE, 1);
    if (samples != 1 && samples != 3 && samples != 4) {
      throw tiff.unsupported("samples per pixel must be 1, 3 or 4: are " + samples);
    }
    if ((bits != 1 && bits < 8) || bits > 16 || optional(SAMPLE_FORMAT, 1) != 1) {
      throw tiff.unsupported(
          "samples must be unsigned integers of 1 or 8..16 bits: have %d bits, format %d"
              .formatted(bits, optional(SAMPLE_FORMAT, 1)));
    }
    boolean alpha = samples == 4 && optional(EXTRA_SAMPLES, 0) != 0;
    requireReadable(samples, bits, alpha);
    requireOffsets();
    requireTiles(size);
    return new ImageHeader(
        ImageFormat.TIFF,
        size,
        Exif.valid(optional(ORIENTATION, 1)),
        (int) samples,
        (int) bits,
        alpha);
  }

  /** Refuses what OpenCV would misread. */
  private void requireReadable(long samples, long bits, boolean alpha)
      throws ImageRejectedException {
    if (!TiffData.reads(optional(COMPRESSION, TiffData.NONE)) || optional(FILL_ORDER, 1) != 1) {
      throw tiff.unsupported(
          "must be uncompressed, LZW, Deflate or PackBits, fill order 1: has compression %d, order %d"
              .formatted(optional(COMPRESSION, TiffData.NONE), optional(FILL_ORDER, 1)));
    }
    long colours = required(PHOTOMETRIC);
    if (colours == YCBCR) {
      throw tiff.unsupported("must not have colours YCbCr");
    }
    boolean plain =
        optional(PLANAR_CONFIGURATION, 1) == 1
            && (samples == 1 ? colours == BLACK_IS_ZERO : colours == RGB)
            && (samples < 4 || alpha);
    if (bits > 8 && !plain) {
      throw tiff.unsupported(
          "of more than 8 bits must be gray from black, RGB or RGBA, pixel by pixel:"
              + " has %d samples of colours %d, planar configuration %d"
                  .formatted(samples, colours, optional(PLANAR_CONFIGURATION, 1)));
    }
  }

  private boolean isTiled() throws ImageRejectedException {
    return find(TILE_WIDTH) >= 0; // as libtiff decides
  }

  private void requireOffsets() throws ImageRejectedException {
    long offsets = find(isTiled() ? TILE_OFFSETS : STRIP_OFFSETS);
    long counts = find(isTiled() ? TILE_BYTE_COUNTS : STRIP_BYTE_COUNTS);
    if (offsets < 0 || counts < 0 || (!isTiled() && find(TILE_OFFSETS) >= 0)) {
      throw tiff.corrupt("must have offsets and byte counts of strips or tiles");
    }
    long n = tiff.u32(offsets + 4);
    if (tiff.u32(counts + 4) != n) {
      throw tiff.corrupt("must have as many byte counts as offsets of strips or tiles");
    }
    for (long i = 0; i < n; i++) {
      tiff.require(value(offsets, i), value(counts, i));
    }
  }

  /** Requires tiles, which may reach beyond the image, not to hold much more than it may. */
  private void requireTiles(Size size) throws ImageRejectedException {
    if (!isTiled()) {
      return;
    }
    Size tile = tiff.size(required(TILE_WIDTH), required(TILE_LENGTH));
    long width = ceil(size.width(), tile.width()) * tile.width();
    long height = ceil(size.height(), tile.height()) * tile.height();
    if ((double) width * height > 2.0 * maxPixels) {
      throw new ImageRejectedException(
          ImageRejectedException.Reason.TOO_LARGE,
          "TIFF must have at most %d pixels in its tiles: has %d by %d"
              .formatted(2 * maxPixels, width, height));
    }
  }

  private void requireData() throws ImageRejectedException {
    long width = required(WIDTH);
    long height = required(HEIGHT);
    boolean tiled = isTiled();
    long blockWidth = tiled ? required(TILE_WIDTH) : width;
    long blockHeight =
        tiled ? required(TILE_LENGTH) : Math.min(height, optional(ROWS_PER_STRIP, height));
    tiff.size(blockWidth, blockHeight); // neither is zero
    boolean planes = optional(PLANAR_CONFIGURATION, 1) != 1;
    long samples = optional(SAMPLES_PER_PIXEL, 1);
    long rowBytes = (blockWidth * (planes ? 1 : samples) * optional(BITS_PER_SAMPLE, 1) + 7) / 8;
    long down = ceil(height, blockHeight);
    long blocks = ceil(width, blockWidth) * down * (planes ? samples : 1);
    long offsets = find(tiled ? TILE_OFFSETS : STRIP_OFFSETS);
    long counts = find(tiled ? TILE_BYTE_COUNTS : STRIP_BYTE_COUNTS);
    if (tiff.u32(offsets + 4) < blocks) {
      throw tiff.corrupt(
          "must have %d strips or tiles: has %d".formatted(blocks, tiff.u32(offsets + 4)));
    }
    int compression = (int) optional(COMPRESSION, TiffData.NONE);
    for (long i = 0; i < blocks; i++) {
      boolean last = !tiled && i % down == down - 1;
      long expected = rowBytes * (last ? height - (down - 1) * blockHeight : blockHeight);
      long count = compression == TiffData.NONE ? expected : value(counts, i);
      if (!TiffData.gives(tiff.bytes(value(offsets, i), count), compression, expected)) {
        throw tiff.corrupt("strip or tile %d must hold %d bytes: does not".formatted(i, expected));
      }
    }
  }

  private static long ceil(long a, long b) {
    return (a + b - 1) / b;
  }

  private long required(int tag) throws ImageRejectedException {
    long entry = find(tag);
    if (entry < 0) {
      throw tiff.corrupt("must have tag " + tag);
    }
    return value(entry, 0);
  }

  private long optional(int tag, long otherwise) throws ImageRejectedException {
    long entry = find(tag);
    return entry < 0 ? otherwise : value(entry, 0);
  }

  /** Offset of a tag's entry, or -1. */
  private long find(int tag) throws ImageRejectedException {
    for (int i = 0; i < entries; i++) {
      long entry = directory + 2 + 12L * i;
      if (tiff.u16(entry) == tag) {
        return entry;
      }
    }
    return -1;
  }

  /** The i-th value of an entry: in place if all fit into 4 bytes, else where it points. */
  private long value(long entry, long i) throws ImageRejectedException {
    int type = tiff.u16(entry + 2);
    long count = tiff.u32(entry + 4);
    if (i >= count) {
      throw tiff.corrupt("tag %d must have a value".formatted(tiff.u16(entry)));
    }
    int width =
        switch (type) {
          case BYTE -> 1;
          case SHORT -> 2;
          case LONG -> 4;
          default ->
              throw tiff.corrupt(
                  "tag %d must be of type 1, 3 or 4: is %d".formatted(tiff.u16(entry), type));
        };
    long start = count * width <= 4 ? entry + 8 : tiff.u32(entry + 8);
    long at = start + i * width;
    return switch (width) {
      case 1 -> tiff.u8(at);
      case 2 -> tiff.u16(at);
      default -> tiff.u32(at);
    };
  }
}
