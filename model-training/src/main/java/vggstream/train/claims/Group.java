package vggstream.train.claims;

import java.util.List;
import java.util.Map;

/**
 * Runs that are compared with each other: the same images, recipe and epochs, but for what each
 * changes.
 *
 * @param data name of the data set
 * @param recipe file of the recipe, relative to the plan's
 * @param seeds each run is made once with each; at least 2
 * @param runs by name: what is put over the recipe, {@code key=value} each
 * @param evaluations by name
 */
public record Group(
    String data,
    String recipe,
    List<Long> seeds,
    Map<String, List<String>> runs,
    Map<String, Evaluation> evaluations) {

  /**
   * How a run's model is measured.
   *
   * @param protocol as {@code evaluate --protocol} has it
   * @param scales smaller sides Q, pixels
   * @param split of the data set
   */
  public record Evaluation(String protocol, List<Integer> scales, String split) {
    public Evaluation {
      scales = List.copyOf(scales);
    }
  }
}
