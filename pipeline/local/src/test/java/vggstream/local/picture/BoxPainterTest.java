package vggstream.local.picture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.Rectangle;
import java.awt.image.BufferedImage;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import vggstream.localise.Box;

class BoxPainterTest {
  private static final int GREEN = 0xff2fbf71;

  private static BufferedImage plain(int width, int height, int rgb) {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Graphics2D g = image.createGraphics();
    g.setColor(new Color(rgb));
    g.fillRect(0, 0, width, height);
    g.dispose();
    return image;
  }

  private static Mark mark(double x0, double y0, double x1, double y1) {
    return new Mark(new Box(x0, y0, x1, y1), "disc", 0.987, new Color(GREEN));
  }

  /** Contrast ratio of two colours, 1..21 (WCAG 2.1). */
  private static double contrast(int a, int b) {
    double light = Math.max(luminance(a), luminance(b));
    return (light + 0.05) / (Math.min(luminance(a), luminance(b)) + 0.05);
  }

  private static double luminance(int rgb) {
    double sum = 0;
    double[] weights = {0.2126, 0.7152, 0.0722};
    for (int c = 0; c < 3; c++) {
      double v = (rgb >> (16 - 8 * c) & 255) / 255.0;
      sum += weights[c] * (v <= 0.03928 ? v / 12.92 : Math.pow((v + 0.055) / 1.055, 2.4));
    }
    return sum;
  }

  /** The smallest rectangle that holds every pixel of a colour. */
  private static Rectangle bounds(BufferedImage image, int argb) {
    Rectangle found = new Rectangle(-1, -1);
    for (int y = 0; y < image.getHeight(); y++) {
      for (int x = 0; x < image.getWidth(); x++) {
        if (image.getRGB(x, y) == argb) {
          found.add(new Rectangle(x, y, 1, 1));
        }
      }
    }
    return found;
  }

  @ParameterizedTest
  @ValueSource(ints = {0xffffff, 0x000000, 0x808080, 0x2fbf71})
  void outlineStandsOutFromLightAndDarkAndItsOwnColour(int background) {
    BufferedImage image = plain(320, 240, background);
    BoxPainter.paint(image, List.of(mark(100, 80, 200, 180)));
    double strongest = 0;
    int previous = 0xff000000 | background;
    for (int x = 90; x < 120; x++) { // across the left edge
      int pixel = image.getRGB(x, 150);
      strongest = Math.max(strongest, contrast(previous, pixel));
      previous = pixel;
    }
    assertTrue(strongest >= 3, "contrast " + strongest);
  }

  @ParameterizedTest
  @ValueSource(ints = {0xffffff, 0x000000, 0x808080, 0xfde725})
  void captionIsReadOnAnyBackground(int background) {
    BufferedImage image = plain(320, 240, background);
    BoxPainter.paint(image, List.of(mark(100, 80, 200, 180)));
    // the shade behind the letters, one pixel above them
    int shade = image.getRGB(104, 80 - 1);
    assertTrue(contrast(shade, 0xffffffff) >= 7, "contrast " + contrast(shade, 0xffffffff));
    int letters = 0;
    for (int y = 55; y < 80; y++) {
      for (int x = 100; x < 230; x++) {
        letters += image.getRGB(x, y) == 0xffffffff ? 1 : 0;
      }
    }
    assertTrue(letters > 200, letters + " white pixels");
  }

  @Test
  void outlineLiesExactlyWithinTheBoxsEdges() {
    BufferedImage image = plain(320, 240, 0x808080);
    BoxPainter.paint(image, List.of(mark(100.4, 80.6, 200, 180)));
    assertEquals(0xff808080, image.getRGB(99, 150));
    assertTrue(image.getRGB(100, 150) != 0xff808080);
    assertTrue(image.getRGB(199, 150) != 0xff808080);
    assertEquals(0xff808080, image.getRGB(200, 150));
    assertTrue(image.getRGB(150, 179) != 0xff808080);
    assertEquals(0xff808080, image.getRGB(150, 180));
    assertEquals(0xff808080, image.getRGB(150, 130), "the inside stays");
  }

  @ParameterizedTest
  @CsvSource({"64,1", "300,2", "1200,8", "9000,16"})
  void lineGrowsWithTheImage(int side, int width) {
    assertEquals(width, BoxPainter.lineWidth(side));
  }

  @Test
  void partOutsideTheImageIsLeftOut() {
    BufferedImage image = plain(320, 240, 0x808080);
    BoxPainter.paint(image, List.of(mark(-50, -20, 900, 900)));
    Rectangle line = bounds(image, GREEN);
    assertTrue(line.x >= 0 && line.x <= 2 && line.y <= 2, line.toString());
    assertTrue(line.getMaxX() >= 318 && line.getMaxY() >= 238, line.toString());
  }

  @ParameterizedTest
  @CsvSource({"1,1", "3,200", "200,3", "12,12", "40,30"})
  void anyImageCanBeDrawnInto(int width, int height) {
    BufferedImage image = plain(width, height, 0xffffff);
    BoxPainter.paint(
        image,
        List.of(
            mark(0, 0, width, height),
            mark(width / 2.0, height / 2.0, width / 2.0, height / 2.0), // empty
            mark(width + 5, height + 5, width + 9, height + 9),
            new Mark(null, "a very long label indeed, and its synonym", 1, Color.RED)));
    assertTrue(bounds(image, 0xffffffff).width <= width);
  }

  @Test
  void captionsOfTwoBoxesDoNotCoverEachOther() {
    BufferedImage one = plain(320, 240, 0x808080);
    BufferedImage other = plain(320, 240, 0x808080);
    BufferedImage both = plain(320, 240, 0x808080);
    Mark first = mark(100, 80, 200, 180);
    Mark second = new Mark(new Box(98, 78, 204, 184), "ring", 0.3, Color.RED);
    BoxPainter.paint(one, List.of(first));
    BoxPainter.paint(other, List.of(second));
    BoxPainter.paint(both, List.of(first, second));
    assertEquals(white(one) + white(other), white(both));
  }

  private static int white(BufferedImage image) {
    int count = 0;
    for (int y = 0; y < image.getHeight(); y++) {
      for (int x = 0; x < image.getWidth(); x++) {
        count += image.getRGB(x, y) == 0xffffffff ? 1 : 0;
      }
    }
    return count;
  }

  @Test
  void firstMarkLiesOnTop() {
    BufferedImage image = plain(320, 240, 0x808080);
    Mark second = new Mark(new Box(100, 80, 200, 180), "ring", 0.3, Color.RED);
    BoxPainter.paint(image, List.of(mark(100, 80, 200, 180), second));
    assertEquals(100, bounds(image, GREEN).width, 4);
    assertEquals(GREEN, image.getRGB(150, 179 - 1));
  }

  @Test
  void labelOfWordNetIsSaidBriefly() {
    assertEquals("tench", Mark.brief("n01440764 tench, Tinca tinca"));
    assertEquals("crescent", Mark.brief("crescent"));
  }

  @Test
  void longTextEndsInDotsAndStrangeLettersLoseTheirAccents() {
    assertEquals("ABC", PixelFont.fitted("ABC", 2, PixelFont.width("ABC", 2)));
    String fitted = PixelFont.fitted("DIAMONDBACK", 2, 80);
    assertTrue(fitted.startsWith("D") && fitted.endsWith(".."), fitted);
    assertTrue(PixelFont.width(fitted, 2) <= 80, fitted);
    assertEquals("", PixelFont.fitted("DIAMONDBACK", 2, 5));
    assertEquals("BLASSE GROSSE", PixelFont.lettered("bl\u00e4sse gro\u00dfe"));
  }
}
