package vggstream.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgcodecs;
import org.bytedeco.opencv.opencv_core.Mat;

/** Images made for tests, and the JDK's decoder as the second opinion. */
final class TestImages {
  private static final ImageDecoder DECODER = new ImageDecoder(ImageLimits.DEFAULT);

  private TestImages() {}

  /** A picture with smooth parts, edges and texture. */
  static BufferedImage picture(int width, int height, int type) {
    Random random = new Random(width * 31L + height);
    BufferedImage image = new BufferedImage(width, height, type);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int noise = random.nextInt(24);
        int disc = Math.hypot(x - width / 3.0, y - height / 2.0) < height / 4.0 ? 90 : 0;
        int red = clamp(255 * x / width + noise);
        int green = clamp(200 * y / height + disc + noise / 2);
        int blue = clamp((int) (128 + 90 * Math.sin(x / 9.0) * Math.cos(y / 7.0)) + noise / 3);
        image.setRGB(x, y, 0xff000000 | red << 16 | green << 8 | blue);
      }
    }
    return image;
  }

  private static int clamp(int value) {
    return Math.max(0, Math.min(255, value));
  }

  static byte[] encoded(BufferedImage image, String format) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    if (!ImageIO.write(image, format, out)) {
      throw new IOException("no writer of " + format);
    }
    return out.toByteArray();
  }

  static byte[] jpeg(BufferedImage image, boolean progressive, float quality) throws IOException {
    ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ImageOutputStream stream = ImageIO.createImageOutputStream(out)) {
      ImageWriteParam param = writer.getDefaultWriteParam();
      param.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
      param.setCompressionQuality(quality);
      param.setProgressiveMode(
          progressive ? ImageWriteParam.MODE_DEFAULT : ImageWriteParam.MODE_DISABLED);
      writer.setOutput(stream);
      writer.write(null, new IIOImage(image, null, null), param);
    } finally {
      writer.dispose();
    }
    return out.toByteArray();
  }

  /** WebP by OpenCV's encoder; lossless above quality 100. */
  static byte[] webp(int width, int height, byte[] bgra, int channels, int quality) {
    try (BytePointer pixels = new BytePointer(bgra);
        Mat mat = new Mat(height, width, opencv_core.CV_8UC(channels), pixels);
        BytePointer out = new BytePointer();
        IntPointer options =
            new IntPointer(new int[] {opencv_imgcodecs.IMWRITE_WEBP_QUALITY, quality})) {
      opencv_imgcodecs.imencode(".webp", mat, out, options);
      byte[] encoded = new byte[(int) out.limit()];
      out.get(encoded);
      return encoded;
    }
  }

  /** An uncompressed RGB TIFF of one strip. */
  static byte[] tiff(
      int width, int height, int bits, int orientation, ByteOrder order, int... data) {
    int bytes = bits / 8;
    int[][] entries = {
      {256, 3, 1, width},
      {257, 3, 1, height},
      {258, 3, 3, 8},
      {259, 3, 1, 1},
      {262, 3, 1, 2},
      {273, 4, 1, 140},
      {274, 3, 1, orientation},
      {277, 3, 1, 3},
      {278, 3, 1, height},
      {279, 4, 1, data.length * bytes}
    };
    ByteBuffer file = ByteBuffer.allocate(140 + data.length * bytes).order(order);
    file.put((byte) (order == ByteOrder.LITTLE_ENDIAN ? 'I' : 'M'));
    file.put((byte) (order == ByteOrder.LITTLE_ENDIAN ? 'I' : 'M'));
    file.putShort((short) 42).putInt(14);
    file.putShort((short) bits).putShort((short) bits).putShort((short) bits); // at 8
    file.putShort((short) entries.length);
    for (int[] entry : entries) {
      file.putShort((short) entry[0]).putShort((short) entry[1]).putInt(entry[2]);
      if (entry[1] == 3 && entry[2] == 1) {
        file.putShort((short) entry[3]).putShort((short) 0);
      } else {
        file.putInt(entry[3]);
      }
    }
    file.putInt(0);
    for (int value : data) {
      if (bits == 16) {
        file.putShort((short) value);
      } else {
        file.put((byte) value);
      }
    }
    return file.array();
  }

  /** Red, green and blue of every pixel of the decoded image, row by row, unsigned. */
  static int[] decoded(byte[] encoded) throws ImageRejectedException {
    try (RgbImage image = DECODER.decode(ByteBuffer.wrap(encoded))) {
      return unsigned(image.pixels());
    }
  }

  static int[] unsigned(ByteBuffer pixels) {
    int[] values = new int[pixels.remaining()];
    for (int i = 0; i < values.length; i++) {
      values[i] = pixels.get(pixels.position() + i) & 255;
    }
    return values;
  }

  /** What the JDK decodes, composed over white. */
  static int[] byJdk(byte[] encoded) throws IOException {
    BufferedImage image = ImageIO.read(new ByteArrayInputStream(encoded));
    int[] values = new int[image.getWidth() * image.getHeight() * 3];
    int i = 0;
    for (int y = 0; y < image.getHeight(); y++) {
      for (int x = 0; x < image.getWidth(); x++) {
        int argb = image.getRGB(x, y);
        if (image.getType() == BufferedImage.TYPE_BYTE_GRAY) { // else the JDK applies a gamma
          argb = 0xff000000 | image.getRaster().getSample(x, y, 0) * 0x010101;
        }
        for (int shift = 16; shift >= 0; shift -= 8) {
          values[i++] = overWhite(argb >> shift & 255, argb >>> 24);
        }
      }
    }
    return values;
  }

  static int overWhite(int colour, int alpha) {
    return (int) Math.floor((colour * alpha + 255.0 * (255 - alpha)) / 255 + 0.5);
  }

  static void assertRejected(ImageRejectedException.Reason reason, byte[] encoded) {
    ImageRejectedException e =
        assertThrows(
            ImageRejectedException.class, () -> DECODER.decode(ByteBuffer.wrap(encoded)).close());
    assertEquals(reason, e.reason(), e.getMessage());
  }
}
