package vggstream.local.demo;

import java.awt.Color;
import java.awt.Graphics2D;
import java.util.Map;

/**
 * Capital letters, digits and a few signs of 5 x 7 points, as cameras write into their pictures; so
 * that frames are annotated where no fonts are installed.
 */
final class PixelFont {
  private static final int COLUMNS = 5;
  private static final int ROWS = 7;

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
          Map.entry(' ', "00000000000000"));

  private PixelFont() {}

  /** Pixels that a text takes, each point scaled to so many. */
  static int width(String text, int scale) {
    return text.length() * (COLUMNS + 1) * scale;
  }

  /** Draws a text with its upper left corner at a place; what has no glyph stays blank. */
  static void draw(Graphics2D g, String text, int x, int y, int scale, Color colour) {
    g.setColor(colour);
    for (int i = 0; i < text.length(); i++) {
      String glyph = GLYPHS.get(text.charAt(i));
      for (int row = 0; glyph != null && row < ROWS; row++) {
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
