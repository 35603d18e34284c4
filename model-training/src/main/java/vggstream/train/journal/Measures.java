package vggstream.train.journal;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How well a network did in an epoch and after it; which measures there are depends on its task.
 */
public sealed interface Measures {

  /** What the learning rate and the best epoch are chosen by, 0..1, the more the better. */
  double validation();

  /** The measures by the names of their columns. */
  Map<String, Double> byColumn();

  /** Those of the validation by the tags of their events. */
  Map<String, Double> byTag();

  /**
   * Of a network that classifies.
   *
   * @param train share of the epoch's crops that were right before their step, dropout on, 0..1
   * @param top1 validation accuracy, 0..1
   * @param top5 top-5 validation accuracy, 0..1
   */
  record Accuracies(double train, double top1, double top5) implements Measures {
    static final List<String> COLUMNS =
        List.of("train_accuracy", "validation_accuracy", "validation_top5");

    @Override
    public double validation() {
      return top1;
    }

    @Override
    public Map<String, Double> byColumn() {
      return mapped(COLUMNS, train, top1, top5);
    }

    @Override
    public Map<String, Double> byTag() {
      return mapped(List.of("validation/top1_accuracy", "validation/top5_accuracy"), top1, top5);
    }
  }

  /**
   * Of a network that localises: the boxes of the images' own classes from their central crops.
   *
   * @param trainIou mean intersection over union of the epoch's crops before their step, dropout
   *     on, 0..1
   * @param loss Euclidean, of the validation images
   * @param meanIou mean intersection over union with the nearest true box, 0..1
   * @param error share of the validation images whose box has an intersection over union of at most
   *     0.5 with every true box, 0..1
   */
  record Overlaps(double trainIou, double loss, double meanIou, double error) implements Measures {
    static final List<String> COLUMNS =
        List.of("train_mean_iou", "validation_loss", "validation_mean_iou", "validation_error");

    @Override
    public double validation() {
      return meanIou;
    }

    @Override
    public Map<String, Double> byColumn() {
      return mapped(COLUMNS, trainIou, loss, meanIou, error);
    }

    @Override
    public Map<String, Double> byTag() {
      return mapped(
          List.of("validation/loss", "validation/mean_iou", "validation/localisation_error"),
          loss,
          meanIou,
          error);
    }
  }

  private static Map<String, Double> mapped(List<String> names, double... values) {
    Map<String, Double> map = new LinkedHashMap<>();
    for (int i = 0; i < values.length; i++) {
      map.put(names.get(i), values[i]);
    }
    return map;
  }
}
