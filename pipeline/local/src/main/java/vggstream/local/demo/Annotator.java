package vggstream.local.demo;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import javax.imageio.ImageIO;
import vggstream.local.picture.BoxPainter;
import vggstream.local.picture.Mark;
import vggstream.local.picture.PixelFont;
import vggstream.local.scene.Frame;
import vggstream.schema.RankedLabel;

/** Writes into a frame what the network saw in it. */
final class Annotator {
  private static final Color RIGHT = new Color(0x2fbf71);
  private static final Color WRONG = new Color(0xff5a5f);
  private static final Color SHADE = new Color(10, 14, 20, 190);
  private static final int PADDING = 4;
  private static final int TEXT = 1;

  private Annotator() {}

  /**
   * The frame with the camera's name, the box, its class and probability, and a border that says
   * whether class and box are right, as JPEG.
   */
  static byte[] annotate(Sighting sighting) {
    BufferedImage image = decode(sighting.jpeg());
    int width = image.getWidth();
    int height = image.getHeight();
    Color colour = sighting.located() ? RIGHT : WRONG;
    RankedLabel best = sighting.best();
    BoxPainter.paint(
        image,
        List.of(
            new Mark(sighting.box().orElse(null), best.getLabel(), best.getProbability(), colour)));
    Graphics2D g = image.createGraphics();
    try {
      String where =
          "%s %04d".formatted(sighting.camera().toUpperCase(Locale.ROOT), sighting.number());
      int band = PixelFont.width(where, TEXT) + 2 * PADDING;
      g.setColor(SHADE);
      g.fillRect(
          width - band,
          height - PixelFont.height(TEXT) - 2 * PADDING,
          band,
          PixelFont.height(TEXT) + 2 * PADDING);
      PixelFont.draw(
          g,
          where,
          width - band + PADDING,
          height - PixelFont.height(TEXT) - PADDING,
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
