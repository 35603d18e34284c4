package vggstream.train.journal;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import javax.imageio.ImageIO;
import org.knowm.xchart.AnnotationLine;
import org.knowm.xchart.AnnotationText;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * Draws how a run went: errors, or intersections over unions, above, loss below, over epochs; lines
 * where the rate fell.
 */
public final class Curves {
  private static final int WIDTH = 900;
  private static final int HEIGHT = 420;
  private static final Color TRAIN = new Color(0x9467bd);
  private static final Color FIRST = new Color(0x1f77b4);
  private static final Color SECOND = new Color(0x2ca02c);
  private static final Color LOSS = new Color(0xd62728);
  private static final Color RATE = new Color(0x999999);
  private static final int MARKED = 40; // epochs up to which each is marked by a point

  private Curves() {}

  /**
   * Writes a PNG.
   *
   * @param title of the run
   * @param history at least one epoch
   */
  public static void write(String title, List<EpochReport> history, Path file) throws IOException {
    boolean classifies = history.get(0).measures() instanceof Measures.Accuracies;
    XYChart errors = classifies ? errors(title, history) : overlaps(title, history);
    errors.getStyler().setYAxisMin(0.0);
    XYChart losses = chart("", classifies ? "training loss, nats" : "training loss, Euclidean");
    double[] epochs = history.stream().mapToDouble(EpochReport::epoch).toArray();
    style(
        losses.addSeries(
            "training loss", epochs, history.stream().mapToDouble(EpochReport::loss).toArray()),
        LOSS,
        history.size());
    rates(errors, history, 0);
    rates(losses, history, history.stream().mapToDouble(EpochReport::loss).max().orElse(0));
    BufferedImage both = new BufferedImage(WIDTH, 2 * HEIGHT, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = both.createGraphics();
    try {
      graphics.drawImage(BitmapEncoder.getBufferedImage(errors), 0, 0, null);
      graphics.drawImage(BitmapEncoder.getBufferedImage(losses), 0, HEIGHT, null);
    } finally {
      graphics.dispose();
    }
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    ImageIO.write(both, "png", png);
    WholeFile.write(file, png.toByteArray());
  }

  private static XYChart errors(String title, List<EpochReport> history) {
    XYChart chart = chart(title, "error, %");
    add(
        chart,
        "training top-1 (crops, dropout on)",
        history,
        TRAIN,
        accuracies(a -> 1 - a.train()));
    add(chart, "validation top-1", history, FIRST, accuracies(a -> 1 - a.top1()));
    add(chart, "validation top-5", history, SECOND, accuracies(a -> 1 - a.top5()));
    return chart;
  }

  private static XYChart overlaps(String title, List<EpochReport> history) {
    XYChart chart = chart(title, "%");
    add(chart, "training IoU (crops, dropout on)", history, TRAIN, overlaps(o -> o.trainIou()));
    add(chart, "validation IoU", history, FIRST, overlaps(o -> o.meanIou()));
    add(chart, "validation error (IoU <= 0.5)", history, SECOND, overlaps(o -> o.error()));
    return chart;
  }

  private static ToDoubleFunction<EpochReport> accuracies(
      ToDoubleFunction<Measures.Accuracies> value) {
    return e -> e.measures() instanceof Measures.Accuracies a ? value.applyAsDouble(a) : Double.NaN;
  }

  private static ToDoubleFunction<EpochReport> overlaps(ToDoubleFunction<Measures.Overlaps> value) {
    return e -> e.measures() instanceof Measures.Overlaps o ? value.applyAsDouble(o) : Double.NaN;
  }

  private static XYChart chart(String title, String y) {
    XYChart chart =
        new XYChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title(title)
            .xAxisTitle("epoch")
            .yAxisTitle(y)
            .build();
    chart.getStyler().setLegendPosition(Styler.LegendPosition.OutsideS);
    chart.getStyler().setLegendLayout(Styler.LegendLayout.Horizontal);
    chart.getStyler().setLegendBorderColor(Color.WHITE);
    chart.getStyler().setChartBackgroundColor(Color.WHITE);
    chart.getStyler().setPlotBorderVisible(false);
    chart.getStyler().setChartTitleVisible(!title.isEmpty());
    chart.getStyler().setAnnotationLineColor(RATE);
    chart.getStyler().setAnnotationTextFontColor(Color.DARK_GRAY);
    chart.getStyler().setLocale(Locale.ROOT);
    chart.getStyler().setXAxisDecimalPattern("0.##");
    return chart;
  }

  private static void add(
      XYChart chart,
      String name,
      List<EpochReport> history,
      Color color,
      ToDoubleFunction<EpochReport> share) {
    style(
        chart.addSeries(
            name,
            history.stream().mapToDouble(EpochReport::epoch).toArray(),
            history.stream().mapToDouble(e -> 100 * share.applyAsDouble(e)).toArray()),
        color,
        history.size());
  }

  private static void style(XYSeries series, Color color, int epochs) {
    series.setLineColor(color);
    series.setMarkerColor(color);
    series.setMarker(epochs > MARKED ? SeriesMarkers.NONE : SeriesMarkers.CIRCLE);
  }

  /** A line before each epoch whose rate is not that of the one before. */
  private static void rates(XYChart chart, List<EpochReport> history, double textAt) {
    for (int i = 1; i < history.size(); i++) {
      EpochReport epoch = history.get(i);
      if (epoch.learningRate() != history.get(i - 1).learningRate()) {
        AnnotationLine line = new AnnotationLine(epoch.epoch() - 0.5, true, false);
        chart.addAnnotation(line);
        if (textAt > 0) {
          AnnotationText text =
              new AnnotationText(
                  "rate " + (float) epoch.learningRate(), epoch.epoch() - 0.5, textAt, false);
          chart.addAnnotation(text);
        }
      }
    }
  }
}
