package vggstream.local.picture;

import java.awt.image.BufferedImage;
import java.awt.image.DataBufferInt;
import java.nio.ByteBuffer;
import java.util.Arrays;
import vggstream.image.ImageEncoder;
import vggstream.image.RgbImage;
import vggstream.image.Size;

/** Between decoded images, which are upright, images to draw into, and files. */
public final class UprightImage {
  private static final int JPEG_QUALITY = 92;
  private static final int LEAST_SIDE = 192;
  private static final int MOST_SIDE = 1024;

  private UprightImage() {}

  /**
   * A copy to draw into, RGB. A small image is enlarged, each pixel becoming a square of {@link
   * #enlargement} pixels a side, so that there is room for letters.
   */
  public static BufferedImage of(RgbImage image) {
    int factor = enlargement(image.size());
    int width = image.size().width();
    int height = image.size().height();
    BufferedImage copy =
        new BufferedImage(width * factor, height * factor, BufferedImage.TYPE_INT_RGB);
    int[] rgb = ((DataBufferInt) copy.getRaster().getDataBuffer()).getData();
    ByteBuffer pixels = image.pixels(); // (h, w, 3)
    int at = pixels.position();
    int rowLength = width * factor;
    for (int y = 0; y < height; y++) {
      int row = y * factor * rowLength;
      for (int x = 0; x < width; x++, at += 3) {
        int value =
            (pixels.get(at) & 255) << 16
                | (pixels.get(at + 1) & 255) << 8
                | (pixels.get(at + 2) & 255);
        Arrays.fill(rgb, row + x * factor, row + (x + 1) * factor, value);
      }
      for (int copied = 1; copied < factor; copied++) {
        System.arraycopy(rgb, row, rgb, row + copied * rowLength, rowLength);
      }
    }
    return copy;
  }

  /**
   * How many times a picture is larger than its image: the smallest whole factor that makes the
   * smaller side at least {@link #LEAST_SIDE} pixels, unless the larger one then exceeds {@link
   * #MOST_SIDE}.
   */
  static int enlargement(Size size) {
    int smaller = Math.min(size.width(), size.height());
    int larger = Math.max(size.width(), size.height());
    int wanted = (LEAST_SIDE + smaller - 1) / smaller;
    return Math.max(1, Math.min(wanted, MOST_SIDE / larger));
  }

  /** The image as a JPEG file without any orientation. */
  public static byte[] jpeg(BufferedImage image) {
    return ImageEncoder.jpeg(pixels(image), size(image), JPEG_QUALITY);
  }

  /** The image as a PNG file. */
  public static byte[] png(BufferedImage image) {
    return ImageEncoder.png(pixels(image), size(image));
  }

  private static Size size(BufferedImage image) {
    return new Size(image.getWidth(), image.getHeight());
  }

  private static ByteBuffer pixels(BufferedImage image) {
    int width = image.getWidth();
    ByteBuffer pixels = ByteBuffer.allocate(Math.multiplyExact(width * 3, image.getHeight()));
    int[] row = new int[width];
    for (int y = 0; y < image.getHeight(); y++) {
      image.getRGB(0, y, width, 1, row, 0, width);
      for (int rgb : row) {
        pixels.put((byte) (rgb >> 16)).put((byte) (rgb >> 8)).put((byte) rgb);
      }
    }
    return pixels.flip(); // (h, w, 3)
  }
}
