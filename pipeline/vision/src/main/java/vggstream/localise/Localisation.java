package vggstream.localise;

import java.nio.FloatBuffer;
import java.util.List;
import java.util.Optional;
import vggstream.classify.PosteriorMean;
import vggstream.classify.RankedClass;
import vggstream.classify.ScaledView;
import vggstream.classify.TopK;
import vggstream.image.Size;
import vggstream.model.DenseOutputs;
import vggstream.model.ModelCard;
import vggstream.model.Output;

/**
 * What networks say of one image, gathered view by view: the posterior, and where the objects are
 * (paper, appendix A). Each window's box is a candidate for each class, rated by the posterior of
 * the class at that window, and weighed by that and by how much of the image the window sees;
 * candidates of several localisers are put together; then the candidates of a class are merged.
 *
 * <p>The order in which views are added does not matter. Not thread-safe; {@link #restart} makes it
 * ready for another image with the memory that it has.
 */
public final class Localisation {
  private final ModelCard card;
  private final Candidates candidates;
  private Size original;
  private PosteriorMean posterior;

  /**
   * @param card of one of the networks: they have the same labels, crop side and stride
   * @param original size of the upright original
   */
  public Localisation(ModelCard card, Size original) {
    this.card = card;
    this.candidates = new Candidates(card.classCount());
    this.original = original;
    this.posterior = new PosteriorMean(card.classCount());
  }

  /** Forgets what was added, for another image. */
  public void restart(Size newOriginal) {
    original = newOriginal;
    posterior = new PosteriorMean(card.classCount());
    candidates.clear();
  }

  /**
   * Adds the slots of a batch that {@link ScaledView#write} filled.
   *
   * @param slot as for {@link ScaledView#write}
   * @param classifiers outputs of each, with {@link Output#SCORES} and {@link Output#SCORE_MAP}
   * @param localisers outputs of each, with {@link Output#BOX_MAP}; those of a joined file stand in
   *     both lists
   * @param ratings working memory of the calling thread
   * @throws NotFiniteException if a predicted box that counts is not finite
   * @throws IllegalArgumentException if a score is not finite
   */
  public void add(
      ScaledView view,
      int slot,
      List<DenseOutputs> classifiers,
      List<DenseOutputs> localisers,
      WindowRatings ratings) {
    for (DenseOutputs classifier : classifiers) {
      view.addScores(classifier.get(Output.SCORES), slot, posterior);
    }
    for (int s = 0; s < view.slots(); s++) {
      ratings.rate(classifiers, slot + s);
      for (DenseOutputs localiser : localisers) {
        addCandidates(view.size(), s == 1, ratings, localiser, slot + s);
      }
    }
  }

  private void addCandidates(
      Size size, boolean mirrored, WindowRatings ratings, DenseOutputs localiser, int slot) {
    long[] shape = localiser.shape(Output.BOX_MAP); // (N, 4 or 4K, h, w)
    int columns = (int) shape[3];
    int windows = (int) shape[2] * columns;
    boolean perClass = shape[1] > WindowBox.VALUES;
    FloatBuffer boxes = localiser.get(Output.BOX_MAP);
    int base = Math.toIntExact(slot * shape[1] * windows);
    Place place = new Place(size, original, card.cropSide(), mirrored);
    float weight = windowWeight(size, windows);
    for (int k = 0; k < card.classCount(); k++) {
      int first = base + (perClass ? k * WindowBox.VALUES * windows : 0); // of the centres x
      int count = ratings.select(k * windows, windows, candidates.leastRating(k));
      for (int i = 0; i < count; i++) {
        int w = ratings.selected(i);
        float r = ratings.rating(k * windows + w);
        int x = w % columns * card.stride();
        int y = w / columns * card.stride();
        if (candidates.wants(k, r * weight, r) && place.put(boxes, first + w, windows, x, y)) {
          candidates.add(k, r * weight, r, place.xMin, place.yMin, place.xMax, place.yMax);
        }
      }
    }
  }

  /**
   * By what a rating is multiplied to weigh a window's box: the share of the image that the window
   * sees, and the share of the view's windows that it is. See RATIONALE.
   */
  private float windowWeight(Size size, int windows) {
    double seen = (double) card.cropSide() * card.cropSide() / size.pixels();
    return (float) (seen / windows);
  }

  /** Mean of the posteriors of all views and classifiers, (K), summing to 1. */
  public double[] posterior() {
    return posterior.mean();
  }

  /** The merged box of a class; empty if no window's box for it has an area within the image. */
  public Optional<LocatedClass> box(int classIndex) {
    return BoxMerge.merge(candidates.of(classIndex))
        .map(m -> new LocatedClass(classIndex, m.box().clamp(original), m.score()));
  }

  /** The merged boxes of the k most probable classes, best first; one without a box is left out. */
  public List<LocatedClass> top(int k) {
    return boxes(TopK.of(posterior(), card.labels(), k));
  }

  /** The merged boxes of the ranked classes, in their order; a class without a box is left out. */
  public List<LocatedClass> boxes(List<RankedClass> ranked) {
    return ranked.stream().map(r -> box(r.classIndex())).flatMap(Optional::stream).toList();
  }

  /** The box of the window that is rated highest for a class, not merged: for comparison. */
  public Optional<LocatedClass> bestWindow(int classIndex) {
    return candidates
        .best(classIndex)
        .map(best -> new LocatedClass(classIndex, best.box(), Math.min(1, best.rating())));
  }
}
