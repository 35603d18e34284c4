package vggstream.job.codec;

import java.util.List;
import java.util.Map;

/**
 * Which model answers, and how: what every prediction of it says.
 *
 * @param name in its card
 * @param version in its card
 * @param sha256 of its file
 * @param role its part
 * @param scales smaller sides Q, ascending
 * @param flip whether mirror images are evaluated too
 * @param labels of its classes, by index
 * @param attributes what its predictions add to those of the event
 */
public record ModelStamp(
    String name,
    String version,
    String sha256,
    ModelRole role,
    List<Integer> scales,
    boolean flip,
    List<String> labels,
    Map<String, String> attributes) {
  public ModelStamp {
    scales = List.copyOf(scales);
    labels = List.copyOf(labels);
    attributes = Map.copyOf(attributes);
  }
}
