package vggstream.train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import vggstream.classify.Cropping;
import vggstream.classify.Protocol;
import vggstream.classify.RescaleLimit;
import vggstream.localise.CenterLocaliser;
import vggstream.localise.DenseLocaliser;
import vggstream.model.DenseModel;
import vggstream.model.DenseModels;
import vggstream.model.ModelCard;
import vggstream.model.ModelOptions;
import vggstream.train.evaluate.BoxPredictor;
import vggstream.train.recipe.Recipe;
import vggstream.train.recipe.RecipeException;
import vggstream.train.report.Evaluation;
import vggstream.train.report.LocalisationEvaluation;

/**
 * The networks of an evaluation of boxes, and the protocol: the central crop with one localiser,
 * the true class given; or densely, with classifiers that rate the boxes of several.
 */
final class LocalisationNetworks implements AutoCloseable {
  private final List<DenseModel> opened;
  private final Map<Path, DenseModel> classifiers;
  private final Map<Path, DenseModel> localisers;
  private final Protocol protocol;

  /** What the user asked for does not go together. */
  static final class UsageException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UsageException(String message) {
      super(message);
    }
  }

  private LocalisationNetworks(
      List<DenseModel> opened,
      Map<Path, DenseModel> classifiers,
      Map<Path, DenseModel> localisers,
      Protocol protocol) {
    this.opened = opened;
    this.classifiers = classifiers;
    this.localisers = localisers;
    this.protocol = protocol;
  }

  /**
   * Opens the files; one that is named twice, or as both, is opened once.
   *
   * @throws UsageException if they do not go together
   */
  static LocalisationNetworks open(
      List<Path> classifiers, List<Path> localisers, ModelOptions options, TestChoice choice)
      throws IOException {
    Map<Path, DenseModel> byFile = new LinkedHashMap<>();
    List<DenseModel> opened = new ArrayList<>();
    boolean complete = false;
    try {
      Map<Path, DenseModel> rating = new LinkedHashMap<>();
      Map<Path, DenseModel> locating = new LinkedHashMap<>();
      for (Path file : localisers) {
        locating.put(file, open(file, options, byFile, opened));
      }
      for (Path file : classifiers) {
        rating.put(file, open(file, options, byFile, opened));
      }
      locating.forEach(
          (file, model) -> {
            if (!model.card().task().localises()) {
              throw new UsageException(
                  "%s must be of a task with boxes: is of %s".formatted(file, model.card().task()));
            }
            if (classifiers.isEmpty() && model.card().task().classifies()) {
              rating.put(file, model);
            }
          });
      LocalisationNetworks networks =
          new LocalisationNetworks(opened, rating, locating, protocol(choice, rating, locating));
      complete = true;
      return networks;
    } finally {
      if (!complete) {
        opened.forEach(DenseModel::close);
      }
    }
  }

  private static DenseModel open(
      Path file, ModelOptions options, Map<Path, DenseModel> byFile, List<DenseModel> opened)
      throws IOException {
    Path real = file.toRealPath();
    DenseModel model = byFile.get(real);
    if (model == null) {
      model = DenseModels.open(file, options);
      byFile.put(real, model);
      opened.add(model);
    }
    return model;
  }

  private static Protocol protocol(
      TestChoice choice, Map<Path, DenseModel> classifiers, Map<Path, DenseModel> localisers) {
    Cropping cropping = cropping(choice, !classifiers.isEmpty());
    boolean center = cropping == Cropping.CENTER;
    if (center && localisers.size() > 1) {
      throw new UsageException("--protocol center takes one localiser: were " + localisers.size());
    }
    if (center && choice.flip() != null && choice.flip()) {
      throw new UsageException("--protocol center has no mirror images when it localises");
    }
    if (!center && classifiers.isEmpty()) {
      throw new UsageException(
          "--protocol dense rates boxes by a classifier: add --classifier FILE");
    }
    TreeSet<Integer> scales = new TreeSet<>();
    Protocol first = null;
    try {
      TestScales testScales = TestScales.parse(choice.scales());
      for (DenseModel model : localisers.values()) {
        boolean flip = !center && (choice.flip() == null || choice.flip());
        Protocol own = testScales.protocol(model.card(), cropping, flip);
        first = first == null ? own : first;
        scales.addAll(own.scales());
      }
    } catch (IllegalArgumentException e) {
      throw new UsageException(String.valueOf(e.getMessage()));
    }
    if (center && scales.size() > 1) {
      throw new UsageException("--protocol center takes one scale: were " + scales);
    }
    boolean flip = first != null && first.flip();
    return new Protocol(cropping, List.copyOf(scales), flip);
  }

  private static Cropping cropping(TestChoice choice, boolean rated) {
    String protocol = choice.protocol();
    if (protocol == null) {
      return rated ? Cropping.DENSE : Cropping.CENTER;
    }
    for (Cropping cropping : List.of(Cropping.CENTER, Cropping.DENSE)) {
      if (cropping.title().equals(protocol)) {
        return cropping;
      }
    }
    throw new UsageException("--protocol must be center or dense to localise: was " + protocol);
  }

  Protocol protocol() {
    return protocol;
  }

  /** The classes, which all networks share. */
  List<String> labels() {
    return first().labels();
  }

  private ModelCard first() {
    return localisers.values().iterator().next().card();
  }

  /**
   * The function to be evaluated.
   *
   * @param batch images a call
   * @throws UsageException if the networks do not go together
   */
  BoxPredictor predictor(int batch) {
    try {
      if (protocol.cropping() == Cropping.CENTER) {
        return BoxPredictor.center(
            new CenterLocaliser(
                localisers.values().iterator().next(),
                protocol.largestScale(),
                batch,
                RescaleLimit.DEFAULT));
      }
      return BoxPredictor.dense(
          new DenseLocaliser(
              List.copyOf(classifiers.values()),
              List.copyOf(localisers.values()),
              protocol,
              2 * batch,
              RescaleLimit.DEFAULT),
          labels());
    } catch (IllegalArgumentException e) {
      throw new UsageException(String.valueOf(e.getMessage()));
    }
  }

  /** The classifiers as a result names them; none by the first protocol, which asks for none. */
  List<Evaluation.Model> classifiers() throws IOException {
    List<Evaluation.Model> named = new ArrayList<>();
    if (protocol.cropping() != Cropping.CENTER) {
      for (Map.Entry<Path, DenseModel> e : classifiers.entrySet()) {
        named.add(EvaluationInputs.name(e.getKey(), e.getValue().card(), protocol.scales()));
      }
    }
    return named;
  }

  /** The localisers as a result names them. */
  List<LocalisationEvaluation.Localiser> localisers() throws IOException {
    List<LocalisationEvaluation.Localiser> named = new ArrayList<>();
    for (Map.Entry<Path, DenseModel> e : localisers.entrySet()) {
      ModelCard card = e.getValue().card();
      named.add(
          new LocalisationEvaluation.Localiser(
              EvaluationInputs.name(e.getKey(), card, protocol.scales()),
              card.task().perClass(),
              fineTuned(e.getKey())));
    }
    return named;
  }

  /** Which layers the run that a model file is of has trained, by its recipe. */
  private static LocalisationEvaluation.FineTuned fineTuned(Path model) throws IOException {
    Optional<Path> recipe =
        RunFolders.runOf(model).map(run -> run.resolve("recipe.yaml")).filter(Files::isRegularFile);
    if (recipe.isEmpty()) {
      return LocalisationEvaluation.FineTuned.UNKNOWN;
    }
    try {
      return switch (Recipe.read(recipe.get(), List.of()).task().fineTune()) {
        case ALL -> LocalisationEvaluation.FineTuned.ALL;
        case FC -> LocalisationEvaluation.FineTuned.FULLY_CONNECTED;
      };
    } catch (RecipeException e) {
      return LocalisationEvaluation.FineTuned.UNKNOWN;
    }
  }

  @Override
  public void close() {
    opened.forEach(DenseModel::close);
  }
}
