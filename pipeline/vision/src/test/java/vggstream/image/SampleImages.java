package vggstream.image;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;

/** One small image of each encoding that is read. */
final class SampleImages {
  private SampleImages() {}

  /** Encoded images by name; a name ends in the format's. */
  static Map<String, byte[]> all() throws IOException {
    BufferedImage picture = TestImages.picture(57, 35, BufferedImage.TYPE_INT_RGB);
    BufferedImage gray = TestImages.picture(57, 35, BufferedImage.TYPE_BYTE_GRAY);
    BufferedImage alpha = TestImages.picture(57, 35, BufferedImage.TYPE_INT_ARGB);
    byte[] bgra = new byte[57 * 35 * 4];
    new Random(5).nextBytes(bgra);
    Map<String, byte[]> samples = new LinkedHashMap<>();
    samples.put("jpeg", TestImages.jpeg(picture, false, 0.8f));
    samples.put("progressive jpeg", TestImages.jpeg(picture, true, 0.8f));
    samples.put("gray jpeg", TestImages.jpeg(gray, true, 0.8f));
    samples.put("restarting jpeg", new FlatJpeg(64, 64, ramp()).restartEvery(3).bytes());
    samples.put("cmyk jpeg", new FlatJpeg(64, 64, ramp(), ramp(), ramp(), ramp()).adobe(2).bytes());
    for (String format : new String[] {"png", "bmp", "gif", "tiff"}) {
      samples.put(format, TestImages.encoded(picture, format));
    }
    samples.put("alpha png", TestImages.encoded(alpha, "png"));
    int[] data = new Random(6).ints(20 * 10 * 3, 0, 65536).toArray();
    samples.put("16 bit tiff", TestImages.tiff(20, 10, 16, 6, ByteOrder.BIG_ENDIAN, data));
    samples.put("lossy webp", TestImages.webp(57, 35, Arrays.copyOf(bgra, 57 * 35 * 3), 3, 80));
    samples.put("lossless webp", TestImages.webp(57, 35, bgra, 4, 101));
    samples.put("alpha webp", TestImages.webp(57, 35, bgra, 4, 80));
    return samples;
  }

  /** Values of 64 blocks. */
  static int[] ramp() {
    return new Random(7).ints(64, 0, 256).toArray();
  }
}
