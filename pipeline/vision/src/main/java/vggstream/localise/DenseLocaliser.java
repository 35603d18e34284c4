package vggstream.localise;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import vggstream.classify.Cropping;
import vggstream.classify.DenseRuns;
import vggstream.classify.Protocol;
import vggstream.classify.RescaleLimit;
import vggstream.classify.ScaledView;
import vggstream.image.ImageRejectedException;
import vggstream.image.RgbImage;
import vggstream.model.DenseModel;
import vggstream.model.DenseOutputs;
import vggstream.model.ModelCard;
import vggstream.model.Output;

/**
 * Classifies and localises decoded images densely, at several scales, with one network or several
 * (paper, appendix A, second protocol). Networks run on the same pixels; one that gives both scores
 * and boxes runs once.
 *
 * <p>Not thread-safe: it reuses its memory from call to call. Does not own the models.
 */
public final class DenseLocaliser {
  private final ModelCard card;
  private final Protocol protocol;
  private final RescaleLimit limit;
  private final List<Integer> classifiers; // their places among the models
  private final List<Integer> localisers;
  private final DenseRuns runs;
  private final WindowRatings ratings = new WindowRatings();

  /**
   * For the mean of the classifiers' posteriors, and the union of the localisers' boxes.
   *
   * @param classifiers at least one
   * @param localisers at least one; a network may stand in both lists
   * @param protocol dense
   * @param maxBatch views in one run, at least 1, or 2 where the protocol flips
   * @throws IllegalArgumentException if a rule is broken; the message holds all broken rules
   */
  public DenseLocaliser(
      List<DenseModel> classifiers,
      List<DenseModel> localisers,
      Protocol protocol,
      int maxBatch,
      RescaleLimit limit) {
    requireTogether(classifiers, localisers, protocol);
    this.card = classifiers.get(0).card();
    this.protocol = protocol;
    this.limit = limit;
    List<DenseModel> models = new ArrayList<>();
    List<Set<Output>> wanted = new ArrayList<>();
    this.classifiers =
        places(classifiers, models, wanted, EnumSet.of(Output.SCORES, Output.SCORE_MAP));
    this.localisers = places(localisers, models, wanted, EnumSet.of(Output.BOX_MAP));
    this.runs = new DenseRuns(models, wanted, protocol, maxBatch, limit);
  }

  private static void requireTogether(
      List<DenseModel> classifiers, List<DenseModel> localisers, Protocol protocol) {
    if (classifiers.isEmpty() || localisers.isEmpty()) {
      throw new IllegalArgumentException(
          "classifiers and localisers must each be at least one: were %d, %d"
              .formatted(classifiers.size(), localisers.size()));
    }
    if (protocol.cropping() != Cropping.DENSE) {
      throw new IllegalArgumentException(
          "the protocol must be dense to localise: was " + protocol.cropping().title());
    }
    protocol.requireFits(classifiers.get(0).card());
    for (DenseModel classifier : classifiers) {
      CardPair.require(classifier.card(), localisers.get(0).card());
    }
    for (DenseModel localiser : localisers) {
      CardPair.require(classifiers.get(0).card(), localiser.card());
    }
  }

  /** Adds models that are not there yet, and what they are asked for; returns their places. */
  private static List<Integer> places(
      List<DenseModel> added,
      List<DenseModel> models,
      List<Set<Output>> wanted,
      Set<Output> outputs) {
    List<Integer> places = new ArrayList<>();
    for (DenseModel model : added) {
      int place = 0;
      while (place < models.size() && models.get(place) != model) {
        place++;
      }
      if (place == models.size()) {
        models.add(model);
        wanted.add(EnumSet.noneOf(Output.class));
      }
      wanted.get(place).addAll(outputs);
      places.add(place);
    }
    return places;
  }

  /**
   * What the networks say of each image, in their order. The images stay open.
   *
   * @throws ImageRejectedException if one would become too large at one of the scales; nothing is
   *     run then
   * @throws vggstream.model.ModelException if a network fails
   * @throws IllegalArgumentException if scores or boxes are not finite
   */
  public List<Localisation> localise(List<RgbImage> images) throws ImageRejectedException {
    List<List<ScaledView>> views = new ArrayList<>(images.size());
    List<Localisation> localisations = new ArrayList<>(images.size());
    for (RgbImage image : images) {
      views.add(protocol.views(image.originalSize(), limit));
      localisations.add(new Localisation(card, image.originalSize()));
    }
    runs.run(
        images,
        views,
        (image, view, slot, outputs) ->
            localisations
                .get(image)
                .add(view, slot, of(classifiers, outputs), of(localisers, outputs), ratings));
    return localisations;
  }

  private static List<DenseOutputs> of(List<Integer> places, List<DenseOutputs> outputs) {
    return places.stream().map(outputs::get).toList();
  }
}
