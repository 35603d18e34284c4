package vggstream.job.batch;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import vggstream.localise.CardPair;
import vggstream.model.DenseModel;
import vggstream.model.Device;
import vggstream.model.ModelCard;
import vggstream.model.Output;

/**
 * The networks that answer together: one or several that classify, whose posteriors are averaged,
 * and, where boxes are wanted, those that localise. All see the same pixels; a joined file is both,
 * and runs once.
 *
 * @param classifiers give class scores; at least one
 * @param localisers give boxes; none: no boxes
 * @param embedding whether they answer by features; then there is one, and no localiser
 */
public record Networks(List<DenseModel> classifiers, List<DenseModel> localisers, boolean embedding)
    implements AutoCloseable {

  /**
   * @throws IllegalArgumentException if they cannot be used for this, or not together; the message
   *     holds every broken rule
   */
  public Networks {
    classifiers = List.copyOf(classifiers);
    localisers = List.copyOf(localisers);
    List<String> problems =
        embedding ? embeddingProblems(classifiers, localisers) : problems(classifiers, localisers);
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(String.join("; ", problems));
    }
  }

  /** Those that classify, and those that localise. */
  public Networks(List<DenseModel> classifiers, List<DenseModel> localisers) {
    this(classifiers, localisers, /* embedding= */ false);
  }

  /** One that classifies, and perhaps one that localises. */
  public Networks(DenseModel classifier, @Nullable DenseModel localiser) {
    this(List.of(classifier), localiser == null ? List.of() : List.of(localiser));
  }

  /** One network; with boxes if it gives them. */
  public static Networks of(DenseModel classifier) {
    return of(List.of(classifier));
  }

  /** An ensemble; with the boxes of those that give them. */
  public static Networks of(List<DenseModel> classifiers) {
    return new Networks(
        classifiers, classifiers.stream().filter(m -> m.card().task().localises()).toList());
  }

  /** One whose features are the answer. */
  public static Networks embedding(List<DenseModel> models) {
    return new Networks(models, List.of(), /* embedding= */ true);
  }

  private static List<String> embeddingProblems(
      List<DenseModel> models, List<DenseModel> localisers) {
    List<String> problems = new ArrayList<>();
    if (models.size() != 1) {
      problems.add("an embedding must be of one model: were " + models.size());
    }
    for (DenseModel model : models) {
      if (!model.card().task().outputs().contains(Output.FEATURES)) {
        problems.add(
            "an embedding must be of a task with features: %s is of %s"
                .formatted(model.card().name(), model.card().task()));
      }
    }
    if (!localisers.isEmpty()) {
      problems.add("an embedding must have no localiser: has " + localisers.size());
    }
    return problems;
  }

  private static List<String> problems(List<DenseModel> classifiers, List<DenseModel> localisers) {
    List<String> problems = new ArrayList<>();
    if (classifiers.isEmpty()) {
      problems.add("classifiers must be at least one: were none");
      return problems;
    }
    ModelCard first = classifiers.get(0).card();
    for (DenseModel classifier : classifiers) {
      ModelCard card = classifier.card();
      if (localisers.isEmpty() && !card.task().classifies()) {
        problems.add(
            "a classifier must be of a task with scores: %s is of %s"
                .formatted(card.name(), card.task()));
      }
      first
          .labelDifference(card)
          .ifPresent(
              difference ->
                  problems.add(
                      "networks of one ensemble must have the same labels in the same order: "
                          + difference));
      for (DenseModel localiser : localisers) {
        problems.addAll(CardPair.problems(card, localiser.card()));
      }
    }
    return problems;
  }

  /** What the first classifier says of itself: labels are those of all. */
  ModelCard card() {
    return classifiers.get(0).card();
  }

  /** Where they run. */
  Device device() {
    return classifiers.get(0).device();
  }

  /** Whether answers have boxes. */
  boolean localises() {
    return !localisers.isEmpty();
  }

  /** Each network once, in the order in which they run. */
  List<DenseModel> each() {
    Set<DenseModel> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    List<DenseModel> each = new ArrayList<>();
    for (List<DenseModel> some : List.of(classifiers, localisers)) {
      for (DenseModel model : some) {
        if (seen.add(model)) {
          each.add(model);
        }
      }
    }
    return each;
  }

  /** Localisers in files of their own. */
  List<DenseModel> separateLocalisers() {
    return localisers.stream().filter(m -> !classifiers.contains(m)).toList();
  }

  /** What a network is asked for: nothing that no answer needs. */
  Set<Output> askedOf(DenseModel model) {
    if (embedding) {
      return EnumSet.of(Output.FEATURES);
    }
    Set<Output> asked = EnumSet.noneOf(Output.class);
    if (classifiers.contains(model)) {
      asked.add(Output.SCORES);
      if (localises()) {
        asked.add(Output.SCORE_MAP);
      }
    }
    if (localisers.contains(model)) {
      asked.add(Output.BOX_MAP);
    }
    return asked;
  }

  /** The smallest side that all of them take, pixels. */
  int smallestSide() {
    return each().stream().mapToInt(m -> m.card().cropSide()).max().orElseThrow();
  }

  /** Closes all. */
  @Override
  public void close() {
    closeAll(each());
  }

  static void closeAll(List<? extends DenseModel> models) {
    RuntimeException failure = null;
    for (DenseModel model : models) {
      try {
        model.close();
      } catch (RuntimeException e) {
        if (failure == null) {
          failure = e;
        } else {
          failure.addSuppressed(e);
        }
      }
    }
    if (failure != null) {
      throw failure;
    }
  }
}
