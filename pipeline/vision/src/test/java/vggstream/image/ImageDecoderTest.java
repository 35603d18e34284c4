package vggstream.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static vggstream.image.TestImages.byJdk;
import static vggstream.image.TestImages.decoded;
import static vggstream.image.TestImages.overWhite;
import static vggstream.image.TestImages.picture;

import java.awt.image.BufferedImage;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageDecoderTest {
  private static final int RGB = BufferedImage.TYPE_INT_RGB;
  private static final int GRAY = BufferedImage.TYPE_BYTE_GRAY;

  private final ImageDecoder decoder = new ImageDecoder(ImageLimits.DEFAULT);

  @ParameterizedTest
  @CsvSource({"37,53", "128,128", "201,64", "8,8", "1,1", "1,300"})
  void jpegGivesTheJdksPixels(int width, int height) throws Exception {
    for (boolean progressive : new boolean[] {false, true}) {
      byte[] colour = TestImages.jpeg(picture(width, height, RGB), progressive, 0.9f);
      assertArrayEquals(byJdk(colour), decoded(colour));
      byte[] gray = TestImages.jpeg(picture(width, height, GRAY), progressive, 0.9f);
      assertArrayEquals(byJdk(gray), decoded(gray));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"png", "bmp", "gif", "tiff"})
  void losslessFormatsGiveTheJdksPixels(String format) throws Exception {
    byte[] encoded = TestImages.encoded(picture(61, 43, RGB), format);
    assertArrayEquals(byJdk(encoded), decoded(encoded));
  }

  @ParameterizedTest
  @ValueSource(
      ints = {
        BufferedImage.TYPE_INT_ARGB,
        BufferedImage.TYPE_BYTE_BINARY,
        BufferedImage.TYPE_BYTE_INDEXED,
      })
  void pngKindsGiveTheJdksPixels(int type) throws Exception {
    byte[] encoded = TestImages.encoded(picture(61, 43, type), "png");
    assertArrayEquals(byJdk(encoded), decoded(encoded));
  }

  @Test
  void adobeCmykIsInvertedInk() throws Exception {
    // as Adobe writes it: 255 is no ink, so that R = C * K / 255
    byte[] jpeg =
        new FlatJpeg(8, 8, new int[] {200}, new int[] {100}, new int[] {30}, new int[] {240})
            .adobe(0)
            .bytes();
    assertFlat(new int[] {200 * 240 / 255, 100 * 240 / 255, 30 * 240 / 255}, decoded(jpeg), 2);
  }

  @Test
  void cmykWithoutAdobeMarkerIsReadTheSame() throws Exception {
    byte[] jpeg =
        new FlatJpeg(8, 8, new int[] {255}, new int[] {0}, new int[] {128}, new int[] {255})
            .bytes();
    assertFlat(new int[] {255, 0, 128}, decoded(jpeg), 1);
  }

  @Test
  void ycckIsTurnedIntoCmykFirst() throws Exception {
    int y = 120;
    int cb = 90;
    int cr = 160;
    // ITU-T T.871: what Y, Cb, Cr are of; YCCK holds 255 - C, 255 - M, 255 - Y in their place
    double red = y + 1.402 * (cr - 128);
    double green = y - 0.344136 * (cb - 128) - 0.714136 * (cr - 128);
    double blue = y + 1.772 * (cb - 128);
    int k = 200;
    byte[] jpeg =
        new FlatJpeg(8, 8, new int[] {y}, new int[] {cb}, new int[] {cr}, new int[] {k})
            .adobe(2)
            .bytes();
    int[] expected = {
      (int) Math.round((255 - red) * k / 255),
      (int) Math.round((255 - green) * k / 255),
      (int) Math.round((255 - blue) * k / 255)
    };
    assertFlat(expected, decoded(jpeg), 2);
  }

  @Test
  void adobeRgbIsNotTakenForYCbCr() throws Exception {
    byte[] jpeg =
        new FlatJpeg(8, 8, new int[] {10}, new int[] {200}, new int[] {90}).adobe(0).bytes();
    assertFlat(new int[] {10, 200, 90}, decoded(jpeg), 0);
  }

  @Test
  void sixteenBitsAreRoundedToEight() throws Exception {
    byte[] png =
        new TestPng(2, 1, 16, 2)
            .rows(new int[] {0x80, 0x00, 0xff, 0x7e, 0x00, 0x81, 0xff, 0xff, 0, 0, 0x12, 0x34})
            .end();
    int[] expected = {128, 254, 1, 255, 0, 18}; // round(v / 257), not v >> 8
    assertArrayEquals(expected, decoded(png));
    for (ByteOrder order : new ByteOrder[] {ByteOrder.BIG_ENDIAN, ByteOrder.LITTLE_ENDIAN}) {
      byte[] tiff = TestImages.tiff(2, 1, 16, 1, order, 0x8000, 0xff7e, 0x0081, 0xffff, 0, 0x1234);
      assertArrayEquals(expected, decoded(tiff));
    }
  }

  @Test
  void alphaIsComposedOverWhite() throws Exception {
    int[] alphas = {0, 1, 77, 128, 254, 255};
    int[] row = new int[4 * alphas.length];
    int[] expected = new int[3 * alphas.length];
    byte[] bgra = new byte[row.length];
    for (int x = 0; x < alphas.length; x++) {
      int[] rgb = {20 * x, 200 - 10 * x, 90};
      for (int c = 0; c < 3; c++) {
        row[4 * x + c] = rgb[c];
        bgra[4 * x + 2 - c] = (byte) rgb[c];
        expected[3 * x + c] = overWhite(rgb[c], alphas[x]);
      }
      row[4 * x + 3] = alphas[x];
      bgra[4 * x + 3] = (byte) alphas[x];
    }
    assertArrayEquals(expected, decoded(new TestPng(6, 1, 8, 6).rows(row).end()));
    int[] webp = decoded(TestImages.webp(6, 1, bgra, 4, 101));
    for (int x = 1; x < alphas.length; x++) { // colour under alpha 0 need not be kept
      for (int c = 0; c < 3; c++) {
        assertEquals(expected[3 * x + c], webp[3 * x + c]);
      }
    }
    assertEquals(255, webp[0]);
  }

  @Test
  void pngTransparencyOfEveryKindIsComposed() throws Exception {
    byte[] gray = new TestPng(3, 1, 8, 0).chunk("tRNS", 0, 7).rows(new int[] {6, 7, 8}).end();
    assertArrayEquals(new int[] {6, 6, 6, 255, 255, 255, 8, 8, 8}, decoded(gray));
    byte[] rgb =
        new TestPng(2, 1, 8, 2)
            .chunk("tRNS", 0, 1, 0, 2, 0, 3)
            .rows(new int[] {1, 2, 3, 1, 2, 4})
            .end();
    assertArrayEquals(new int[] {255, 255, 255, 1, 2, 4}, decoded(rgb));
    byte[] palette =
        new TestPng(3, 1, 8, 3)
            .chunk("PLTE", 10, 20, 30, 40, 50, 60, 70, 80, 90)
            .chunk("tRNS", 255, 100)
            .rows(new int[] {0, 1, 2})
            .end();
    int[] expected = {
      10, 20, 30, overWhite(40, 100), overWhite(50, 100), overWhite(60, 100), 70, 80, 90
    };
    assertArrayEquals(expected, decoded(palette));
    byte[] grayAlpha = new TestPng(2, 1, 8, 4).rows(new int[] {9, 255, 9, 0}).end();
    assertArrayEquals(new int[] {9, 9, 9, 255, 255, 255}, decoded(grayAlpha));
    byte[] gray16 = new TestPng(2, 1, 16, 0).chunk("tRNS", 1, 2).rows(new int[] {1, 2, 1, 3}).end();
    assertArrayEquals(new int[] {255, 255, 255, 1, 1, 1}, decoded(gray16));
  }

  @Test
  void gifTransparencyIsWhite() throws Exception {
    byte[] gif = TestImages.encoded(picture(16, 8, BufferedImage.TYPE_INT_ARGB), "gif");
    assertArrayEquals(byJdk(gif), decoded(gif));
    // 3 pixels of a 2 bit palette: codes of 3 bits: clear, 1, 0, 2, end; 0 is transparent
    int[] file = {
      'G',
      'I',
      'F',
      '8',
      '9',
      'a',
      3,
      0,
      1,
      0,
      0x81,
      0,
      0,
      90,
      91,
      92,
      10,
      20,
      30,
      40,
      50,
      60,
      70,
      80,
      90,
      0x21,
      0xf9,
      4,
      1,
      0,
      0,
      0,
      0,
      0x2c,
      0,
      0,
      0,
      0,
      3,
      0,
      1,
      0,
      0,
      2,
      2,
      4 | 1 << 3,
      2 << 1 | 5 << 4,
      0,
      0x3b
    };
    byte[] bytes = new byte[file.length];
    for (int i = 0; i < file.length; i++) {
      bytes[i] = (byte) file[i];
    }
    assertArrayEquals(new int[] {10, 20, 30, 255, 255, 255, 40, 50, 60}, decoded(bytes));
  }

  @Test
  void animatedPngGivesItsStillImage() throws Exception {
    int[] still = {1, 2, 3};
    byte[] png =
        new TestPng(1, 1, 8, 2)
            .chunk("acTL", 0, 0, 0, 2, 0, 0, 0, 0)
            .rows(still)
            .chunk(
                "fcTL", 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 1, 0,
                0)
            .chunk("fdAT", fdat(new int[] {200, 100, 50}))
            .end();
    assertArrayEquals(still, decoded(png));
  }

  private static byte[] fdat(int[] row) {
    byte[] data = TestPng.deflated(row);
    return ByteBuffer.allocate(4 + data.length).putInt(1).put(data).array();
  }

  @Test
  void bmpsFourthByteIsNoAlpha() throws Exception {
    ByteBuffer bmp = ByteBuffer.allocate(58).order(ByteOrder.LITTLE_ENDIAN);
    bmp.put((byte) 'B').put((byte) 'M').putInt(58).putInt(0).putInt(54);
    bmp.putInt(40).putInt(1).putInt(1).putShort((short) 1).putShort((short) 32).putInt(0);
    bmp.putInt(4).putInt(0).putInt(0).putInt(0).putInt(0);
    bmp.put((byte) 30).put((byte) 20).put((byte) 10).put((byte) 0);
    assertArrayEquals(new int[] {10, 20, 30}, decoded(bmp.array()));
  }

  @Test
  void webpGivesItsPixels() throws Exception {
    byte[] bgr = new byte[20 * 10 * 3];
    new Random(3).nextBytes(bgr);
    int[] lossless = decoded(TestImages.webp(20, 10, bgr, 3, 101));
    for (int i = 0; i < bgr.length; i++) {
      assertEquals(bgr[i / 3 * 3 + 2 - i % 3] & 255, lossless[i]);
    }
    byte[] flat = new byte[20 * 10 * 3];
    java.util.Arrays.fill(flat, (byte) 90);
    assertFlat(new int[] {90, 90, 90}, decoded(TestImages.webp(20, 10, flat, 3, 90)), 2);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
  void exifOrientationIsAppliedExactlyOnce(int orientation) throws Exception {
    // 3 x 2 blocks or pixels, numbered row by row as stored; EXIF 2.3: which stands where upright
    int[][] upright = {
      {0, 1, 2, 3, 4, 5}, {2, 1, 0, 5, 4, 3}, {5, 4, 3, 2, 1, 0}, {3, 4, 5, 0, 1, 2},
      {0, 3, 1, 4, 2, 5}, {3, 0, 4, 1, 5, 2}, {5, 2, 4, 1, 3, 0}, {2, 5, 1, 4, 0, 3}
    };
    int[] gray = {20, 60, 100, 140, 180, 220};
    int columns = orientation >= 5 ? 2 : 3;
    int[] expected = new int[18];
    for (int i = 0; i < 18; i++) {
      expected[i] = gray[upright[orientation - 1][i / 3]];
    }

    byte[] jpeg = new FlatJpeg(24, 16, gray).orientation(orientation).bytes();
    try (RgbImage image = decoder.decode(ByteBuffer.wrap(jpeg))) {
      assertEquals(new Size(8 * columns, 48 / columns), image.size());
      assertEquals(image.size(), image.originalSize());
      for (int i = 0; i < 6; i++) {
        int x = 8 * (i % columns) + 4;
        int y = 8 * (i / columns) + 4;
        int at = (y * image.size().width() + x) * 3;
        assertEquals(expected[3 * i], image.pixels().get(at) & 255);
      }
    }

    int[] rgb = new int[18];
    for (int i = 0; i < 18; i++) {
      rgb[i] = gray[i / 3];
    }
    for (ByteOrder order : new ByteOrder[] {ByteOrder.BIG_ENDIAN, ByteOrder.LITTLE_ENDIAN}) {
      byte[] tiff = TestImages.tiff(3, 2, 8, orientation, order, rgb);
      try (RgbImage image = decoder.decode(ByteBuffer.wrap(tiff))) {
        assertEquals(new Size(columns, 6 / columns), image.size());
        assertArrayEquals(expected, TestImages.unsigned(image.pixels()));
      }
      int[] wide = java.util.Arrays.stream(rgb).map(v -> v * 257).toArray();
      assertArrayEquals(expected, decoded(TestImages.tiff(3, 2, 16, orientation, order, wide)));
    }

    byte[] png =
        new TestPng(3, 2, 8, 2)
            .chunk(
                "eXIf",
                'I',
                'I',
                42,
                0,
                8,
                0,
                0,
                0,
                1,
                0,
                18,
                1,
                3,
                0,
                1,
                0,
                0,
                0,
                orientation,
                0,
                0,
                0,
                0,
                0,
                0,
                0)
            .rows(java.util.Arrays.copyOf(rgb, 9), java.util.Arrays.copyOfRange(rgb, 9, 18))
            .end();
    assertArrayEquals(expected, decoded(png));
  }

  @Test
  void directAndHeapBuffersGiveTheSameAndAreNotMoved() throws Exception {
    byte[] jpeg = TestImages.jpeg(picture(40, 30, RGB), false, 0.8f);
    ByteBuffer heap = ByteBuffer.wrap(new byte[jpeg.length + 7], 5, jpeg.length).put(jpeg);
    heap.position(5);
    ByteBuffer direct = ByteBuffer.allocateDirect(jpeg.length + 3).position(3).put(jpeg);
    direct.position(3);
    for (ByteBuffer encoded : new ByteBuffer[] {heap, direct, heap.asReadOnlyBuffer()}) {
      int position = encoded.position();
      try (RgbImage image = decoder.decode(encoded)) {
        assertArrayEquals(decoded(jpeg), TestImages.unsigned(image.pixels()));
      }
      assertEquals(position, encoded.position());
    }
  }

  @Test
  void closedImagesGiveTheirMemoryBack() throws Exception {
    byte[] jpeg = TestImages.jpeg(picture(640, 480, RGB), false, 0.7f);
    byte[] png = TestImages.encoded(picture(320, 240, BufferedImage.TYPE_INT_ARGB), "png");
    ByteBuffer target = ByteBuffer.allocateDirect(341 * 256 * 3);
    long before = 0;
    for (int i = 0; i < 600; i++) {
      if (i == 100) {
        before = Pointer.physicalBytes();
      }
      try (RgbImage image = decoder.decode(ByteBuffer.wrap(i % 2 == 0 ? jpeg : png))) {
        Rescale.rescale(image, new Size(341, 256), target);
      }
    }
    long grown = Pointer.physicalBytes() - before; // one image has 0.9 MB
    assertTrue(grown < 100 << 20, () -> "resident memory must not grow: grew by " + grown);
  }

  private static void assertFlat(int[] expected, int[] rgb, int tolerance) {
    for (int i = 0; i < rgb.length; i++) {
      assertEquals(expected[i % 3], rgb[i], tolerance, "channel " + i % 3);
    }
  }
}
