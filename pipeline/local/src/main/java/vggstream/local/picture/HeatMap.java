package vggstream.local.picture;

import java.awt.image.BufferedImage;
import java.nio.FloatBuffer;
import vggstream.image.Size;
import vggstream.model.ModelCard;

/**
 * How probable a class is at each window of an image: the soft-max, position by position, of a
 * score map (K, h, w). As an overlay, the image in shades of grey shines through colours from dark
 * blue (0) to yellow (1).
 */
public final class HeatMap {
  /** Share of the colour in a pixel; the rest is the image. */
  static final double ALPHA = 0.55;

  private final double[] values; // (h, w), 0..1
  private final int height;
  private final int width;
  private final Size rescaled;
  private final int stride;
  private final int cropSide;

  private HeatMap(double[] values, int height, int width, Size rescaled, int stride, int cropSide) {
    this.values = values;
    this.height = height;
    this.width = width;
    this.rescaled = rescaled;
    this.stride = stride;
    this.cropSide = cropSide;
  }

  /**
   * The map of one class.
   *
   * @param scoreMap (K, h, w), before soft-max, from position 0 on
   * @param card of the network
   * @param rescaled size of the image that the network saw
   * @param classIndex within 0..K-1
   */
  public static HeatMap of(FloatBuffer scoreMap, ModelCard card, Size rescaled, int classIndex) {
    if (classIndex < 0 || classIndex >= card.classCount()) {
      throw new IllegalArgumentException(
          "classIndex must be within 0..%d: was %d".formatted(card.classCount() - 1, classIndex));
    }
    int height = card.mapSide(rescaled.height());
    int width = card.mapSide(rescaled.width());
    int positions = height * width;
    double[] values = new double[positions]; // (h, w)
    for (int p = 0; p < positions; p++) {
      double score = scoreMap.get(classIndex * positions + p);
      double z = 0;
      for (int k = 0; k < card.classCount(); k++) {
        z += Math.exp(scoreMap.get(k * positions + p) - score);
      }
      values[p] = 1 / z; // infinite z: the class is hopeless there
    }
    return new HeatMap(values, height, width, rescaled, card.stride(), card.cropSide());
  }

  /** Positions down and across. */
  int positions() {
    return values.length;
  }

  /**
   * The value at a place of the image, 0..1: linear between the centres of the windows, constant
   * beyond the outermost ones.
   *
   * @param x as a share of the image's width, 0..1
   * @param y as a share of its height, 0..1
   */
  double at(double x, double y) {
    double column = place(x * rescaled.width(), width);
    double row = place(y * rescaled.height(), height);
    int left = (int) column;
    int top = (int) row;
    int right = Math.min(width - 1, left + 1);
    int bottom = Math.min(height - 1, top + 1);
    double across = column - left;
    double down = row - top;
    return (values[top * width + left] * (1 - across) + values[top * width + right] * across)
            * (1 - down)
        + (values[bottom * width + left] * (1 - across) + values[bottom * width + right] * across)
            * down;
  }

  /** From pixels of the rescaled image to positions of the map. */
  private double place(double pixel, int positions) {
    return Math.max(0, Math.min(positions - 1, (pixel - cropSide / 2.0) / stride));
  }

  /** Lays the map over the image that it is of, whatever the size it is drawn at. */
  public void overlay(BufferedImage image) {
    int imageWidth = image.getWidth();
    int imageHeight = image.getHeight();
    int[] row = new int[imageWidth];
    for (int y = 0; y < imageHeight; y++) {
      image.getRGB(0, y, imageWidth, 1, row, 0, imageWidth);
      double v = (y + 0.5) / imageHeight;
      for (int x = 0; x < imageWidth; x++) {
        row[x] = blend(row[x], Viridis.rgb(at((x + 0.5) / imageWidth, v)));
      }
      image.setRGB(0, y, imageWidth, 1, row, 0, imageWidth);
    }
  }

  private static int blend(int rgb, int colour) {
    double gray = 0.299 * (rgb >> 16 & 255) + 0.587 * (rgb >> 8 & 255) + 0.114 * (rgb & 255);
    int mixed = 0xff;
    for (int shift = 16; shift >= 0; shift -= 8) {
      mixed = mixed << 8 | (int) Math.round(gray * (1 - ALPHA) + (colour >> shift & 255) * ALPHA);
    }
    return mixed;
  }
}
