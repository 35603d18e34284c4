package vggstream.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** One photograph of a data folder, where there is one, with each EXIF orientation. */
class PhotographOrientationTest {
  private final ImageDecoder decoder = new ImageDecoder(ImageLimits.DEFAULT);

  private static byte[] photograph() throws Exception {
    try (Stream<Path> files = Files.list(TestData.folder("photos"))) {
      return Files.readAllBytes(files.sorted().findFirst().orElseThrow());
    }
  }

  /** Where an upright image's pixel is stored (EXIF 2.3, section 4.6.4): x, y. */
  private static int[] stored(int x, int y, int orientation, Size size) {
    int right = size.width() - 1;
    int bottom = size.height() - 1;
    return switch (orientation) {
      case 1 -> new int[] {x, y};
      case 2 -> new int[] {right - x, y};
      case 3 -> new int[] {right - x, bottom - y};
      case 4 -> new int[] {x, bottom - y};
      case 5 -> new int[] {y, x};
      case 6 -> new int[] {y, bottom - x};
      case 7 -> new int[] {right - y, bottom - x};
      case 8 -> new int[] {right - y, x};
      default -> throw new IllegalArgumentException("orientation " + orientation);
    };
  }

  private static Size turned(Size size, int orientation) {
    return orientation >= 5 ? new Size(size.height(), size.width()) : size;
  }

  @Test
  void storedInEachOrientationAPhotographHasTheSamePixels() throws Exception {
    try (RgbImage image = decoder.decode(ByteBuffer.wrap(photograph()))) {
      int[] pixels = TestImages.unsigned(image.pixels());
      for (int orientation = 1; orientation <= 8; orientation++) {
        Size size = turned(image.size(), orientation); // as stored
        int[] data = new int[pixels.length];
        for (int i = 0; i < pixels.length / 3; i++) {
          int[] at = stored(i % image.size().width(), i / image.size().width(), orientation, size);
          System.arraycopy(pixels, 3 * i, data, 3 * (at[1] * size.width() + at[0]), 3);
        }
        byte[] tiff =
            TestImages.tiff(
                size.width(), size.height(), 8, orientation, ByteOrder.LITTLE_ENDIAN, data);
        try (RgbImage upright = decoder.decodeFor(ByteBuffer.wrap(tiff), 64)) {
          assertEquals(image.size(), upright.size());
          assertArrayEquals(pixels, TestImages.unsigned(upright.pixels()), "" + orientation);
        }
      }
    }
  }

  @Test
  void jpegIsTurnedAsItsOrientationSaysWholeAndReduced() throws Exception {
    byte[] jpeg = photograph();
    for (int smallerSide : new int[] {4096, 64}) {
      try (RgbImage image = decoder.decodeFor(ByteBuffer.wrap(jpeg), smallerSide)) {
        int[] pixels = TestImages.unsigned(image.pixels());
        for (int orientation = 1; orientation <= 8; orientation++) {
          Size size = turned(image.size(), orientation); // upright
          int[] expected = new int[pixels.length];
          for (int i = 0; i < pixels.length / 3; i++) {
            int[] at = stored(i % size.width(), i / size.width(), orientation, image.size());
            System.arraycopy(
                pixels, 3 * (at[1] * image.size().width() + at[0]), expected, 3 * i, 3);
          }
          ByteBuffer with = ByteBuffer.wrap(withOrientation(jpeg, orientation));
          try (RgbImage upright = decoder.decodeFor(with, smallerSide)) {
            assertEquals(size, upright.size());
            assertArrayEquals(expected, TestImages.unsigned(upright.pixels()), "" + orientation);
          }
        }
      }
    }
  }

  /** The JPEG with an EXIF segment before all others. */
  private static byte[] withOrientation(byte[] jpeg, int orientation) {
    ByteBuffer exif = ByteBuffer.allocate(36);
    exif.putShort((short) 0xffe1).putShort((short) 34);
    exif.put("Exif\0\0MM\0*".getBytes(StandardCharsets.US_ASCII)).putInt(8);
    exif.putShort((short) 1).putShort((short) 0x112).putShort((short) 3).putInt(1);
    exif.putShort((short) orientation);
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.write(jpeg, 0, 2);
    all.writeBytes(exif.array());
    all.write(jpeg, 2, jpeg.length - 2);
    return all.toByteArray();
  }
}
