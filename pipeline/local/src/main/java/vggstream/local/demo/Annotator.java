package vggstream.local.demo;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Locale;
import javax.imageio.ImageIO;
import vggstream.local.picture.PixelFont;
import vggstream.local.scene.Frame;

/** Writes into a frame what the network saw in it. */
final class Annotator {
  private static final Color RIGHT = new Color(0x2fbf71);
  private static final Color WRONG = new Color(0xff5a5f);
  private static final Color SHADE = new Color(10, 14, 20, 190);
  private static final int BAND = 24;
  private static final int TEXT = 2;

  private Annotator() {}

  /** The frame with a caption and a border that says right or wrong, as JPEG. */
  static byte[] annotate(Sighting sighting) {
    BufferedImage image = decode(sighting.jpeg());
    int width = image.getWidth();
    int height = image.getHeight();
    Color colour = sighting.right() ? RIGHT : WRONG;
    Graphics2D g = image.createGraphics();
    try {
      g.setColor(SHADE);
      g.fillRect(0, height - BAND, width, BAND);
      String where =
          "%s %04d".formatted(sighting.camera().toUpperCase(Locale.ROOT), sighting.number());
      g.fillRect(0, 0, PixelFont.width(where, TEXT) + 12, BAND);
      int meter = Math.round(sighting.best().getProbability() * (width - 8));
      g.setColor(colour);
      g.fillRect(4, height - 4, meter, 2);
      PixelFont.draw(g, where, 6, 5, TEXT, Color.WHITE);
      PixelFont.draw(
          g,
          sighting.best().getLabel().toUpperCase(Locale.ROOT),
          6,
          height - BAND + 4,
          TEXT,
          Color.WHITE);
      String percent = String.format(Locale.ROOT, "%.1f%%", 100 * sighting.best().getProbability());
      PixelFont.draw(
          g,
          percent,
          width - PixelFont.width(percent, TEXT) - 6,
          height - BAND + 4,
          TEXT,
          Color.WHITE);
      g.setColor(colour);
      g.drawRect(0, 0, width - 1, height - 1);
      g.drawRect(1, 1, width - 3, height - 3);
    } finally {
      g.dispose();
    }
    return Frame.toJpeg(image);
  }

  private static BufferedImage decode(byte[] jpeg) {
    try {
      BufferedImage image = ImageIO.read(new ByteArrayInputStream(jpeg));
      if (image == null) {
        throw new IllegalArgumentException("not a JPEG that this Java reads");
      }
      return image;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
