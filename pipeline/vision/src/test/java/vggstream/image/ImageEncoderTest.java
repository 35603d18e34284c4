package vggstream.image;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ImageEncoderTest {
  private final ImageDecoder decoder = new ImageDecoder(ImageLimits.DEFAULT);

  @Test
  void pngGivesThePixelsBack() throws Exception {
    Size size = new Size(37, 23);
    byte[] rgb = new byte[37 * 23 * 3];
    new Random(1).nextBytes(rgb);
    byte[] png = ImageEncoder.png(ByteBuffer.wrap(rgb), size);
    try (RgbImage image = decoder.decode(ByteBuffer.wrap(png))) {
      assertEquals(size, image.size());
      assertEquals(ByteBuffer.wrap(rgb), image.pixels());
    }
  }

  @Test
  void jpegKeepsColoursOfAFlatImage() throws Exception {
    Size size = new Size(16, 16);
    ByteBuffer rgb = ByteBuffer.allocateDirect(16 * 16 * 3);
    while (rgb.hasRemaining()) {
      rgb.put((byte) 200).put((byte) 100).put((byte) 50);
    }
    byte[] jpeg = ImageEncoder.jpeg(rgb.flip(), size, 95);
    try (RgbImage image = decoder.decode(ByteBuffer.wrap(jpeg))) {
      assertEquals(200, image.pixels().get(0) & 255, 3);
      assertEquals(100, image.pixels().get(1) & 255, 3);
      assertEquals(50, image.pixels().get(2) & 255, 3);
    }
  }
}
