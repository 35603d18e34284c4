package vggstream.local.scene;

import java.awt.AlphaComposite;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.GradientPaint;
import java.awt.Graphics2D;
import java.awt.Paint;
import java.awt.RenderingHints;
import java.awt.Shape;
import java.awt.Stroke;
import java.awt.geom.AffineTransform;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.awt.image.DataBufferInt;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import vggstream.localise.Box;

/** One thing that drifts, turns and breathes before a backdrop. */
final class Scene {
  /** By how much a thing is brighter than the backdrop, at least, of 255. */
  private static final double MIN_CONTRAST = 55;

  /** Width of an outline, of the thing's radius. */
  private static final double OUTLINE_WIDTH = 0.06;

  private final Backdrop backdrop;
  private final Thing thing;
  private final Color lit;
  private final Color shaded;
  private final boolean outlined;
  private final double radius;
  private final double angle;
  private final double spin;
  private final double phaseX;
  private final double phaseY;
  private final double grain;
  private final long grainSeed;

  Scene(Random random, Thing thing, Backdrop backdrop) {
    this.backdrop = backdrop;
    this.thing = thing;
    double behind = backdrop.brightness();
    int colour;
    do {
      colour =
          Color.HSBtoRGB(
              random.nextFloat(),
              0.1f + 0.8f * random.nextFloat(),
              0.7f + 0.3f * random.nextFloat());
    } while (Backdrop.luma(colour) - behind < MIN_CONTRAST);
    Color base = new Color(colour);
    lit = mix(base, Color.WHITE, 0.25);
    shaded = mix(base, Color.BLACK, 0.15);
    outlined = random.nextInt(3) == 0;
    radius = (0.22 + 0.15 * random.nextDouble()) * backdrop.height();
    angle = random.nextDouble() * 2 * Math.PI;
    spin = (random.nextDouble() * 2 - 1) * Math.PI;
    phaseX = random.nextDouble() * 2 * Math.PI;
    phaseY = random.nextDouble() * 2 * Math.PI;
    grain = 3 + 7 * random.nextDouble();
    grainSeed = random.nextLong();
  }

  /** The scene at a moment, 0 (it begins) to 1 (it ends). */
  Frame at(double moment) {
    int width = backdrop.width();
    int height = backdrop.height();
    double size = radius * (1 + 0.1 * Math.sin(2 * Math.PI * moment + phaseY));
    double roomX = Math.max(0, Math.min(width / 2.0 - size, 0.16 * width));
    double roomY = Math.max(0, Math.min(height / 2.0 - size, 0.14 * height));
    double centreX = width / 2.0 + roomX * Math.sin(2 * Math.PI * moment + phaseX);
    double centreY = height / 2.0 + roomY * Math.sin(4 * Math.PI * moment + phaseY);
    Shape shape = thing.at(centreX, centreY, size, angle + spin * moment);
    Stroke outline = outlined ? new BasicStroke((float) (OUTLINE_WIDTH * size)) : null;

    BufferedImage image = backdrop.image();
    Graphics2D g = image.createGraphics();
    try {
      g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
      double fall = 0.08 * size;
      g.setComposite(AlphaComposite.getInstance(AlphaComposite.SRC_OVER, 0.3f));
      g.setPaint(Color.BLACK);
      g.fill(AffineTransform.getTranslateInstance(fall, fall).createTransformedShape(shape));
      g.setComposite(AlphaComposite.SrcOver);
      draw(
          g,
          shape,
          new GradientPaint(
              (float) (centreX - size),
              (float) (centreY - size),
              lit,
              (float) (centreX + size),
              (float) (centreY + size),
              shaded),
          outline,
          mix(shaded, Color.BLACK, 0.5));
    } finally {
      g.dispose();
    }
    addGrain(image, new Random(grainSeed + Math.round(moment * 1e6)));
    return new Frame(image, thing, box(shape, outline, width, height));
  }

  /** The noise of a camera's sensor. */
  private void addGrain(BufferedImage image, Random random) {
    int[] pixels = ((DataBufferInt) image.getRaster().getDataBuffer()).getData();
    for (int i = 0; i < pixels.length; i++) {
      // the sum of two uniform draws is close enough to a bell
      int bits = random.nextInt();
      int noise = (int) (grain * (((bits >>> 16) + (bits & 0xffff)) / 65_536.0 - 1));
      int pixel = pixels[i];
      pixels[i] =
          clamp((pixel >> 16 & 255) + noise) << 16
              | clamp((pixel >> 8 & 255) + noise) << 8
              | clamp((pixel & 255) + noise);
    }
  }

  /** The smallest box that holds every pixel that a thing covers at least half of. */
  static Box box(Shape shape, @Nullable Stroke outline, int width, int height) {
    BufferedImage coverage = new BufferedImage(width, height, BufferedImage.TYPE_BYTE_GRAY);
    Graphics2D g = coverage.createGraphics();
    try {
      g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
      draw(g, shape, Color.WHITE, outline, Color.WHITE);
    } finally {
      g.dispose();
    }
    byte[] covered = ((DataBufferByte) coverage.getRaster().getDataBuffer()).getData();
    int left = width;
    int top = height;
    int right = -1;
    int bottom = -1;
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        if ((covered[y * width + x] & 255) >= 128) {
          left = Math.min(left, x);
          right = Math.max(right, x);
          top = Math.min(top, y);
          bottom = y;
        }
      }
    }
    return new Box(left, top, right + 1.0, bottom + 1.0);
  }

  private static void draw(
      Graphics2D g, Shape shape, Paint fill, @Nullable Stroke outline, Color edge) {
    g.setPaint(fill);
    g.fill(shape);
    if (outline != null) {
      g.setStroke(outline);
      g.setPaint(edge);
      g.draw(shape);
    }
  }

  private static int clamp(int value) {
    return Math.min(255, Math.max(0, value));
  }

  private static Color mix(Color a, Color b, double share) {
    return new Color(
        (int) (a.getRed() * (1 - share) + b.getRed() * share),
        (int) (a.getGreen() * (1 - share) + b.getGreen() * share),
        (int) (a.getBlue() * (1 - share) + b.getBlue() * share));
  }
}
