package vggstream.local.picture;

import java.awt.Color;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import vggstream.localise.Box;

/**
 * A class that was seen, to be drawn.
 *
 * @param box where, in pixels of the image; null: in the image as a whole
 * @param label of the class
 * @param probability of the class, 0..1
 * @param colour of the outline
 */
public record Mark(@Nullable Box box, String label, double probability, Color colour) {
  private static final Pattern WORDNET_ID = Pattern.compile("^n\\d{8} ");

  /** Colours by rank that the colour-blind tell apart too (Okabe and Ito, 2008). */
  private static final Color[] BY_RANK = {
    new Color(0xf0e442), // yellow
    new Color(0x56b4e9), // sky blue
    new Color(0xe69f00), // orange
    new Color(0x009e73), // bluish green
    new Color(0xcc79a7), // reddish purple
  };

  public Mark {
    if (!(probability >= 0 && probability <= 1)) {
      throw new IllegalArgumentException("probability must be within 0..1: was " + probability);
    }
  }

  /** A colour of its own for each of the first five classes. */
  public static Color colourOfRank(int rank) {
    if (rank < 1) {
      throw new IllegalArgumentException("rank must be at least 1: was " + rank);
    }
    return BY_RANK[(rank - 1) % BY_RANK.length];
  }

  /** A label as people say it: {@code n01440764 tench, Tinca tinca} is a tench. */
  public static String brief(String label) {
    String words = WORDNET_ID.matcher(label).replaceFirst("");
    int comma = words.indexOf(',');
    return comma > 0 ? words.substring(0, comma) : words;
  }

  /** The probability as people say it. */
  String percent() {
    return String.format(Locale.ROOT, "%.1f%%", 100 * probability);
  }
}
