package vggstream.job.batch;

import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import vggstream.localise.CardPair;
import vggstream.model.DenseModel;
import vggstream.model.Output;

/**
 * The networks that answer: one that classifies and, where boxes are wanted, one that localises.
 * Both see the same pixels; a joined file is both, and runs once.
 *
 * @param classifier gives class scores
 * @param localiser gives boxes; null: no boxes
 */
public record Networks(DenseModel classifier, @Nullable DenseModel localiser)
    implements AutoCloseable {

  /**
   * @throws IllegalArgumentException if they cannot be used for this, or not together; the message
   *     holds every broken rule
   */
  public Networks {
    if (localiser != null) {
      CardPair.require(classifier.card(), localiser.card());
    } else if (!classifier.card().task().classifies()) {
      throw new IllegalArgumentException(
          "a classifier must be of a task with scores: %s is of %s"
              .formatted(classifier.card().name(), classifier.card().task()));
    }
  }

  /** One network; with boxes if it gives them. */
  public static Networks of(DenseModel classifier) {
    return new Networks(classifier, classifier.card().task().localises() ? classifier : null);
  }

  /** Whether answers have boxes. */
  boolean localises() {
    return localiser != null;
  }

  /** The second network to run; null if there is none, or the first is both. */
  @Nullable DenseModel second() {
    return localiser == classifier ? null : localiser;
  }

  /** What the classifier is asked for: nothing that no answer needs. */
  Set<Output> askedOfClassifier() {
    Set<Output> asked = EnumSet.of(Output.SCORES);
    if (localises()) {
      asked.add(Output.SCORE_MAP);
    }
    if (localises() && second() == null) {
      asked.add(Output.BOX_MAP);
    }
    return asked;
  }

  /** Closes both. */
  @Override
  public void close() {
    try {
      classifier.close();
    } finally {
      if (localiser != null) {
        localiser.close(); // a second time where it is both: does nothing
      }
    }
  }
}
