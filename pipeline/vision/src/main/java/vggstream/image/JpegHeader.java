package vggstream.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The frame header of a JPEG (ITU-T T.81, annex B) and its EXIF orientation: what stands before the
 * first scan.
 *
 * @param progressive whether coefficients come in several scans
 * @param firstScan offset of the first SOS marker
 */
record JpegHeader(
    Size size, List<Component> components, boolean progressive, int orientation, long firstScan) {
  static final int SOI = 0xd8;
  static final int EOI = 0xd9;
  static final int SOS = 0xda;
  static final int DHT = 0xc4;
  static final int DRI = 0xdd;
  static final int RST0 = 0xd0;
  static final int TEM = 0x01;
  private static final int APP1 = 0xe1;

  /**
   * A component of the frame.
   *
   * @param horizontal sampling factor, 1..4
   * @param vertical sampling factor, 1..4
   */
  record Component(int id, int horizontal, int vertical) {}

  JpegHeader {
    components = List.copyOf(components);
  }

  ImageHeader toImageHeader() {
    return new ImageHeader(ImageFormat.JPEG, size, orientation, components.size(), 8, false);
  }

  static JpegHeader read(ByteBuffer encoded, long maxPixels) throws ImageRejectedException {
    EncodedBytes jpeg =
        new EncodedBytes(encoded, ImageFormat.JPEG, ByteOrder.BIG_ENDIAN, maxPixels);
    Optional<Integer> orientation = Optional.empty();
    Optional<JpegHeader> frame = Optional.empty();
    long at = nextMarker(jpeg, 2);
    while (jpeg.u8(at) != SOS) {
      int marker = jpeg.u8(at);
      if (marker == EOI) {
        throw jpeg.truncated("must have a scan before its end: has none");
      } else if (isAlone(marker)) {
        at = nextMarker(jpeg, at + 1);
        continue;
      }
      int length = segmentLength(jpeg, at);
      if (isFrame(marker)) {
        if (frame.isPresent()) {
          throw jpeg.corrupt("must have one frame header: has several");
        }
        frame = Optional.of(frame(jpeg, at, marker, length));
      } else if (marker == APP1 && orientation.isEmpty() && jpeg.matches(at + 3, "Exif\0")) {
        orientation = Optional.of(Exif.orientation(jpeg, at + 9, length - 8L));
      }
      at = nextMarker(jpeg, at + 1 + length);
    }
    if (frame.isEmpty()) {
      throw jpeg.corrupt("must have a frame header before its first scan: has none");
    }
    JpegHeader found = frame.get();
    return new JpegHeader(
        found.size, found.components, found.progressive, orientation.orElse(1), at - 1);
  }

  /** Length of the segment whose marker's second byte stands at an offset, itself included. */
  static int segmentLength(EncodedBytes jpeg, long at) throws ImageRejectedException {
    int length = jpeg.u16(at + 1);
    if (length < 2) {
      throw jpeg.corrupt("segment length must be at least 2: is " + length);
    }
    jpeg.require(at + 1, length);
    return length;
  }

  /**
   * Offset of the second byte of the next marker: bytes that are none are skipped, as by libjpeg.
   */
  static long nextMarker(EncodedBytes jpeg, long start) throws ImageRejectedException {
    long at = start;
    while (true) {
      while (jpeg.u8(at) != 0xff) {
        at++;
      }
      while (jpeg.u8(at) == 0xff) {
        at++;
      }
      if (jpeg.u8(at) != 0) {
        return at;
      }
    }
  }

  /** Whether no segment follows the marker. */
  static boolean isAlone(int marker) {
    return marker == TEM || marker == SOI || (marker >= RST0 && marker < RST0 + 8);
  }

  /** SOF0..SOF15 but DHT, JPG, DAC. */
  static boolean isFrame(int marker) {
    return marker >= 0xc0 && marker <= 0xcf && marker != DHT && marker != 0xc8 && marker != 0xcc;
  }

  private static JpegHeader frame(EncodedBytes jpeg, long at, int marker, int length)
      throws ImageRejectedException {
    if (marker > 0xc2) {
      throw jpeg.unsupported(
          "must be baseline, extended or progressive Huffman (SOF0..2): is SOF" + (marker - 0xc0));
    }
    int precision = jpeg.u8(at + 3);
    if (precision != 8) {
      throw jpeg.unsupported("samples must have 8 bits: have " + precision);
    }
    // a height of 0 announces a DNL marker after the first scan, which libjpeg does not read
    Size size = jpeg.size(jpeg.u16(at + 6), jpeg.u16(at + 4));
    int n = jpeg.u8(at + 8);
    if (n != 1 && n != 3 && n != 4) {
      throw jpeg.unsupported("components must be 1, 3 or 4: are " + n);
    }
    if (length != 8 + 3 * n) {
      throw jpeg.corrupt("frame header must have %d bytes: has %d".formatted(8 + 3 * n, length));
    }
    List<Component> components = new ArrayList<>(n);
    for (int c = 0; c < n; c++) {
      long component = at + 9 + 3L * c;
      int factors = jpeg.u8(component + 1);
      int horizontal = factors >> 4;
      int vertical = factors & 15;
      if (horizontal < 1 || horizontal > 4 || vertical < 1 || vertical > 4) {
        throw jpeg.corrupt(
            "sampling factors must be within 1..4: are %dx%d".formatted(horizontal, vertical));
      }
      components.add(new Component(jpeg.u8(component), horizontal, vertical));
    }
    return new JpegHeader(size, components, marker == 0xc2, 1, 0);
  }
}
