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
import vggstream.image.Size;
import vggstream.localise.Box;

/**
 * A drawn image and the truth about it.
 *
 * @param image RGB
 * @param thing the class that it shows
 * @param box the smallest that holds every pixel of which it covers half, outline included; edges
 *     lie between pixels
 */
public record Frame(BufferedImage image, Thing thing, Box box) {

  public Frame {
    if (!(box.area() > 0 && box.isWithin(new Size(image.getWidth(), image.getHeight())))) {
      throw new IllegalArgumentException(
          "box must have an area and be within the image %dx%d: was %s"
              .formatted(image.getWidth(), image.getHeight(), box));
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
