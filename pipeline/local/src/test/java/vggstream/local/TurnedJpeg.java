package vggstream.local;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** JPEG files as cameras write them that were held turned. */
public final class TurnedJpeg {
  private TurnedJpeg() {}

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
