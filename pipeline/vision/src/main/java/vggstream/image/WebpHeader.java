package vggstream.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Reads the chunks of a WebP (RFC 9649): simple lossy, simple lossless, extended. */
final class WebpHeader {
  private static final long FIRST_CHUNK = 12;
  private static final int ALPHA_FLAG = 0x10;
  private static final int ANIMATION_FLAG = 0x02;

  private WebpHeader() {}

  static ImageHeader read(ByteBuffer encoded, long maxPixels) throws ImageRejectedException {
    EncodedBytes webp =
        new EncodedBytes(encoded, ImageFormat.WEBP, ByteOrder.LITTLE_ENDIAN, maxPixels);
    long end = webp.u32(4) + 8; // of the file, as RIFF says; more may follow
    webp.require(0, end);
    if (webp.matches(FIRST_CHUNK, "VP8 ")) {
      return header(lossySize(webp, FIRST_CHUNK), 1, false);
    } else if (webp.matches(FIRST_CHUNK, "VP8L")) {
      return lossless(webp, FIRST_CHUNK);
    } else if (webp.matches(FIRST_CHUNK, "VP8X")) {
      return extended(webp, end);
    }
    throw webp.unsupported("must start with a VP8, VP8L or VP8X chunk");
  }

  private static ImageHeader extended(EncodedBytes webp, long end) throws ImageRejectedException {
    int flags = webp.u8(FIRST_CHUNK + 8);
    Size canvas = webp.size(webp.u24(FIRST_CHUNK + 12) + 1L, webp.u24(FIRST_CHUNK + 15) + 1L);
    int orientation = 1;
    boolean data = false;
    boolean alpha = (flags & ALPHA_FLAG) != 0;
    long at = FIRST_CHUNK;
    while (at + 8 <= end) {
      long length = webp.u32(at + 4);
      webp.require(at + 8, length);
      if (webp.matches(at, "EXIF")) {
        long skip = webp.matches(at + 8, "Exif\0\0") && length >= 6 ? 6 : 0; // some writers' prefix
        orientation = Exif.orientation(webp, at + 8 + skip, length - skip);
      } else if (webp.matches(at, "VP8 ")) {
        data = true;
        requireCanvas(webp, canvas, lossySize(webp, at));
      } else if (webp.matches(at, "VP8L")) {
        data = true;
        ImageHeader image = lossless(webp, at);
        requireCanvas(webp, canvas, image.storedSize());
        alpha |= image.transparent();
      } else if (webp.matches(at, "ANMF")) {
        data = true;
        alpha = true; // a frame need not cover the canvas
      }
      at += 8 + length + (length & 1);
    }
    if (!data) {
      throw webp.truncated("must have an image chunk: has none");
    }
    return header(canvas, orientation, alpha || (flags & ANIMATION_FLAG) != 0);
  }

  private static void requireCanvas(EncodedBytes webp, Size canvas, Size image)
      throws ImageRejectedException {
    if (!image.equals(canvas)) {
      throw webp.corrupt(
          "must have an image of its canvas' size %s: is %s".formatted(canvas, image));
    }
  }

  /** From the frame header of VP8 (RFC 6386, section 9.1). */
  private static Size lossySize(EncodedBytes webp, long chunk) throws ImageRejectedException {
    webp.require(chunk + 8, webp.u32(chunk + 4));
    if (!webp.matches(chunk + 11, "\u009d\u0001*")) {
      throw webp.corrupt("must have a VP8 key frame with start code 9d012a");
    }
    return webp.size(webp.u16(chunk + 14) & 0x3fff, webp.u16(chunk + 16) & 0x3fff);
  }

  private static ImageHeader lossless(EncodedBytes webp, long chunk) throws ImageRejectedException {
    webp.require(chunk + 8, webp.u32(chunk + 4));
    if (webp.u8(chunk + 8) != 0x2f) {
      throw webp.corrupt("must have a VP8L signature of 2f");
    }
    long bits = webp.u32(chunk + 9);
    Size size = webp.size((bits & 0x3fff) + 1, (bits >> 14 & 0x3fff) + 1);
    return header(size, 1, (bits >> 28 & 1) != 0);
  }

  private static ImageHeader header(Size size, int orientation, boolean alpha) {
    return new ImageHeader(ImageFormat.WEBP, size, orientation, alpha ? 4 : 3, 8, alpha);
  }
}
