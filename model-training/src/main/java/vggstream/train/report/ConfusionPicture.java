package vggstream.train.report;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.geom.AffineTransform;
import java.io.IOException;
import java.util.Locale;
import vggstream.train.evaluate.ConfusionMatrix;

/**
 * A confusion matrix as a picture: rows are true classes, columns predicted ones, a cell's colour
 * is its share of its row. Labels and counts are written where there is room for them; of many
 * classes several share a pixel.
 */
public final class ConfusionPicture {
  private static final int SIDE = 1000; // of the matrix, at most, pixels
  private static final int CELL = 64; // of one class, at most, pixels
  private static final int LABELLED = 12; // smallest cell with labels, pixels
  private static final int COUNTED = 26; // smallest cell with counts, pixels
  private static final int MOST_LABEL = 240; // pixels
  private static final int TOP = 70;
  private static final int MARGIN = 24;
  private static final int SCALE = 110; // width of the colours' scale

  private final ConfusionMatrix matrix;
  private final String title;
  private final int classes;
  private final int cells; // along a side
  private final double cell; // pixels

  private ConfusionPicture(ConfusionMatrix matrix, String title) {
    this.matrix = matrix;
    this.title = title;
    this.classes = matrix.labels().size();
    this.cells = Math.min(classes, SIDE);
    this.cell = Math.min(CELL, (double) SIDE / cells);
  }

  /** Draws it; the title stands above. */
  public static byte[] png(ConfusionMatrix matrix, String title) throws IOException {
    return new ConfusionPicture(matrix, title).draw();
  }

  private byte[] draw() throws IOException {
    int label = cell >= LABELLED ? labelWidth() : 0;
    int side = (int) Math.ceil(cell * cells);
    int left = MARGIN + 24 + label;
    int width = Math.max(left + side + SCALE, 560);
    int height = TOP + side + label + MARGIN + 30;
    try (Canvas canvas = new Canvas(width, height)) {
      canvas.font(16, true);
      canvas.text(canvas.fitted(title, width - 2 * MARGIN), MARGIN, 30, Canvas.INK);
      canvas.font(12, false);
      canvas.text(
          "colour: share of the images of a true class that were given a predicted class"
              + (cell >= COUNTED ? "; numbers: images" : ""),
          MARGIN,
          52,
          Canvas.FAINT);
      cells(canvas, left);
      if (label > 0) {
        labels(canvas, left, side, label);
      }
      axes(canvas, left, side, label);
      scale(canvas, left + side + 24, Math.min(side, 200));
      return canvas.png();
    }
  }

  private int labelWidth() {
    try (Canvas canvas = new Canvas(1, 1)) {
      canvas.font(fontSize(), false);
      return Math.min(
          MOST_LABEL,
          matrix.labels().stream().map(Canvas::brief).mapToInt(canvas::width).max().orElse(0) + 8);
    }
  }

  private int fontSize() {
    return (int) Math.max(9, Math.min(13, cell - 3));
  }

  private void cells(Canvas canvas, int left) {
    double[][] count = new double[cells][cells];
    double[] row = new double[cells];
    for (int truth = 0; truth < classes; truth++) {
      for (int predicted = 0; predicted < classes; predicted++) {
        int n = matrix.count(truth, predicted);
        count[place(truth)][place(predicted)] += n;
        row[place(truth)] += n;
      }
    }
    canvas.font(fontSize(), false);
    for (int y = 0; y < cells; y++) {
      for (int x = 0; x < cells; x++) {
        double share = row[y] == 0 ? 0 : count[y][x] / row[y];
        int x0 = left + (int) Math.round(x * cell);
        int y0 = TOP + (int) Math.round(y * cell);
        int w = left + (int) Math.round((x + 1) * cell) - x0;
        int h = TOP + (int) Math.round((y + 1) * cell) - y0;
        canvas.fill(x0, y0, w, h, colour(share));
        if (cell >= COUNTED && count[y][x] > 0) {
          canvas.centred(
              Integer.toString((int) count[y][x]),
              x0 + w / 2,
              y0 + h / 2,
              share > 0.5 ? Color.WHITE : Canvas.INK);
        }
      }
    }
    canvas.graphics().setColor(Canvas.FAINT);
    int side = (int) Math.round(cells * cell);
    canvas.graphics().drawRect(left - 1, TOP - 1, side + 1, side + 1);
  }

  private int place(int classIndex) {
    return (int) ((long) classIndex * cells / classes);
  }

  private void labels(Canvas canvas, int left, int side, int width) {
    canvas.font(fontSize(), false);
    Graphics2D graphics = canvas.graphics();
    for (int c = 0; c < classes; c++) {
      String text = canvas.fitted(Canvas.brief(matrix.labels().get(c)), width - 6);
      int middle = (int) Math.round((c + 0.5) * cell) + fontSize() / 3;
      canvas.text(text, left - 6 - canvas.width(text), TOP + middle, Canvas.INK);
      AffineTransform upright = graphics.getTransform();
      graphics.translate(left + middle, TOP + side + 6);
      graphics.rotate(-Math.PI / 2);
      canvas.text(text, -canvas.width(text), 0, Canvas.INK);
      graphics.setTransform(upright);
    }
  }

  private void axes(Canvas canvas, int left, int side, int label) {
    canvas.font(12, true);
    canvas.centred("predicted class", left + side / 2, TOP + side + label + 20, Canvas.INK);
    Graphics2D graphics = canvas.graphics();
    AffineTransform upright = graphics.getTransform();
    graphics.translate(MARGIN, TOP + side / 2);
    graphics.rotate(-Math.PI / 2);
    canvas.centred("true class", 0, 0, Canvas.INK);
    graphics.setTransform(upright);
  }

  private static void scale(Canvas canvas, int x, int height) {
    canvas.font(11, false);
    for (int y = 0; y < height; y++) {
      canvas.fill(x, TOP + y, 18, 1, colour(1 - (double) y / (height - 1)));
    }
    canvas.graphics().setColor(Canvas.FAINT);
    canvas.graphics().drawRect(x - 1, TOP - 1, 19, height + 1);
    for (int i = 0; i <= 4; i++) {
      int y = TOP + (int) Math.round(i / 4.0 * (height - 1));
      canvas.text(String.format(Locale.ROOT, "%d %%", 100 - 25 * i), x + 24, y + 4, Canvas.FAINT);
    }
  }

  /** White to dark blue, so that small shares can still be seen. */
  private static Color colour(double share) {
    double t = Math.sqrt(share);
    return new Color(
        (int) Math.round(255 - t * (255 - 8)),
        (int) Math.round(255 - t * (255 - 48)),
        (int) Math.round(255 - t * (255 - 107)));
  }
}
