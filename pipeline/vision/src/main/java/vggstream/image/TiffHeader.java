package vggstream.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Reads the first directory of a TIFF (TIFF 6.0, sections 2 and 8), either byte order. */
final class TiffHeader {
  private static final int WIDTH = 256;
  private static final int HEIGHT = 257;
  private static final int BITS_PER_SAMPLE = 258;
  private static final int STRIP_OFFSETS = 273;
  private static final int ORIENTATION = 274;
  private static final int SAMPLES_PER_PIXEL = 277;
  private static final int STRIP_BYTE_COUNTS = 279;
  private static final int TILE_OFFSETS = 324;
  private static final int TILE_BYTE_COUNTS = 325;
  private static final int EXTRA_SAMPLES = 338;
  private static final int SAMPLE_FORMAT = 339;

  private static final int BYTE = 1;
  private static final int SHORT = 3;
  private static final int LONG = 4;

  private final EncodedBytes tiff;
  private final long directory;
  private final int entries;

  private TiffHeader(ByteBuffer encoded, long maxPixels) throws ImageRejectedException {
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

  private ImageHeader read() throws ImageRejectedException {
    Size size = tiff.size(required(WIDTH), required(HEIGHT));
    long samples = optional(SAMPLES_PER_PIXEL, 1);
    long bits = optional(BITS_PER_SAMPLE, 1);
    if (samples < 1 || samples > 5) {
      throw tiff.unsupported("samples per pixel must be within 1..5: are " + samples);
    }
    if (bits < 1 || bits > 16 || optional(SAMPLE_FORMAT, 1) != 1) {
      throw tiff.unsupported(
          "samples must be unsigned integers of at most 16 bits: have %d bits, format %d"
              .formatted(bits, optional(SAMPLE_FORMAT, 1)));
    }
    requireData(STRIP_OFFSETS, STRIP_BYTE_COUNTS, TILE_OFFSETS, TILE_BYTE_COUNTS);
    boolean alpha = samples == 2 || samples >= 4 && optional(EXTRA_SAMPLES, 0) != 0;
    return new ImageHeader(
        ImageFormat.TIFF,
        size,
        Exif.valid(optional(ORIENTATION, 1)),
        (int) samples,
        (int) bits,
        alpha);
  }

  private void requireData(int strips, int stripBytes, int tiles, int tileBytes)
      throws ImageRejectedException {
    boolean tiled = find(tiles) >= 0;
    long offsets = find(tiled ? tiles : strips);
    long counts = find(tiled ? tileBytes : stripBytes);
    if (offsets < 0 || counts < 0) {
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
