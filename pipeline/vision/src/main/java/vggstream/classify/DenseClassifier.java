package vggstream.classify;

import static java.util.Collections.nCopies;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import vggstream.image.ImageRejectedException;
import vggstream.image.RgbImage;
import vggstream.model.DenseModel;
import vggstream.model.DenseOutputs;
import vggstream.model.ModelCard;
import vggstream.model.Output;

/**
 * Classifies decoded images by a protocol, densely, by crops or by both, with one dense network or
 * several (paper, sections 3.2 and 4.5). Views of one size are run together, across images and
 * scales.
 *
 * <p>Not thread-safe: it reuses its memory from call to call. Does not own the models.
 */
public final class DenseClassifier {
  private final List<DenseModel> models;
  private final Protocol protocol;
  private final RescaleLimit limit;
  private final int classCount;
  private final DenseRuns dense;
  private final CropRuns crops;

  /** With the default {@link RescaleLimit}. */
  public DenseClassifier(List<DenseModel> models, Protocol protocol, int maxBatch) {
    this(models, protocol, maxBatch, RescaleLimit.DEFAULT);
  }

  /**
   * For the mean of the networks' posteriors.
   *
   * @param models at least one, all of a task that classifies, with the same labels
   * @param maxBatch views in one run, at least 1, or 2 where the protocol flips; fewer are run
   *     together where they have more pixels than one view may have
   * @throws IllegalArgumentException if a rule is broken, or a scale is below a network's crop side
   */
  public DenseClassifier(
      List<DenseModel> models, Protocol protocol, int maxBatch, RescaleLimit limit) {
    this.models = List.copyOf(models);
    this.protocol = protocol;
    this.limit = limit;
    this.classCount = requireEnsemble(this.models, protocol);
    Set<Output> scores = EnumSet.of(Output.SCORES);
    this.dense =
        new DenseRuns(this.models, nCopies(this.models.size(), scores), protocol, maxBatch, limit);
    this.crops = new CropRuns(this.models, protocol.cropping(), maxBatch, limit);
  }

  private static int requireEnsemble(List<DenseModel> models, Protocol protocol) {
    if (models.isEmpty()) {
      throw new IllegalArgumentException("models must be at least one: were none");
    }
    ModelCard first = models.get(0).card();
    for (DenseModel model : models) {
      ModelCard card = model.card();
      if (!card.task().classifies()) {
        throw new IllegalArgumentException(
            "a classifier must be of a task with scores: %s is of %s"
                .formatted(card.name(), card.task()));
      }
      first
          .labelDifference(card)
          .ifPresent(
              difference -> {
                throw new IllegalArgumentException(
                    "networks of one ensemble must have the same labels in the same order: "
                        + difference);
              });
      protocol.requireFits(card);
    }
    return first.classCount();
  }

  /**
   * The posteriors, (K) each, of the images in their order. The images stay open.
   *
   * @throws ImageRejectedException if one would become too large at one of the scales; nothing is
   *     run then
   * @throws vggstream.model.ModelException if a network fails
   */
  public List<double[]> posteriors(List<RgbImage> images) throws ImageRejectedException {
    List<List<ScaledView>> views = new ArrayList<>(images.size());
    for (RgbImage image : images) {
      views.add(protocol.views(image.originalSize(), limit));
    }
    return switch (protocol.cropping()) {
      case DENSE -> dense(images, views);
      case CENTER, TEN_CROP, CROPS -> cropped(images, views);
      case BOTH -> means(dense(images, views), cropped(images, views));
    };
  }

  /** The means of two posteriors for each image. */
  private static List<double[]> means(List<double[]> dense, List<double[]> cropped) {
    List<double[]> means = new ArrayList<>(dense.size());
    for (int i = 0; i < dense.size(); i++) {
      double[] mean = dense.get(i).clone();
      for (int k = 0; k < mean.length; k++) {
        mean[k] = (mean[k] + cropped.get(i)[k]) / 2;
      }
      means.add(mean);
    }
    return means;
  }

  private List<PosteriorMean> empty(int count) {
    return Stream.generate(() -> new PosteriorMean(classCount)).limit(count).toList();
  }

  private List<double[]> cropped(List<RgbImage> images, List<List<ScaledView>> views) {
    List<PosteriorMean> means = empty(images.size());
    crops.run(images, views, means);
    return means.stream().map(PosteriorMean::mean).toList();
  }

  private List<double[]> dense(List<RgbImage> images, List<List<ScaledView>> views) {
    List<PosteriorMean> means = empty(images.size());
    dense.run(
        images,
        views,
        (image, view, slot, outputs) -> {
          for (DenseOutputs ofModel : outputs) {
            view.addScores(ofModel.get(Output.SCORES), slot, means.get(image));
          }
        });
    return means.stream().map(PosteriorMean::mean).toList();
  }
}
