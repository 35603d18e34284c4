package vggstream.local.scene;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/**
 * A drawn image and the truth about it.
 *
 * @param image RGB
 * @param thing the class that it shows
 * @param box where, in pixels of the image
 */
public record Frame(BufferedImage image, Thing thing, Box box) {

  /**
   * Continuous edges within the image, the maxima exclusive.
   *
   * @param xMin left edge, pixels
   * @param yMin top edge, pixels
   * @param xMax right edge, above xMin
   * @param yMax bottom edge, above yMin
   */
  public record Box(double xMin, double yMin, double xMax, double yMax) {
    public Box {
      if (!(xMin >= 0 && yMin >= 0 && xMax > xMin && yMax > yMin)) {
        throw new IllegalArgumentException(
            "box must satisfy 0 <= min < max: was %s,%s,%s,%s".formatted(xMin, yMin, xMax, yMax));
      }
    }
  }

  private static final float JPEG_QUALITY = 0.9f;

  /** The image as a JPEG file. */
  public byte[] toJpeg() {
    return toJpeg(image);
  }

  /** Any RGB image as a JPEG file of the same quality. */
  public static byte[] toJpeg(BufferedImage image) {
    ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
    try {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream(1 << 15);
      try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
        ImageWriteParam parameters = writer.getDefaultWriteParam();
        parameters.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
        parameters.setCompressionQuality(JPEG_QUALITY);
        writer.setOutput(out);
        writer.write(null, new IIOImage(image, null, null), parameters);
      }
      return bytes.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e); // memory only: does not happen
    } finally {
      writer.dispose();
    }
  }
}
