package vggstream.localise;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import vggstream.model.ModelCard;

/** Which classifier and localiser can be applied to the same windows. */
public final class CardPair {
  private CardPair() {}

  /**
   * What keeps two networks from being used together, each with both values; empty if nothing does.
   * A network may be its own localiser.
   */
  public static List<String> problems(ModelCard classifier, ModelCard localiser) {
    List<String> problems = new ArrayList<>();
    if (!classifier.task().classifies()) {
      problems.add(
          "a classifier must be of a task with scores: %s is of %s"
              .formatted(classifier.name(), classifier.task()));
    }
    if (!localiser.task().localises()) {
      problems.add(
          "a localiser must be of a task with boxes: %s is of %s"
              .formatted(localiser.name(), localiser.task()));
    }
    sameSide("crop side", classifier.cropSide(), localiser.cropSide(), classifier, localiser)
        .ifPresent(problems::add);
    sameSide("stride", classifier.stride(), localiser.stride(), classifier, localiser)
        .ifPresent(problems::add);
    classifier
        .labelDifference(localiser)
        .ifPresent(
            difference ->
                problems.add(
                    "classifier and localiser must have the same labels in the same order: "
                        + difference));
    return problems;
  }

  private static Optional<String> sameSide(
      String what, int first, int second, ModelCard classifier, ModelCard localiser) {
    return first == second
        ? Optional.empty()
        : Optional.of(
            "classifier and localiser must have the same %s: %s has %d, %s has %d"
                .formatted(what, classifier.name(), first, localiser.name(), second));
  }

  /**
   * Checks that two networks can be used together.
   *
   * @throws IllegalArgumentException with all {@link #problems}
   */
  public static void require(ModelCard classifier, ModelCard localiser) {
    List<String> problems = problems(classifier, localiser);
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(String.join("; ", problems));
    }
  }
}
