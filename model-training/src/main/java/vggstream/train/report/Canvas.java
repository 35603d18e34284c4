package vggstream.train.report;

import java.awt.Color;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;

/** A picture being drawn, without a screen. */
final class Canvas implements AutoCloseable {
  static final Color INK = new Color(0x22, 0x22, 0x22);
  static final Color FAINT = new Color(0x77, 0x77, 0x77);
  private static final Pattern WORDNET_ID = Pattern.compile("^n\\d{8} ");
  private static final String ELLIPSIS = "\u2026";

  private final BufferedImage image;
  private final Graphics2D graphics;

  Canvas(int width, int height) {
    System.setProperty("java.awt.headless", "true");
    image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    graphics = image.createGraphics();
    graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    graphics.setRenderingHint(
        RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
    fill(0, 0, width, height, Color.WHITE);
  }

  /** The pixels, to be written to. */
  BufferedImage image() {
    return image;
  }

  Graphics2D graphics() {
    return graphics;
  }

  void fill(int x, int y, int width, int height, Color colour) {
    graphics.setColor(colour);
    graphics.fillRect(x, y, width, height);
  }

  void font(int size, boolean bold) {
    graphics.setFont(new Font(Font.SANS_SERIF, bold ? Font.BOLD : Font.PLAIN, size));
  }

  int width(String text) {
    return graphics.getFontMetrics().stringWidth(text);
  }

  /** Text with its baseline at y. */
  void text(String text, int x, int y, Color colour) {
    graphics.setColor(colour);
    graphics.drawString(text, x, y);
  }

  void centred(String text, int x, int y, Color colour) {
    FontMetrics metrics = graphics.getFontMetrics();
    text(text, x - metrics.stringWidth(text) / 2, y + metrics.getAscent() / 2 - 1, colour);
  }

  /** A label as people say it: {@code n01440764 tench, Tinca tinca} is a tench. */
  static String brief(String label) {
    String words = WORDNET_ID.matcher(label).replaceFirst("");
    int comma = words.indexOf(',');
    return comma > 0 ? words.substring(0, comma) : words;
  }

  /** The text, or as much of its beginning as fits. */
  String fitted(String text, int width) {
    if (width(text) <= width) {
      return text;
    }
    int end = text.length();
    while (end > 0 && width(text.substring(0, end) + ELLIPSIS) > width) {
      end--;
    }
    return text.substring(0, end).stripTrailing() + ELLIPSIS;
  }

  byte[] png() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ImageIO.write(image, "png", bytes);
    return bytes.toByteArray();
  }

  @Override
  public void close() {
    graphics.dispose();
  }
}
