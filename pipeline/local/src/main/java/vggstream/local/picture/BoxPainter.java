package vggstream.local.picture;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.Rectangle;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import vggstream.localise.Box;

/**
 * Draws boxes, each with its class and probability, into an image. An outline is a line of the
 * mark's colour between two dark ones, so that it stands out from light and from dark; a caption is
 * white on a dark shade. Lines and letters grow with the image's smaller side. All is drawn inside
 * the box's edges and inside the image; a caption stands above its box, below, or else within it,
 * where it covers no other caption if possible.
 */
public final class BoxPainter {
  private static final Color DARK = new Color(10, 12, 16);
  private static final Color SHADE = new Color(10, 12, 16, 205);

  /** Pixels of the smaller side for each pixel of an outline's coloured line. */
  private static final int SIDE_PER_LINE = 150;

  /** Pixels of the smaller side for each pixel that a point of the font is scaled to. */
  private static final int SIDE_PER_POINT = 160;

  private static final int MOST_LINE = 16;
  private static final int MOST_SCALE = 16;

  private final BufferedImage image;
  private final int line;
  private final int rim;
  private final int scale;

  private BoxPainter(BufferedImage image) {
    this.image = image;
    int side = Math.min(image.getWidth(), image.getHeight());
    line = lineWidth(side);
    rim = Math.max(1, line / 2);
    scale = Math.min(MOST_SCALE, Math.max(1, Math.round((float) side / SIDE_PER_POINT)));
  }

  /** Pixels of the coloured line of an outline in an image of that smaller side. */
  static int lineWidth(int smallerSide) {
    return Math.min(MOST_LINE, Math.max(1, Math.round((float) smallerSide / SIDE_PER_LINE)));
  }

  /**
   * Draws the marks; the first ones lie on top.
   *
   * @param image RGB, is drawn into
   * @param marks boxes in the image's pixels; what of a box is outside the image is left out
   */
  public static void paint(BufferedImage image, List<Mark> marks) {
    new BoxPainter(image).paint(marks);
  }

  /** A mark, its outline and its caption. */
  private record Placed(Mark mark, Rectangle outline, String text, Rectangle caption) {}

  private void paint(List<Mark> marks) {
    List<Placed> placed = new ArrayList<>();
    for (Mark mark : marks) {
      placed.add(place(mark, placed));
    }
    Graphics2D g = image.createGraphics();
    try {
      for (int i = placed.size() - 1; i >= 0; i--) {
        if (placed.get(i).mark().box() != null) {
          outline(g, placed.get(i).outline(), placed.get(i).mark().colour());
        }
      }
      for (int i = placed.size() - 1; i >= 0; i--) {
        caption(g, placed.get(i));
      }
    } finally {
      g.dispose();
    }
  }

  private Placed place(Mark mark, List<Placed> before) {
    Rectangle outline = outline(mark);
    int padding = 2 * scale;
    int room = image.getWidth() - 2 * padding - line;
    String percent = mark.percent();
    String label = PixelFont.lettered(Mark.brief(mark.label()));
    String fitted =
        PixelFont.fitted(label, scale, room - PixelFont.width(" " + percent, scale) - scale);
    String text =
        fitted.isEmpty() ? PixelFont.fitted(percent, scale, room) : fitted + " " + percent;
    int width = PixelFont.width(text, scale) + 2 * padding + line;
    int height = PixelFont.height(scale) + 2 * padding;
    Rectangle best = null;
    int leastCovered = Integer.MAX_VALUE;
    int[] tops = {
      outline.y - height, outline.y + outline.height, outline.y, outline.y + outline.height - height
    };
    for (int top : tops) {
      int x = Math.max(0, Math.min(outline.x, image.getWidth() - width));
      int y = Math.max(0, Math.min(top, image.getHeight() - height));
      Rectangle place = new Rectangle(x, y, width, height);
      int covered = y == top ? 0 : 1; // moved: it lies across its own outline
      for (Placed other : before) {
        Rectangle common = place.intersection(other.caption());
        covered += common.isEmpty() ? 0 : 2 + common.width * common.height;
      }
      if (best == null || covered < leastCovered) {
        best = place;
        leastCovered = covered;
      }
    }
    return new Placed(mark, outline, text, best == null ? outline : best);
  }

  /** The whole pixels that a box touches, at least one, within the image. */
  private Rectangle outline(Mark mark) {
    Box box = mark.box();
    if (box == null) {
      return new Rectangle(0, 0, image.getWidth(), image.getHeight());
    }
    int x0 = within(Math.floor(box.xMin()), image.getWidth() - 1);
    int y0 = within(Math.floor(box.yMin()), image.getHeight() - 1);
    int x1 = within(Math.ceil(box.xMax()), image.getWidth());
    int y1 = within(Math.ceil(box.yMax()), image.getHeight());
    return new Rectangle(x0, y0, Math.max(1, x1 - x0), Math.max(1, y1 - y0));
  }

  private static int within(double value, int max) {
    return (int) Math.max(0, Math.min(max, value));
  }

  private void outline(Graphics2D g, Rectangle box, Color colour) {
    frame(g, box, 0, rim, DARK);
    frame(g, box, rim, line, colour);
    frame(g, box, rim + line, rim, DARK);
  }

  /** A frame so many pixels wide, so many inside the box's edges; as much of it as there is. */
  private static void frame(Graphics2D g, Rectangle box, int inside, int width, Color colour) {
    int x = box.x + inside;
    int y = box.y + inside;
    int w = box.width - 2 * inside;
    int h = box.height - 2 * inside;
    if (w <= 0 || h <= 0) {
      return;
    }
    g.setColor(colour);
    int across = Math.min(width, (w + 1) / 2);
    int down = Math.min(width, (h + 1) / 2);
    g.fillRect(x, y, w, down);
    g.fillRect(x, y + h - down, w, down);
    g.fillRect(x, y, across, h);
    g.fillRect(x + w - across, y, across, h);
  }

  private void caption(Graphics2D g, Placed placed) {
    if (placed.text().isEmpty()) {
      return;
    }
    Rectangle at = placed.caption();
    g.setColor(SHADE);
    g.fillRect(at.x, at.y, at.width, at.height);
    g.setColor(placed.mark().colour());
    g.fillRect(at.x, at.y, line, at.height);
    int padding = 2 * scale;
    PixelFont.draw(g, placed.text(), at.x + line + padding, at.y + padding, scale, Color.WHITE);
  }
}
