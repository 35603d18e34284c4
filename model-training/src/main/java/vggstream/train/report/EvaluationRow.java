package vggstream.train.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import vggstream.classify.Cropping;

/**
 * An evaluation as the paper's columns.
 *
 * @param configuration such as {@code D}, or {@code D + E}
 * @param trainScale S
 * @param testScale Q
 * @param protocol such as {@code dense}
 * @param top1 error, per cent
 * @param top5 error, per cent
 * @param imagesPerSecond decoding included
 */
public record EvaluationRow(
    String configuration,
    String trainScale,
    String testScale,
    String protocol,
    String top1,
    String top5,
    String imagesPerSecond) {
  private static final List<String> HEADER =
      List.of(
          "configuration",
          "train S",
          "test Q",
          "protocol",
          "top-1 error",
          "top-5 error",
          "images/s");

  /** The columns of an evaluation. */
  public static EvaluationRow of(Evaluation evaluation) {
    List<Evaluation.Model> models = evaluation.models();
    return new EvaluationRow(
        String.join(" + ", models.stream().map(Evaluation.Model::configuration).toList()),
        joined(models.stream().map(Evaluation.Model::trainScale).toList()),
        joined(models.stream().map(Evaluation.Model::testScales).toList()),
        protocol(evaluation),
        percent(evaluation.top1Error()) + " %",
        percent(evaluation.top5Error()) + " %",
        String.format(Locale.ROOT, "%.1f", evaluation.imagesPerSecond()));
  }

  /** {@code dense}, and what of it is not the paper's. */
  static String protocol(Evaluation evaluation) {
    Cropping cropping = evaluation.cropping();
    boolean usual = evaluation.flip() == (cropping != Cropping.CENTER);
    String difference = evaluation.flip() ? ", mirror images" : ", no mirror images";
    return cropping.title() + (usual ? "" : difference);
  }

  /** A share as per cent with two decimals. */
  static String percent(double share) {
    return String.format(Locale.ROOT, "%.2f", 100 * share);
  }

  private static String joined(List<String> values) {
    return values.stream().distinct().count() == 1 ? values.get(0) : String.join(" + ", values);
  }

  /** All of it in one line. */
  public String title() {
    return "%s, S %s, Q %s, %s: top-1 error %s, top-5 error %s"
        .formatted(configuration, trainScale, testScale, protocol, top1, top5);
  }

  /** A header and a row in columns. */
  public List<String> lines() {
    List<String> row =
        List.of(configuration, trainScale, testScale, protocol, top1, top5, imagesPerSecond);
    List<String> lines = new ArrayList<>();
    for (List<String> cells : List.of(HEADER, row)) {
      StringBuilder line = new StringBuilder();
      IntStream.range(0, cells.size())
          .forEach(
              i -> {
                int width = Math.max(HEADER.get(i).length(), row.get(i).length());
                line.append(cells.get(i)).append(" ".repeat(width - cells.get(i).length() + 2));
              });
      lines.add(line.toString().stripTrailing());
    }
    return lines;
  }
}
