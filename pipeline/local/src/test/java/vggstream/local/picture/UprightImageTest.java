package vggstream.local.picture;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.awt.image.BufferedImage;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import vggstream.image.ImageDecoder;
import vggstream.image.ImageEncoder;
import vggstream.image.ImageLimits;
import vggstream.image.RgbImage;
import vggstream.image.Size;

final class UprightImageTest {
  @Test
  void smallImagesAreEnlargedByWholeNumbersAndLargeOnesAreNot() {
    assertEquals(6, UprightImage.enlargement(new Size(32, 32)));
    assertEquals(3, UprightImage.enlargement(new Size(64, 64)));
    assertEquals(2, UprightImage.enlargement(new Size(400, 191)));
    assertEquals(1, UprightImage.enlargement(new Size(400, 192)));
    assertEquals(1, UprightImage.enlargement(new Size(4000, 3000)));
    assertEquals(1, UprightImage.enlargement(new Size(1000, 1)), "no picture of 192,000 pixels");
  }

  @Test
  void eachPixelBecomesASquare() throws Exception {
    ByteBuffer pixels = ByteBuffer.allocate(100 * 2 * 3); // (2, 100, 3)
    pixels.put(0, (byte) 200).put(3 * 199 + 2, (byte) 99); // red at the first, blue at the last
    byte[] png = ImageEncoder.png(pixels, new Size(100, 2));
    ImageDecoder decoder = new ImageDecoder(new ImageLimits(10_000, 10_000));
    try (RgbImage image = decoder.decodeFor(ByteBuffer.wrap(png), 100)) {
      BufferedImage picture = UprightImage.of(image);
      assertEquals(1000, picture.getWidth());
      assertEquals(20, picture.getHeight());
      for (int y = 0; y < 20; y++) {
        for (int x = 0; x < 1000; x++) {
          int expected =
              x < 10 && y < 10 ? 0xffc80000 : x >= 990 && y >= 10 ? 0xff000063 : 0xff000000;
          assertEquals(expected, picture.getRGB(x, y), x + ", " + y);
        }
      }
    }
  }
}
