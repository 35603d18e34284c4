package vggstream.local.picture;

import java.awt.Color;
import java.awt.Graphics2D;
import java.text.Normalizer;
import java.util.Locale;
import java.util.Map;

/**
 * Capital letters, digits and a few signs of 5 x 7 points, as cameras write into their pictures; so
 * that images are annotated where no fonts are installed.
 */
public final class PixelFont {
  private static final int COLUMNS = 5;
  private static final int ROWS = 7;

  /** Stands for each character that the font has not. */
  private static final String UNKNOWN = "1f11111111111f";

  private static final String DOTS = "..";

  /** Seven rows from the top, each two hexadecimal digits: the lower five bits from the left. */
  private static final Map<Character, String> GLYPHS =
      Map.ofEntries(
          Map.entry('A', "0e11111f111111"),
          Map.entry('B', "1e11111e11111e"),
          Map.entry('C', "0e11101010110e"),
          Map.entry('D', "1e11111111111e"),
          Map.entry('E', "1f10101e10101f"),
          Map.entry('F', "1f10101e101010"),
          Map.entry('G', "0e11101711110f"),
          Map.entry('H', "1111111f111111"),
          Map.entry('I', "0e04040404040e"),
          Map.entry('J', "0702020202120c"),
          Map.entry('K', "11121418141211"),
          Map.entry('L', "1010101010101f"),
          Map.entry('M', "111b1515111111"),
          Map.entry('N', "11111915131111"),
          Map.entry('O', "0e11111111110e"),
          Map.entry('P', "1e11111e101010"),
          Map.entry('Q', "0e11111115120d"),
          Map.entry('R', "1e11111e141211"),
          Map.entry('S', "0f10100e01011e"),
          Map.entry('T', "1f040404040404"),
          Map.entry('U', "1111111111110e"),
          Map.entry('V', "11111111110a04"),
          Map.entry('W', "1111111515150a"),
          Map.entry('X', "11110a040a1111"),
          Map.entry('Y', "1111110a040404"),
          Map.entry('Z', "1f01020408101f"),
          Map.entry('0', "0e11131519110e"),
          Map.entry('1', "040c040404040e"),
          Map.entry('2', "0e11010204081f"),
          Map.entry('3', "1f02040201110e"),
          Map.entry('4', "02060a121f0202"),
          Map.entry('5', "1f101e0101110e"),
          Map.entry('6', "0608101e11110e"),
          Map.entry('7', "1f010204080808"),
          Map.entry('8', "0e11110e11110e"),
          Map.entry('9', "0e11110f01020c"),
          Map.entry('.', "00000000000c0c"),
          Map.entry('%', "18190204081303"),
          Map.entry('-', "0000001f000000"),
          Map.entry('/', "00010204081000"),
          Map.entry(',', "0000000000040c"),
          Map.entry('\'', "04040800000000"),
          Map.entry('"', "0a0a0000000000"),
          Map.entry('(', "02040808080402"),
          Map.entry(')', "08040202020408"),
          Map.entry(':', "00040000000400"),
          Map.entry('_', "0000000000001f"),
          Map.entry('+', "0004041f040400"),
          Map.entry('&', "0c12140815120d"),
          Map.entry('!', "04040404040004"),
          Map.entry('?', "0e110102040004"),
          Map.entry('#', "0a0a1f0a1f0a0a"),
          Map.entry('=', "00001f001f0000"),
          Map.entry(' ', "00000000000000"));

  private PixelFont() {}

  /** The text in the font's letters: capitals, without accents. */
  public static String lettered(String text) {
    return Normalizer.normalize(text.toUpperCase(Locale.ROOT), Normalizer.Form.NFKD)
        .replaceAll("\\p{M}", "");
  }

  /** Pixels that a text takes, each point scaled to so many. */
  public static int width(String text, int scale) {
    return Math.max(0, text.length() * (COLUMNS + 1) - 1) * scale;
  }

  /** Pixels that a line takes, from the top of its letters to their foot. */
  public static int height(int scale) {
    return ROWS * scale;
  }

  /** The text, or as much of its beginning as fits with two dots behind; empty if not even that. */
  public static String fitted(String text, int scale, int width) {
    if (width(text, scale) <= width) {
      return text;
    }
    for (int length = text.length() - 1; length > 0; length--) {
      String shorter = text.substring(0, length).stripTrailing() + DOTS;
      if (width(shorter, scale) <= width) {
        return shorter;
      }
    }
    return "";
  }

  /** Draws a text, {@link #lettered}, with its upper left corner at a place. */
  public static void draw(Graphics2D g, String text, int x, int y, int scale, Color colour) {
    g.setColor(colour);
    for (int i = 0; i < text.length(); i++) {
      String glyph = GLYPHS.getOrDefault(text.charAt(i), UNKNOWN);
      for (int row = 0; row < ROWS; row++) {
        int bits = Integer.parseInt(glyph.substring(2 * row, 2 * row + 2), 16);
        for (int column = 0; column < COLUMNS; column++) {
          if ((bits >> (COLUMNS - 1 - column) & 1) == 1) {
            g.fillRect(x + (i * (COLUMNS + 1) + column) * scale, y + row * scale, scale, scale);
          }
        }
      }
    }
  }
}
