package vggstream.job.codec;

import java.util.List;

/**
 * Which model answers, and how: what every prediction of it says.
 *
 * @param name in its card
 * @param version in its card
 * @param sha256 of its file
 * @param role PRIMARY, CANARY or SHADOW
 * @param scales smaller sides Q, ascending
 * @param flip whether mirror images are evaluated too
 */
public record ModelStamp(
    String name, String version, String sha256, String role, List<Integer> scales, boolean flip) {
  public ModelStamp {
    scales = List.copyOf(scales);
  }
}
