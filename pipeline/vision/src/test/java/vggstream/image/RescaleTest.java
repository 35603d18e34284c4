package vggstream.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.awt.image.BufferedImage;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import vggstream.tensor.PixelBatch;

class RescaleTest {
  private final ImageDecoder decoder = new ImageDecoder(ImageLimits.DEFAULT);

  @Test
  void smallerSideBecomesQAndTheOtherIsRoundedToNearest() {
    assertEquals(new Size(341, 256), Rescale.toSmallerSide(new Size(640, 480), 256));
    assertEquals(new Size(256, 341), Rescale.toSmallerSide(new Size(480, 640), 256));
    assertEquals(new Size(2, 3), Rescale.toSmallerSide(new Size(4, 5), 2)); // 2.5, half up
    assertEquals(new Size(7, 7), Rescale.toSmallerSide(new Size(90, 90), 7));
    assertEquals(new Size(256, 256_000), Rescale.toSmallerSide(new Size(1, 1000), 256));
    assertThrows(IllegalArgumentException.class, () -> Rescale.toSmallerSide(new Size(4, 5), 0));
  }

  @Test
  void shrinkingByTwoAveragesFourPixels() throws Exception {
    try (RgbImage image = picture(40, 30)) {
      int[] from = TestImages.unsigned(image.pixels());
      int[] to = rescaled(image, new Size(20, 15));
      for (int i = 0; i < to.length; i++) {
        int x = i / 3 % 20;
        int y = i / 60;
        int at = (2 * y * 40 + 2 * x) * 3 + i % 3;
        int sum = from[at] + from[at + 3] + from[at + 120] + from[at + 123];
        assertEquals(sum / 4.0, to[i], 0.5 + 1e-9);
      }
    }
  }

  @Test
  void shrinkingByAnyFactorAveragesTheAreaCovered() throws Exception {
    try (RgbImage image = picture(50, 37)) {
      int[] from = TestImages.unsigned(image.pixels());
      Size size = Rescale.toSmallerSide(image.size(), 16);
      int[] to = rescaled(image, size);
      for (int i = 0; i < to.length; i++) {
        int x = i / 3 % size.width();
        int y = i / 3 / size.width();
        assertEquals(area(from, image.size(), size, x, y, i % 3), to[i], 1);
      }
    }
  }

  /** Mean over the rectangle of the original that a pixel covers, by definition. */
  private static double area(int[] from, Size a, Size b, int x, int y, int c) {
    double sum = 0;
    double sx = (double) a.width() / b.width();
    double sy = (double) a.height() / b.height();
    for (int v = (int) (y * sy); v < Math.min(a.height(), Math.ceil((y + 1) * sy)); v++) {
      double h = Math.min(v + 1, (y + 1) * sy) - Math.max(v, y * sy);
      for (int u = (int) (x * sx); u < Math.min(a.width(), Math.ceil((x + 1) * sx)); u++) {
        double w = Math.min(u + 1, (x + 1) * sx) - Math.max(u, x * sx);
        sum += w * h * from[(v * a.width() + u) * 3 + c];
      }
    }
    return sum / (sx * sy);
  }

  @Test
  void enlargingIsBilinearBetweenPixelCentres() throws Exception {
    try (RgbImage image = picture(9, 8)) {
      int[] from = TestImages.unsigned(image.pixels());
      Size size = new Size(27, 24);
      int[] to = rescaled(image, size);
      for (int i = 0; i < to.length; i++) {
        double u = Math.max(0, Math.min(8, (i / 3 % 27 + 0.5) / 3 - 0.5));
        double v = Math.max(0, Math.min(7, (i / 81 + 0.5) / 3 - 0.5));
        int x = Math.min(7, (int) u);
        int y = Math.min(6, (int) v);
        int at = (y * 9 + x) * 3 + i % 3;
        double top = from[at] + (u - x) * (from[at + 3] - from[at]);
        double bottom = from[at + 27] + (u - x) * (from[at + 30] - from[at + 27]);
        assertEquals(top + (v - y) * (bottom - top), to[i], 1);
      }
    }
  }

  @Test
  void equalSizeIsAnExactCopy() throws Exception {
    try (RgbImage image = picture(33, 21)) {
      assertArrayEquals(TestImages.unsigned(image.pixels()), rescaled(image, new Size(33, 21)));
    }
  }

  @Test
  void cropIsAWindowOfTheRescaledImageMirroredIfAsked() throws Exception {
    try (RgbImage image = picture(64, 48)) {
      for (Size size : new Size[] {new Size(43, 32), new Size(64, 48)}) {
        int[] whole = rescaled(image, size);
        for (boolean mirror : new boolean[] {false, true}) {
          PixelBatch batch = PixelBatch.allocate(2, 24, 24);
          Rescale.crop(image, size, Window.square(5, 7, 24), mirror, batch.slot(1));
          int[] crop = TestImages.unsigned(batch.slot(1));
          for (int i = 0; i < crop.length; i++) {
            int x = i / 3 % 24;
            int y = i / 72;
            int at = ((7 + y) * size.width() + 5 + (mirror ? 23 - x : x)) * 3 + i % 3;
            assertEquals(whole[at], crop[i]);
          }
          assertArrayEquals(new int[24 * 24 * 3], TestImages.unsigned(batch.slot(0)));
        }
      }
      assertThrows(
          IllegalArgumentException.class,
          () ->
              Rescale.crop(
                  image,
                  new Size(43, 32),
                  Window.square(20, 0, 24),
                  false,
                  ByteBuffer.allocateDirect(24 * 24 * 3)));
    }
  }

  @Test
  void mirrorExchangesLeftAndRight() {
    ByteBuffer source = ByteBuffer.allocateDirect(2 + 18).position(2);
    for (int i = 0; i < 18; i++) {
      source.put(2 + i, (byte) i);
    }
    ByteBuffer target = ByteBuffer.allocateDirect(18);
    Rescale.mirror(source, new Size(3, 2), target);
    assertArrayEquals(
        new int[] {6, 7, 8, 3, 4, 5, 0, 1, 2, 15, 16, 17, 12, 13, 14, 9, 10, 11},
        TestImages.unsigned(target));
  }

  @Test
  void targetsThatAreTooSmallOrOnTheHeapAreRefused() throws Exception {
    try (RgbImage image = picture(20, 20)) {
      Size size = new Size(10, 10);
      assertThrows(
          IllegalArgumentException.class,
          () -> Rescale.rescale(image, size, ByteBuffer.allocateDirect(299)));
      assertThrows(
          IllegalArgumentException.class,
          () -> Rescale.rescale(image, size, ByteBuffer.allocate(300)));
    }
  }

  @Test
  void closedImagesAreRefused() throws Exception {
    RgbImage image = picture(20, 20);
    image.close();
    image.close();
    assertThrows(IllegalStateException.class, image::pixels);
    assertThrows(
        IllegalStateException.class,
        () -> Rescale.rescale(image, new Size(5, 5), ByteBuffer.allocateDirect(75)));
  }

  private RgbImage picture(int width, int height) throws Exception {
    BufferedImage picture = TestImages.picture(width, height, BufferedImage.TYPE_INT_RGB);
    return decoder.decode(ByteBuffer.wrap(TestImages.encoded(picture, "png")));
  }

  private static int[] rescaled(RgbImage image, Size size) {
    ByteBuffer target = ByteBuffer.allocateDirect((int) size.pixels() * 3);
    Rescale.rescale(image, size, target);
    return TestImages.unsigned(target);
  }
}
