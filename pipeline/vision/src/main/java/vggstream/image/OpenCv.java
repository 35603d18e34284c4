package vggstream.image;

import java.nio.ByteBuffer;
import java.util.List;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgcodecs;
import org.bytedeco.opencv.global.opencv_imgproc;
import org.bytedeco.opencv.opencv_core.Mat;

/** The calls into OpenCV. Rows of every image are packed: no padding at their end. */
final class OpenCv {
  static final int JPEG_QUALITY = opencv_imgcodecs.IMWRITE_JPEG_QUALITY;
  private static final int RGB8 = opencv_core.CV_8UC3;

  static {
    // JavaCPP refuses memory once the process, a network's weights included, holds twice the heap's
    // maximum; what is needed here is bounded by ImageLimits. No effect if JavaCPP is loaded
    // already.
    for (String limit : List.of("maxBytes", "maxPhysicalBytes")) {
      String property = "org.bytedeco.javacpp." + limit;
      if (System.getProperty(property) == null) {
        System.setProperty(property, "0");
      }
    }
    // Images are decoded in parallel, each by the thread that asks: no pool of OpenCV's own beside.
    opencv_core.setNumThreads(1);
  }

  private OpenCv() {}

  /** Nothing more than what loading this class does. */
  static void load() {}

  /** A matrix over (height, width, 3) uint8 memory from the buffer's position on; not a copy. */
  static Mat wrap(ByteBuffer rgb, Size size) {
    long bytes = size.pixels() * 3;
    if (!rgb.isDirect() || rgb.remaining() < bytes) {
      throw new IllegalArgumentException(
          "buffer must be direct with at least %d bytes for %s: was %s"
              .formatted(bytes, size, rgb));
    }
    return new Mat(size.height(), size.width(), RGB8, new BytePointer(rgb.slice()));
  }

  /** A matrix of RGB pixels in memory of its own, of any content. */
  static Mat allocate(Size size) {
    return new Mat(size.height(), size.width(), RGB8);
  }

  /**
   * The decoded pixels, not yet upright: RGB of 8 bits, or what is stored if that has transparency
   * or more bits; empty if OpenCV does not read them.
   */
  static Mat decode(List<ByteBuffer> encoded, ImageHeader header, int reduction) {
    try (BytePointer bytes = pointer(encoded);
        Mat input = new Mat(1, Math.toIntExact(bytes.limit()), opencv_core.CV_8UC1, bytes)) {
      return opencv_imgcodecs.imdecode(input, flags(header, reduction));
    }
  }

  /** Whether the pixels are decoded as stored: with transparency, or of more than 8 bits. */
  static boolean keepsStored(ImageHeader header) {
    return header.transparent() || header.bitsPerChannel() > 8;
  }

  private static int flags(ImageHeader header, int reduction) {
    if (keepsStored(header)) {
      return opencv_imgcodecs.IMREAD_UNCHANGED;
    }
    int scale =
        switch (reduction) {
          case 1 -> 0;
          case 2 -> opencv_imgcodecs.IMREAD_REDUCED_GRAYSCALE_2; // gray is the absence of "color"
          case 4 -> opencv_imgcodecs.IMREAD_REDUCED_GRAYSCALE_4;
          case 8 -> opencv_imgcodecs.IMREAD_REDUCED_GRAYSCALE_8;
          default ->
              throw new IllegalArgumentException(
                  "reduction must be 1, 2, 4 or 8: was " + reduction);
        };
    return scale | opencv_imgcodecs.IMREAD_COLOR_RGB | opencv_imgcodecs.IMREAD_IGNORE_ORIENTATION;
  }

  /** The bytes in native memory: as they lie if direct and in one piece, else one copy. */
  private static BytePointer pointer(List<ByteBuffer> pieces) {
    if (pieces.size() == 1 && pieces.get(0).isDirect()) {
      return new BytePointer(pieces.get(0).slice());
    }
    BytePointer copy = new BytePointer(pieces.stream().mapToLong(ByteBuffer::remaining).sum());
    ByteBuffer to = copy.asByteBuffer();
    for (ByteBuffer piece : pieces) {
      to.put(piece.duplicate());
    }
    return copy;
  }

  static void resize(Mat source, Mat target, int interpolation) {
    try (org.bytedeco.opencv.opencv_core.Size size =
        new org.bytedeco.opencv.opencv_core.Size(target.cols(), target.rows())) {
      opencv_imgproc.resize(source, target, size, 0, 0, interpolation);
    }
  }

  /** Left and right exchanged. */
  static void flip(Mat source, Mat target) {
    opencv_core.flip(source, target, 1);
  }

  /**
   * Turns stored pixels upright; closes the argument unless it is the result.
   *
   * @param orientation 1..8 (EXIF 2.3, section 4.6.4: where row 0 and column 0 are to stand)
   */
  static Mat orient(Mat rgb, int orientation) {
    if (orientation == 1) {
      return rgb;
    }
    Mat upright = new Mat();
    try (rgb) {
      turn(rgb, orientation, upright);
    }
    return upright;
  }

  /**
   * Turns pixels upright into a matrix, which is allocated anew if it has another size.
   *
   * @param orientation 2..8, as of {@link #orient}
   */
  static void turn(Mat pixels, int orientation, Mat upright) {
    switch (orientation) {
      case 2 -> flip(pixels, upright);
      case 3 -> opencv_core.flip(pixels, upright, -1);
      case 4 -> opencv_core.flip(pixels, upright, 0);
      case 5 -> opencv_core.transpose(pixels, upright);
      case 6 -> opencv_core.rotate(pixels, upright, opencv_core.ROTATE_90_CLOCKWISE);
      case 7 -> {
        opencv_core.transpose(pixels, upright);
        opencv_core.flip(upright, upright, -1);
      }
      case 8 -> opencv_core.rotate(pixels, upright, opencv_core.ROTATE_90_COUNTERCLOCKWISE);
      default ->
          throw new IllegalArgumentException("orientation must be within 1..8: was " + orientation);
    }
  }

  /** Encodes BGR pixels into memory that is used again. */
  static void encodeJpeg(Mat bgr, int quality, BytePointer encoded) {
    try (IntPointer options = new IntPointer(JPEG_QUALITY, quality)) {
      if (!opencv_imgcodecs.imencode(".jpg", bgr, encoded, options)) {
        throw new IllegalStateException(
            "OpenCV could not encode %dx%d as .jpg".formatted(bgr.cols(), bgr.rows()));
      }
    }
  }

  /** Encodes packed RGB pixels; parameters are pairs of an IMWRITE_ key and its value. */
  static byte[] encode(String extension, ByteBuffer rgb, Size size, int... parameters) {
    long bytes = size.pixels() * 3;
    if (rgb.remaining() < bytes) {
      throw new IllegalArgumentException(
          "buffer must have at least %d bytes for %s: was %s".formatted(bytes, size, rgb));
    }
    try (BytePointer pointer = pointer(List.of(rgb));
        Mat pixels = new Mat(size.height(), size.width(), RGB8, pointer);
        Mat bgr = new Mat();
        BytePointer encoded = new BytePointer();
        IntPointer options = new IntPointer(parameters)) {
      opencv_imgproc.cvtColor(pixels, bgr, opencv_imgproc.COLOR_RGB2BGR);
      if (!opencv_imgcodecs.imencode(extension, bgr, encoded, options)) {
        throw new IllegalStateException(
            "OpenCV could not encode %s as %s".formatted(size, extension));
      }
      byte[] result = new byte[Math.toIntExact(encoded.limit())];
      encoded.get(result);
      return result;
    }
  }
}
