package vggstream.local.picture;

import java.awt.image.BufferedImage;
import java.awt.image.DataBufferInt;
import java.nio.ByteBuffer;
import vggstream.image.ImageEncoder;
import vggstream.image.RgbImage;
import vggstream.image.Size;

/** Between decoded images, which are upright, images to draw into, and files. */
public final class UprightImage {
  private static final int JPEG_QUALITY = 92;

  private UprightImage() {}

  /** A copy to draw into, RGB. */
  public static BufferedImage of(RgbImage image) {
    int width = image.size().width();
    int height = image.size().height();
    BufferedImage copy = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    int[] rgb = ((DataBufferInt) copy.getRaster().getDataBuffer()).getData();
    ByteBuffer pixels = image.pixels(); // (h, w, 3)
    for (int i = 0, at = pixels.position(); i < rgb.length; i++, at += 3) {
      rgb[i] =
          (pixels.get(at) & 255) << 16
              | (pixels.get(at + 1) & 255) << 8
              | (pixels.get(at + 2) & 255);
    }
    return copy;
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
