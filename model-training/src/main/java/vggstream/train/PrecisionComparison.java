package vggstream.train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import vggstream.classify.DenseClassifier;
import vggstream.classify.Protocol;
import vggstream.image.RgbImage;
import vggstream.model.DenseModel;
import vggstream.model.DenseModels;
import vggstream.model.ModelOptions;
import vggstream.train.data.ImageSet;
import vggstream.train.data.UnreadableImages;
import vggstream.train.evaluate.ClassificationEvaluator;
import vggstream.train.evaluate.Predictor;
import vggstream.train.evaluate.SideBySide;
import vggstream.train.network.Precision;

/**
 * Accuracy and speed of the same weights in two precisions: densely at the paper's single test
 * scale (section 4.1) with mirror images, in turns batch by batch.
 */
final class PrecisionComparison {
  private static final List<String> HEADER =
      List.of(
          "precision",
          "file MB",
          "top-1 error",
          "top-5 error",
          "largest difference of a posterior",
          "images/s");

  private final ImageSet images;
  private final ModelOptions options;
  private final int batch;
  private final int loaderThreads;

  /**
   * @param batch images that are classified together, at least 1
   * @param loaderThreads that decode
   */
  PrecisionComparison(ImageSet images, ModelOptions options, int batch, int loaderThreads) {
    this.images = images;
    this.options = options;
    this.batch = batch;
    this.loaderThreads = loaderThreads;
  }

  /**
   * Measures two files.
   *
   * @param full in full precision
   * @param reduced in the other one
   * @param each sees every image first
   * @return lines of a table, and what it is of
   */
  List<String> lines(Path full, Path reduced, Precision precision, Consumer<RgbImage> each)
      throws IOException, InterruptedException {
    UnreadableImages unreadable = new UnreadableImages(images, UnreadableImages.DEFAULT_LIMIT);
    try (DenseModel first = DenseModels.open(full, options);
        DenseModel second = DenseModels.open(reduced, options)) {
      Protocol protocol = Protocol.singleScale(first.card(), true);
      SideBySide.Result result =
          new SideBySide(
                  List.of(predictor(first, protocol), predictor(second, protocol)),
                  new ClassificationEvaluator.Options(
                      batch, loaderThreads, protocol.largestScale(), 1))
              .evaluate(images, unreadable, pixels -> pixels.forEach(each));
      List<List<String>> rows = new ArrayList<>();
      rows.add(HEADER);
      rows.add(row(Precision.FP32, full, result, 0));
      rows.add(row(precision, reduced, result, 1));
      List<String> lines = columns(rows);
      lines.add(
          "%d images, %d unreadable; dense, Q %s, mirror images; on %s with %d threads, in turns, without decoding"
              .formatted(
                  result.images(),
                  result.unreadable(),
                  protocol.largestScale(),
                  options.device(),
                  options.effectiveThreads()));
      return lines;
    }
  }

  private Predictor predictor(DenseModel model, Protocol protocol) {
    return new DenseClassifier(List.of(model), protocol, 2 * batch)::posteriors;
  }

  private static List<String> row(
      Precision precision, Path file, SideBySide.Result result, int index) throws IOException {
    SideBySide.Measured measured = result.measured().get(index);
    return List.of(
        precision.title(),
        String.format(Locale.ROOT, "%.1f", Files.size(file) / 1e6),
        String.format(Locale.ROOT, "%.2f %%", 100 * measured.top1Error()),
        String.format(Locale.ROOT, "%.2f %%", 100 * measured.top5Error()),
        index == 0 ? "-" : String.format(Locale.ROOT, "%.2g", measured.largestDifference()),
        String.format(Locale.ROOT, "%.1f", result.images() / measured.seconds()));
  }

  private static List<String> columns(List<List<String>> rows) {
    List<String> lines = new ArrayList<>();
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int c = 0; c < row.size(); c++) {
        int column = c;
        int width = rows.stream().mapToInt(r -> r.get(column).length()).max().orElse(0);
        line.append(row.get(c)).append(" ".repeat(width - row.get(c).length() + 2));
      }
      lines.add(line.toString().stripTrailing());
    }
    return lines;
  }
}
