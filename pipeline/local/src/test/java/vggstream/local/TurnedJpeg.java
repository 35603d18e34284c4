package vggstream.local;

import java.awt.image.BufferedImage;
import java.nio.ByteBuffer;
import java.util.Arrays;
import vggstream.local.scene.Frame;

/** JPEG files as cameras write them that were held turned. */
public final class TurnedJpeg {
  private TurnedJpeg() {}

  /**
   * An image as a camera stores it that was held so that the file needs this orientation.
   *
   * @param upright RGB
   * @param orientation 1..8
   */
  public static byte[] of(BufferedImage upright, int orientation) {
    int width = upright.getWidth();
    int height = upright.getHeight();
    boolean turned = orientation >= 5;
    BufferedImage stored =
        new BufferedImage(
            turned ? height : width, turned ? width : height, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int left = width - 1 - x;
        int up = height - 1 - y;
        int[] at =
            switch (orientation) {
              case 1 -> new int[] {x, y};
              case 2 -> new int[] {left, y};
              case 3 -> new int[] {left, up};
              case 4 -> new int[] {x, up};
              case 5 -> new int[] {y, x};
              case 6 -> new int[] {y, left};
              case 7 -> new int[] {up, left};
              case 8 -> new int[] {up, x};
              default ->
                  throw new IllegalArgumentException(
                      "orientation must be within 1..8: was " + orientation);
            };
        stored.setRGB(at[0], at[1], upright.getRGB(x, y));
      }
    }
    return withOrientation(Frame.toJpeg(stored), orientation);
  }

  /**
   * The file with an EXIF orientation.
   *
   * @param jpeg without EXIF
   * @param orientation 1..8
   */
  public static byte[] withOrientation(byte[] jpeg, int orientation) {
    byte[] tiff =
        ByteBuffer.allocate(26)
            .put(new byte[] {'M', 'M', 0, 42, 0, 0, 0, 8}) // big-endian, first directory at 8
            .putShort((short) 1) // one entry
            .putShort((short) 0x0112) // orientation
            .putShort((short) 3) // SHORT
            .putInt(1)
            .putShort((short) orientation)
            .putShort((short) 0)
            .putInt(0) // no further directory
            .array();
    ByteBuffer file = ByteBuffer.allocate(jpeg.length + 4 + 6 + tiff.length);
    file.put(jpeg, 0, 2); // start of image
    file.putShort((short) 0xffe1).putShort((short) (2 + 6 + tiff.length));
    file.put(new byte[] {'E', 'x', 'i', 'f', 0, 0}).put(tiff);
    file.put(Arrays.copyOfRange(jpeg, 2, jpeg.length));
    return file.array();
  }
}
