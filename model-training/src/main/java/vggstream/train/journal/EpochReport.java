package vggstream.train.journal;

import java.util.Locale;

/**
 * What an epoch brought.
 *
 * @param epoch from 1
 * @param iteration steps made since the run began
 * @param learningRate of the epoch
 * @param loss mean of its steps, nats
 * @param trainAccuracy share of its crops that were right before their step, dropout on, 0..1
 * @param validationAccuracy top-1, 0..1
 * @param validationTop5 top-5 accuracy, 0..1
 * @param best whether the validation accuracy is the best so far
 * @param imagesPerSecond of the steps made in this process, validation left out
 * @param waitedShare share of that time in which the optimiser waited for images, 0..1
 */
public record EpochReport(
    int epoch,
    long iteration,
    double learningRate,
    double loss,
    double trainAccuracy,
    double validationAccuracy,
    double validationTop5,
    boolean best,
    double imagesPerSecond,
    double waitedShare) {

  static final String CSV_HEADER =
      "epoch,iteration,learning_rate,loss,train_accuracy,validation_accuracy,validation_top5,"
          + "images_per_second,waited_share,best";

  String toCsv() {
    return String.format(
        Locale.ROOT,
        "%d,%d,%s,%.6f,%.6f,%.6f,%.6f,%.2f,%.4f,%s",
        epoch,
        iteration,
        learningRate,
        loss,
        trainAccuracy,
        validationAccuracy,
        validationTop5,
        imagesPerSecond,
        waitedShare,
        best);
  }

  /**
   * Reads {@link #toCsv}.
   *
   * @throws IllegalArgumentException if a column is missing or no number
   */
  static EpochReport fromCsv(String line) {
    String[] cells = line.split(",", -1);
    if (cells.length != CSV_HEADER.split(",").length) {
      throw new IllegalArgumentException(
          "a line must have the columns %s: was %s".formatted(CSV_HEADER, line));
    }
    return new EpochReport(
        Integer.parseInt(cells[0]),
        Long.parseLong(cells[1]),
        Double.parseDouble(cells[2]),
        Double.parseDouble(cells[3]),
        Double.parseDouble(cells[4]),
        Double.parseDouble(cells[5]),
        Double.parseDouble(cells[6]),
        Boolean.parseBoolean(cells[9]),
        Double.parseDouble(cells[7]),
        Double.parseDouble(cells[8]));
  }
}
