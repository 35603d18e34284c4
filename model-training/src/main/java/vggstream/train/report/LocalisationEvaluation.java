package vggstream.train.report;

import java.util.List;
import java.util.Map;
import vggstream.classify.Cropping;
import vggstream.classify.Protocol;
import vggstream.train.evaluate.LocalisationResult;

/**
 * The outcome of {@code evaluate --task localise}: which networks, on which images, by which
 * protocol of appendix A, with which error.
 *
 * @param classifiers whose posteriors rated the boxes; none by the first protocol
 * @param localisers at least one; the boxes of several are put together
 * @param data the images, those that have a box
 * @param protocol the central crop (the first of appendix A), or dense (the second)
 * @param result the errors
 * @param leftOut images that were left out since they have no usable box
 * @param annotationProblems a line a reason: what was wrong with annotations
 * @param unreadable images that were left out: reasons by path
 */
public record LocalisationEvaluation(
    List<Evaluation.Model> classifiers,
    List<Localiser> localisers,
    Evaluation.Data data,
    Protocol protocol,
    LocalisationResult result,
    int leftOut,
    List<String> annotationProblems,
    Map<String, String> unreadable) {

  public LocalisationEvaluation {
    classifiers = List.copyOf(classifiers);
    localisers = List.copyOf(localisers);
    annotationProblems = List.copyOf(annotationProblems);
    if (localisers.isEmpty() || result.images() < 1) {
      throw new IllegalArgumentException(
          "localisers and images must be at least one: were %d, %d"
              .formatted(localisers.size(), result.images()));
    }
  }

  /** Layers that a localiser's training has changed; its last one always. */
  public enum FineTuned {
    ALL("all"),
    FULLY_CONNECTED("1st and 2nd FC"),
    /** The file does not lie in its run's folder. */
    UNKNOWN(Table.NONE);

    private final String title;

    FineTuned(String title) {
      this.title = title;
    }

    /** As Table 8 writes it. */
    public String title() {
      return title;
    }
  }

  /**
   * A localiser.
   *
   * @param perClass whether it predicts a box a class (PCR), not one for all (SCR)
   */
  public record Localiser(Evaluation.Model model, boolean perClass, FineTuned fineTuned) {

    /** As Table 8 writes it. */
    public String regression() {
      return perClass ? "PCR" : "SCR";
    }
  }

  /** Whether it is of the second protocol. */
  public boolean isDense() {
    return protocol.cropping() == Cropping.DENSE;
  }
}
