package vggstream.image;

import java.nio.ByteOrder;

/** The orientation tag (274, TIFF 6.0 and EXIF 2.3) in a block of EXIF, which is a small TIFF. */
final class Exif {
  private static final int ORIENTATION = 274;
  private static final int SHORT = 3;
  private static final int MAX_ENTRIES = 1000;

  private Exif() {}

  /**
   * The orientation, 1..8; 1 if there is none or the block is broken, for EXIF never makes an image
   * unreadable.
   */
  static int orientation(EncodedBytes file, long offset, long length) {
    try {
      ByteOrder order = order(file, offset);
      EncodedBytes exif = file.from(offset, length, order);
      long ifd = exif.u32(4);
      int entries = Math.min(exif.u16(ifd), MAX_ENTRIES);
      for (int i = 0; i < entries; i++) {
        long entry = ifd + 2 + 12L * i;
        if (exif.u16(entry) == ORIENTATION && exif.u16(entry + 2) == SHORT) {
          return valid(exif.u16(entry + 8));
        }
      }
      return 1;
    } catch (ImageRejectedException e) {
      return 1;
    }
  }

  /** An orientation of 1..8 as it is, any other as 1. */
  static int valid(long orientation) {
    return orientation >= 1 && orientation <= 8 ? (int) orientation : 1;
  }

  private static ByteOrder order(EncodedBytes file, long offset) throws ImageRejectedException {
    if (file.matches(offset, "II*\0")) {
      return ByteOrder.LITTLE_ENDIAN;
    } else if (file.matches(offset, "MM\0*")) {
      return ByteOrder.BIG_ENDIAN;
    }
    throw file.corrupt("EXIF must start with II*0 or MM0*");
  }
}
