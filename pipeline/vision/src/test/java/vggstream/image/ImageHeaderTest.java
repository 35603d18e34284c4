package vggstream.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ImageHeaderTest {
  @Test
  void everyFormatSaysItsSize() throws Exception {
    BufferedImage picture = TestImages.picture(57, 35, BufferedImage.TYPE_INT_RGB);
    assertHeader(ImageFormat.JPEG, TestImages.jpeg(picture, true, 0.5f));
    assertHeader(ImageFormat.PNG, TestImages.encoded(picture, "png"));
    assertHeader(ImageFormat.BMP, TestImages.encoded(picture, "bmp"));
    assertHeader(ImageFormat.GIF, TestImages.encoded(picture, "gif"));
    assertHeader(ImageFormat.TIFF, TestImages.encoded(picture, "tiff"));
    byte[] bgra = new byte[57 * 35 * 4];
    new Random(1).nextBytes(bgra);
    assertHeader(ImageFormat.WEBP, TestImages.webp(57, 35, bgra, 4, 50)); // VP8X
    assertHeader(ImageFormat.WEBP, TestImages.webp(57, 35, bgra, 4, 101)); // VP8L
    byte[] bgr = new byte[57 * 35 * 3];
    assertHeader(ImageFormat.WEBP, TestImages.webp(57, 35, bgr, 3, 50)); // VP8
  }

  private static void assertHeader(ImageFormat format, byte[] encoded) throws Exception {
    ImageHeader header = ImageHeader.read(ByteBuffer.wrap(encoded), ImageLimits.DEFAULT);
    assertEquals(format, header.format());
    assertEquals(new Size(57, 35), header.storedSize());
    assertEquals(new Size(57, 35), header.size());
    assertEquals(1, header.orientation());
  }

  @Test
  void orientationTurnsTheSize() throws Exception {
    byte[] jpeg = new FlatJpeg(24, 16, new int[] {3}).orientation(8).bytes();
    ImageHeader header = ImageHeader.read(ByteBuffer.wrap(jpeg));
    assertEquals(8, header.orientation());
    assertEquals(new Size(24, 16), header.storedSize());
    assertEquals(new Size(16, 24), header.size());
  }

  @Test
  void invalidOrientationsAreNone() throws Exception {
    for (int invalid : new int[] {9, 200}) {
      byte[] jpeg = new FlatJpeg(24, 16, new int[] {3}).orientation(invalid).bytes();
      assertEquals(1, ImageHeader.read(ByteBuffer.wrap(jpeg)).orientation());
      int[] data = new int[3];
      byte[] tiff = TestImages.tiff(1, 1, 8, invalid, ByteOrder.LITTLE_ENDIAN, data);
      assertEquals(1, ImageHeader.read(ByteBuffer.wrap(tiff)).orientation());
    }
  }

  @Test
  void channelsBitsAndTransparencyAreTold() throws Exception {
    ImageHeader gray16 =
        ImageHeader.read(ByteBuffer.wrap(new TestPng(1, 1, 16, 0).rows(new int[2]).end()));
    assertEquals(1, gray16.channels());
    assertEquals(16, gray16.bitsPerChannel());
    assertFalse(gray16.transparent());
    ImageHeader alpha =
        ImageHeader.read(ByteBuffer.wrap(new TestPng(1, 1, 8, 6).rows(new int[4]).end()));
    assertEquals(4, alpha.channels());
    assertTrue(alpha.transparent());
    ImageHeader cmyk =
        ImageHeader.read(
            ByteBuffer.wrap(
                new FlatJpeg(8, 8, new int[1], new int[1], new int[1], new int[1]).bytes()));
    assertEquals(4, cmyk.channels());
    assertFalse(cmyk.transparent());
  }

  @Test
  void randomBytesAfterAnySignatureAreRejectedOrRead() {
    Random random = new Random(11);
    String[] starts = {
      "\u00ff\u00d8\u00ff",
      "\u0089PNG\r\n\u001a\n",
      "RIFF\100\0\0\0WEBPVP8X",
      "BM",
      "II*\0",
      "MM\0*",
      "GIF89a",
      "RIFF\100\0\0\0WEBPVP8 ",
      "RIFF\100\0\0\0WEBPVP8L"
    };
    int rejected = 0;
    for (int i = 0; i < 20_000; i++) {
      byte[] bytes = new byte[random.nextInt(200)];
      random.nextBytes(bytes);
      String start = starts[i % starts.length];
      for (int c = 0; c < Math.min(start.length(), bytes.length); c++) {
        bytes[c] = (byte) start.charAt(c);
      }
      try {
        ImageHeader.read(ByteBuffer.wrap(bytes));
      } catch (ImageRejectedException e) {
        rejected++;
      }
    }
    assertTrue(rejected > 10_000);
  }

  @Test
  void limitsAreValidated() {
    assertThrows(IllegalArgumentException.class, () -> new ImageLimits(0, 1));
    assertThrows(IllegalArgumentException.class, () -> new ImageLimits(1, 0));
    assertThrows(IllegalArgumentException.class, () -> new ImageLimits(1, 1L << 40));
  }
}
