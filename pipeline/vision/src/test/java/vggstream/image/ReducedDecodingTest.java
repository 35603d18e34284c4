package vggstream.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.awt.image.BufferedImage;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** JPEGs decoded at 1/2, 1/4, 1/8: when, and how far the rescaled pixels then differ. */
class ReducedDecodingTest {
  private static final ImageDecoder DECODER = new ImageDecoder(ImageLimits.DEFAULT);

  /** Absolute differences of rescaled channel values, 0..255. */
  private record Difference(double mean, int max) {}

  @ParameterizedTest
  @CsvSource({
    "640,512,129,640,512",
    "640,512,128,320,256",
    "640,512,64,160,128",
    "640,512,32,80,64",
    "640,512,1,80,64",
    "641,513,64,161,129",
  })
  void halvesWhileTwiceTheNeededPixelsRemain(int w, int h, int q, int width, int height)
      throws Exception {
    BufferedImage picture = TestImages.picture(w, h, BufferedImage.TYPE_BYTE_GRAY);
    for (boolean progressive : new boolean[] {false, true}) {
      byte[] jpeg = TestImages.jpeg(picture, progressive, 0.8f);
      try (RgbImage image = DECODER.decodeFor(ByteBuffer.wrap(jpeg), q)) {
        assertEquals(new Size(width, height), image.size());
        assertEquals(new Size(w, h), image.originalSize());
      }
    }
  }

  @Test
  void otherFormatsAreDecodedWhole() throws Exception {
    byte[] png =
        TestImages.encoded(TestImages.picture(200, 100, BufferedImage.TYPE_INT_RGB), "png");
    try (RgbImage image = DECODER.decodeFor(ByteBuffer.wrap(png), 5)) {
      assertEquals(new Size(200, 100), image.size());
    }
  }

  @Test
  void orientationIsAppliedToReducedPixels() throws Exception {
    byte[] jpeg =
        new FlatJpeg(24, 16, new int[] {20, 60, 100, 140, 180, 220}).orientation(6).bytes();
    try (RgbImage image = DECODER.decodeFor(ByteBuffer.wrap(jpeg), 1)) {
      assertEquals(new Size(2, 3), image.size());
      assertEquals(new Size(16, 24), image.originalSize());
      int[] expected = {140, 20, 180, 60, 220, 100};
      for (int i = 0; i < 6; i++) {
        assertEquals(expected[i], image.pixels().get(3 * i) & 255);
      }
    }
  }

  @Test
  void rescaledPixelsOfGeneratedPicturesDifferLittle() throws Exception {
    BufferedImage picture = TestImages.picture(1024, 768, BufferedImage.TYPE_INT_RGB);
    byte[] jpeg = TestImages.jpeg(picture, false, 0.9f);
    for (int q : new int[] {48, 96, 192}) {
      Difference difference = difference(jpeg, q);
      assertTrue(difference.mean < 2 && difference.max < 40, q + ": " + difference);
    }
  }

  @Test
  void rescaledPixelsOfPhotographsDifferLittle() throws Exception {
    try (Stream<Path> files = Files.list(TestData.folder("photos"))) {
      double sum = 0;
      int n = 0;
      for (Path file : files.toList()) {
        byte[] jpeg = Files.readAllBytes(file);
        Size size = ImageHeader.read(ByteBuffer.wrap(jpeg)).size();
        int q = Math.min(size.width(), size.height()) / 4;
        Difference difference = difference(jpeg, q);
        assertTrue(difference.mean < 6 && difference.max < 80, file + ": " + difference);
        sum += difference.mean;
        n++;
      }
      assumeTrue(n > 0);
      double mean = sum / n;
      assertTrue(mean < 2.5, () -> "mean of all photographs: " + mean);
    }
  }

  private static Difference difference(byte[] jpeg, int q) throws Exception {
    try (RgbImage whole = DECODER.decode(ByteBuffer.wrap(jpeg));
        RgbImage reduced = DECODER.decodeFor(ByteBuffer.wrap(jpeg), q)) {
      assertTrue(reduced.size().pixels() < whole.size().pixels());
      Size size = Rescale.toSmallerSide(whole.originalSize(), q);
      List<ByteBuffer> targets =
          List.of(
              ByteBuffer.allocateDirect((int) size.pixels() * 3),
              ByteBuffer.allocateDirect((int) size.pixels() * 3));
      Rescale.rescale(whole, size, targets.get(0));
      Rescale.rescale(reduced, size, targets.get(1));
      int[] a = TestImages.unsigned(targets.get(0));
      int[] b = TestImages.unsigned(targets.get(1));
      long sum = 0;
      int max = 0;
      for (int i = 0; i < a.length; i++) {
        int d = Math.abs(a[i] - b[i]);
        sum += d;
        max = Math.max(max, d);
      }
      return new Difference((double) sum / a.length, max);
    }
  }
}
