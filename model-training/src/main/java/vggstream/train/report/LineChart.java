package vggstream.train.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A line chart as SVG, with nothing outside of itself. */
final class LineChart {
  private static final int WIDTH = 500;
  private static final int PLOT_HEIGHT = 260;
  private static final int LEFT = 58;
  private static final int RIGHT = 16;
  private static final int TOP = 38;
  private static final int BOTTOM = 44;
  private static final int LEGEND_LINE = 18;
  private static final int TICKS = 5;

  /** Okabe and Ito's colours, told apart by the colour-blind too; without yellow. */
  private static final List<String> COLOURS =
      List.of("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00", "#000000");

  private static final List<String> DASHES = List.of("", "6 3", "2 3", "8 3 2 3");

  /**
   * A line.
   *
   * @param name in the legend
   * @param x ascending
   * @param y as many
   */
  record Series(String name, double[] x, double[] y) {}

  private final String title;
  private final String yLabel;
  private final List<Series> series;
  private final Axis x;
  private final Axis y;
  private final StringBuilder svg = new StringBuilder();

  /** A range, and where its ticks lie. */
  private record Axis(double min, double max, double step) {
    static Axis of(double min, double max) {
      double span = max > min ? max - min : Math.max(1e-3, Math.abs(max) * 0.1);
      double raw = span / TICKS;
      double power = Math.pow(10, Math.floor(Math.log10(raw)));
      double step = power * 10;
      for (double nice : new double[] {1, 2, 5}) {
        if (raw <= nice * power) {
          step = nice * power;
          break;
        }
      }
      return new Axis(Math.floor(min / step) * step, Math.ceil(max / step) * step, step);
    }

    List<Double> ticks() {
      List<Double> ticks = new ArrayList<>();
      for (int i = 0; min + i * step <= max + step / 2; i++) {
        ticks.add(min + i * step);
      }
      return ticks;
    }

    String label(double tick) {
      int decimals = Math.max(0, (int) Math.ceil(-Math.log10(step) - 1e-9));
      return String.format(Locale.ROOT, "%." + decimals + "f", tick + 0.0);
    }

    double share(double value) {
      return max > min ? (value - min) / (max - min) : 0.5;
    }
  }

  private LineChart(String title, String yLabel, List<Series> series) {
    this.title = title;
    this.yLabel = yLabel;
    this.series = series;
    double lastX = 1;
    double minY = Double.POSITIVE_INFINITY;
    double maxY = Double.NEGATIVE_INFINITY;
    for (Series s : series) {
      for (int i = 0; i < s.x().length; i++) {
        lastX = Math.max(lastX, s.x()[i]);
        minY = Math.min(minY, s.y()[i]);
        maxY = Math.max(maxY, s.y()[i]);
      }
    }
    Axis epochs = Axis.of(0, lastX);
    this.x = epochs.step() < 1 ? new Axis(0, Math.ceil(lastX), 1) : epochs;
    this.y = Axis.of(minY, maxY);
  }

  /**
   * Draws it.
   *
   * @param series at least one point in all
   */
  static String svg(String title, String yLabel, List<Series> series) {
    return new LineChart(title, yLabel, series).draw();
  }

  private String draw() {
    int height = TOP + PLOT_HEIGHT + BOTTOM + LEGEND_LINE * series.size();
    line(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\""
            + " font-family=\"sans-serif\" font-size=\"12\" role=\"img\" aria-label=\"%s\">",
        WIDTH, height, WIDTH, height, Html.escape(title));
    line("<rect width=\"%d\" height=\"%d\" fill=\"#fff\"/>", WIDTH, height);
    text(LEFT, 20, "start", "font-weight=\"bold\" font-size=\"14\"", title);
    for (double tick : y.ticks()) {
      double at = y(tick);
      line(
          "<line x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\" stroke=\"#ddd\"/>",
          LEFT, WIDTH - RIGHT, at, at);
      text(LEFT - 6, at + 4, "end", "fill=\"#555\"", y.label(tick));
    }
    for (double tick : x.ticks()) {
      text(x(tick), TOP + PLOT_HEIGHT + 16, "middle", "fill=\"#555\"", x.label(tick));
    }
    line(
        "<line x1=\"%d\" x2=\"%d\" y1=\"%d\" y2=\"%d\" stroke=\"#555\"/>",
        LEFT, WIDTH - RIGHT, TOP + PLOT_HEIGHT, TOP + PLOT_HEIGHT);
    text(LEFT + (WIDTH - LEFT - RIGHT) / 2.0, TOP + PLOT_HEIGHT + 32, "middle", "", "epoch");
    line(
        "<text transform=\"translate(14 %d) rotate(-90)\" text-anchor=\"middle\">%s</text>",
        TOP + PLOT_HEIGHT / 2, Html.escape(yLabel));
    for (int i = 0; i < series.size(); i++) {
      series(i);
    }
    svg.append("</svg>\n");
    return svg.toString();
  }

  private void series(int i) {
    Series s = series.get(i);
    String colour = COLOURS.get(i % COLOURS.size());
    String dash = DASHES.get(i / COLOURS.size() % DASHES.size());
    String style =
        "stroke=\"%s\" stroke-width=\"2\"%s"
            .formatted(colour, dash.isEmpty() ? "" : " stroke-dasharray=\"" + dash + "\"");
    StringBuilder points = new StringBuilder();
    for (int k = 0; k < s.x().length; k++) {
      points.append(String.format(Locale.ROOT, "%.1f,%.1f ", x(s.x()[k]), y(s.y()[k])));
    }
    if (s.x().length == 1) {
      line(
          "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3\" fill=\"%s\"/>",
          x(s.x()[0]), y(s.y()[0]), colour);
    } else {
      line("<polyline points=\"%s\" fill=\"none\" %s/>", points.toString().strip(), style);
    }
    int at = TOP + PLOT_HEIGHT + BOTTOM + LEGEND_LINE * i + 4;
    line("<line x1=\"%d\" x2=\"%d\" y1=\"%d\" y2=\"%d\" %s/>", LEFT, LEFT + 26, at, at, style);
    text(LEFT + 34, at + 4, "start", "", s.name());
  }

  private double x(double value) {
    return LEFT + x.share(value) * (WIDTH - LEFT - RIGHT);
  }

  private double y(double value) {
    return TOP + (1 - y.share(value)) * PLOT_HEIGHT;
  }

  private void text(double atX, double atY, String anchor, String style, String text) {
    line(
        "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\" %s>%s</text>",
        atX, atY, anchor, style, Html.escape(text));
  }

  private void line(String format, Object... values) {
    svg.append(String.format(Locale.ROOT, format, values)).append('\n');
  }
}
