package vggstream.classify;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import vggstream.image.ImageRejectedException;
import vggstream.image.RgbImage;
import vggstream.image.Size;
import vggstream.model.DenseModel;
import vggstream.model.DenseOutputs;
import vggstream.model.ModelCard;
import vggstream.model.Output;
import vggstream.tensor.PixelBatch;

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
  private final int maxBatch;
  private final RescaleLimit limit;
  private final int classCount;
  private final CropRuns crops;
  private ByteBuffer memory = ByteBuffer.allocateDirect(0);

  /** With the default {@link RescaleLimit}. */
  public DenseClassifier(List<DenseModel> models, Protocol protocol, int maxBatch) {
    this(models, protocol, maxBatch, RescaleLimit.DEFAULT);
  }

  /**
   * For the mean of the networks' posteriors.
   *
   * @param models at least one, all of task {@link ModelCard.Task#CLASSIFY}, with the same labels
   * @param maxBatch views in one run, at least 1, or 2 where the protocol flips; fewer are run
   *     together where they have more pixels than one view may have
   * @throws IllegalArgumentException if a rule is broken, or a scale is below a network's crop side
   */
  public DenseClassifier(
      List<DenseModel> models, Protocol protocol, int maxBatch, RescaleLimit limit) {
    this.models = List.copyOf(models);
    this.protocol = protocol;
    this.maxBatch = maxBatch;
    this.limit = limit;
    int least = protocol.flip() ? 2 : 1;
    if (maxBatch < least) {
      throw new IllegalArgumentException(
          "maxBatch must be at least %d with flip %s: was %d"
              .formatted(least, protocol.flip(), maxBatch));
    }
    this.classCount = requireEnsemble(this.models, protocol);
    this.crops = new CropRuns(this.models, protocol.cropping(), maxBatch, limit);
  }

  private static int requireEnsemble(List<DenseModel> models, Protocol protocol) {
    if (models.isEmpty()) {
      throw new IllegalArgumentException("models must be at least one: were none");
    }
    ModelCard first = models.get(0).card();
    for (DenseModel model : models) {
      ModelCard card = model.card();
      if (card.task() != ModelCard.Task.CLASSIFY) {
        throw new IllegalArgumentException(
            "a network that classifies must be of task CLASSIFY: %s is of %s"
                .formatted(card.name(), card.task()));
      }
      if (!card.labels().equals(first.labels())) {
        throw new IllegalArgumentException(
            "networks of one ensemble must have the same labels in the same order: %s"
                .formatted(difference(first, card)));
      }
      protocol.requireFits(card);
    }
    return first.classCount();
  }

  private static String difference(ModelCard a, ModelCard b) {
    if (a.classCount() != b.classCount()) {
      return "%s has %d, %s has %d".formatted(a.name(), a.classCount(), b.name(), b.classCount());
    }
    int k = 0;
    while (a.labels().get(k).equals(b.labels().get(k))) {
      k++;
    }
    return "class %d is %s in %s, %s in %s"
        .formatted(k, a.labels().get(k), a.name(), b.labels().get(k), b.name());
  }

  /** A view and the image it is of, by its index. */
  private record Part(int image, ScaledView view) {}

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
    Map<Size, List<Part>> bySize = new LinkedHashMap<>();
    for (int i = 0; i < images.size(); i++) {
      for (ScaledView view : views.get(i)) {
        bySize.computeIfAbsent(view.size(), s -> new ArrayList<>()).add(new Part(i, view));
      }
    }
    int partSlots = protocol.flip() ? 2 : 1;
    bySize.forEach(
        (size, parts) -> {
          long slots = Math.min(maxBatch, Math.max(partSlots, limit.maxPixels() / size.pixels()));
          int together = (int) slots / partSlots;
          for (int from = 0; from < parts.size(); from += together) {
            int to = Math.min(parts.size(), from + together);
            runTogether(images, parts.subList(from, to), size, means);
          }
        });
    return means.stream().map(PosteriorMean::mean).toList();
  }

  /** Runs the parts, all of one size, as one batch. */
  private void runTogether(
      List<RgbImage> images, List<Part> parts, Size size, List<PosteriorMean> means) {
    int slots = parts.stream().mapToInt(p -> p.view().slots()).sum();
    PixelBatch batch = batch(slots, size); // (N, H, W, 3)
    int slot = 0;
    for (Part part : parts) {
      part.view().write(images.get(part.image()), batch, slot);
      slot += part.view().slots();
    }
    for (DenseModel model : models) {
      DenseOutputs outputs =
          DenseOutputs.allocate(
              model.card(), slots, size.height(), size.width(), EnumSet.of(Output.SCORES));
      model.run(batch, outputs);
      slot = 0;
      for (Part part : parts) {
        part.view().addScores(outputs.get(Output.SCORES), slot, means.get(part.image()));
        slot += part.view().slots();
      }
    }
  }

  private PixelBatch batch(int slots, Size size) {
    int bytes = Math.toIntExact(PixelBatch.bytes(slots, size.height(), size.width()));
    if (memory.capacity() < bytes) {
      memory = ByteBuffer.allocateDirect(bytes);
    }
    return new PixelBatch(memory, slots, size.height(), size.width());
  }
}
