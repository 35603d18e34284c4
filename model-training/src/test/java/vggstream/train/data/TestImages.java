package vggstream.train.data;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import vggstream.image.ImageEncoder;
import vggstream.image.Size;

/** Makes small image files for tests. */
public final class TestImages {
  private TestImages() {}

  /** Writes a PNG of one colour. */
  public static void plain(Path file, Size size, int red, int green, int blue) throws IOException {
    ByteBuffer rgb = ByteBuffer.allocate((int) size.pixels() * 3);
    while (rgb.hasRemaining()) {
      rgb.put((byte) red).put((byte) green).put((byte) blue);
    }
    write(file, rgb.flip(), size);
  }

  /** Writes a PNG of noise around a colour that tells the class. */
  public static void noisy(Path file, Size size, int classIndex, long seed) throws IOException {
    Random random = new Random(seed * 31 + classIndex);
    ByteBuffer rgb = ByteBuffer.allocate((int) size.pixels() * 3);
    while (rgb.hasRemaining()) {
      for (int c = 0; c < 3; c++) {
        int base = (classIndex + 1 >> c & 1) == 1 ? 200 : 60;
        rgb.put((byte) Math.max(0, Math.min(255, (int) (base + 40 * random.nextGaussian()))));
      }
    }
    write(file, rgb.flip(), size);
  }

  /** A folder of {@code classes} classes "c0", "c1" ... with {@code each} noisy images a class. */
  public static Path folder(Path root, int classes, int each, int side) throws IOException {
    for (int c = 0; c < classes; c++) {
      for (int i = 0; i < each; i++) {
        noisy(root.resolve("c" + c + "/" + i + ".png"), new Size(side, side + i % 3), c, i);
      }
    }
    return root;
  }

  private static void write(Path file, ByteBuffer rgb, Size size) throws IOException {
    Files.createDirectories(file.getParent());
    Files.write(file, ImageEncoder.png(rgb, size));
  }
}
