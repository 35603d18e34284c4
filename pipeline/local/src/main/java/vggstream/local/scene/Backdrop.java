package vggstream.local.scene;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferInt;
import java.util.Random;

/** What is behind the thing: a soft colour gradient, and stripes, tiles or clouds over it. */
final class Backdrop {
  private static final int CLOUD_CELLS = 7;

  private enum Texture {
    CLOUDS,
    STRIPES,
    TILES,
    PLAIN
  }

  private final int[] rgb;
  private final int width;
  private final int height;

  Backdrop(Random random, int width, int height) {
    this.width = width;
    this.height = height;
    Texture texture = Texture.values()[random.nextInt(Texture.values().length)];
    float[] from = colour(random);
    float[] to = colour(random);
    double direction = random.nextDouble() * 2 * Math.PI;
    double across = random.nextDouble() * Math.PI;
    double period = (0.06 + 0.16 * random.nextDouble()) * height;
    double strength = 14 + 26 * random.nextDouble();
    double[][] clouds = new double[CLOUD_CELLS + 2][CLOUD_CELLS + 2];
    for (double[] row : clouds) {
      for (int i = 0; i < row.length; i++) {
        row[i] = random.nextDouble() * 2 - 1;
      }
    }
    rgb = new int[width * height];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        double u = (double) x / width - 0.5;
        double v = (double) y / height - 0.5;
        double t =
            Math.min(
                1, Math.max(0, 0.5 + 0.8 * (u * Math.cos(direction) + v * Math.sin(direction))));
        double along = (x * Math.cos(across) + y * Math.sin(across)) / period;
        double athwart = (y * Math.cos(across) - x * Math.sin(across)) / period;
        double wave =
            switch (texture) {
              case CLOUDS -> 1.6 * smooth(clouds, x, y);
              case STRIPES -> Math.sin(along * Math.PI);
              case TILES -> ((Math.floor(along) + Math.floor(athwart)) % 2 == 0) ? 0.7 : -0.7;
              case PLAIN -> 0.3 * smooth(clouds, x, y);
            };
        int pixel = 0;
        for (int c = 0; c < 3; c++) {
          double value = from[c] * (1 - t) + to[c] * t + strength * wave;
          pixel = pixel << 8 | (int) Math.min(255, Math.max(0, value));
        }
        rgb[y * width + x] = pixel;
      }
    }
  }

  /** A dim colour, before which things stand out, 0..255 each. */
  private static float[] colour(Random random) {
    int hsb =
        Color.HSBtoRGB(
            random.nextFloat(),
            0.1f + 0.6f * random.nextFloat(),
            0.15f + 0.3f * random.nextFloat());
    return new float[] {hsb >> 16 & 255, hsb >> 8 & 255, hsb & 255};
  }

  /** Value noise: random values on a lattice, smoothly interpolated; -1..1. */
  private double smooth(double[][] lattice, int x, int y) {
    double gx = (double) x * CLOUD_CELLS / width;
    double gy = (double) y * CLOUD_CELLS / height;
    int ix = (int) gx;
    int iy = (int) gy;
    double fx = ease(gx - ix);
    double fy = ease(gy - iy);
    return (lattice[iy][ix] * (1 - fx) + lattice[iy][ix + 1] * fx) * (1 - fy)
        + (lattice[iy + 1][ix] * (1 - fx) + lattice[iy + 1][ix + 1] * fx) * fy;
  }

  private static double ease(double t) {
    return t * t * (3 - 2 * t);
  }

  int width() {
    return width;
  }

  int height() {
    return height;
  }

  /** A new image of it. */
  BufferedImage image() {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    int[] pixels = ((DataBufferInt) image.getRaster().getDataBuffer()).getData();
    System.arraycopy(rgb, 0, pixels, 0, rgb.length);
    return image;
  }

  /** Mean brightness (luma of BT.601), 0..255. */
  double brightness() {
    double sum = 0;
    for (int pixel : rgb) {
      sum += luma(pixel);
    }
    return sum / rgb.length;
  }

  static double luma(int rgb) {
    return 0.299 * (rgb >> 16 & 255) + 0.587 * (rgb >> 8 & 255) + 0.114 * (rgb & 255);
  }
}
