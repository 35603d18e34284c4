package vggstream.train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import vggstream.train.checkpoint.Checkpoint;
import vggstream.train.checkpoint.CheckpointStore;
import vggstream.train.checkpoint.TrainingState.InitialisedFrom;
import vggstream.train.network.Head;
import vggstream.train.network.Layer;
import vggstream.train.network.Network;
import vggstream.train.network.NetworkSpec;
import vggstream.train.network.Parameter;
import vggstream.train.recipe.Recipe;
import vggstream.train.step.TrainingStep;

/**
 * First weights from another run or model. From a network of the same configuration all layers are
 * taken (paper, section 3.1: S = 384 from S = 256, "fine-tuning all layers"); from another one "the
 * first four convolutional layers and the last three fully-connected layers", by name, the rest
 * being random; their learning rate is not lowered. What does not fit in shape is not taken, nor a
 * last layer that predicts something else: a localiser begins with all but the last layer of a
 * network that classifies (appendix A). Momentum starts at zero.
 */
final class PreInitialisation implements AutoCloseable {
  private static final int FIRST_CONVOLUTIONS = 4;

  private final SavedWeights source;
  private final SavedWeights.Origin origin;
  private final Set<String> inherited = new LinkedHashSet<>(); // layers, by another configuration
  private final InitialisedFrom identity;

  private PreInitialisation(SavedWeights source) {
    this.source = source;
    this.origin = source.origin();
    Network network = Network.of(NetworkSpec.paper(origin.configuration()));
    network.layers().stream()
        .filter(Layer.Convolution.class::isInstance)
        .limit(FIRST_CONVOLUTIONS)
        .forEach(layer -> inherited.add(layer.name()));
    network.layers().stream()
        .filter(Layer.FullyConnected.class::isInstance)
        .forEach(layer -> inherited.add(layer.name()));
    this.identity = source.identity();
  }

  /**
   * Opens a model file, a checkpoint's folder, or that of a run, whose best checkpoint is taken; of
   * a run in stages, that of the last stage that has one.
   *
   * @throws TrainingException if it is none of these
   */
  static PreInitialisation open(Path source) throws IOException, TrainingException {
    if (Files.isRegularFile(source)) {
      return of(SavedModel.open(source));
    }
    if (!Files.isDirectory(source)) {
      throw new NoSuchFileException(source.toString());
    }
    return of(CheckpointWeights.of(find(source)));
  }

  private static PreInitialisation of(SavedWeights weights) throws IOException {
    try {
      return new PreInitialisation(weights);
    } catch (RuntimeException e) {
      weights.close();
      throw e;
    }
  }

  private static Checkpoint find(Path folder) throws IOException, TrainingException {
    if (Checkpoint.isIn(folder)) {
      return Checkpoint.open(folder);
    }
    for (Path run : runs(folder)) {
      var best = new CheckpointStore(run.resolve(RunDirectory.CHECKPOINTS)).best();
      if (best.isPresent()) {
        return best.get();
      }
    }
    throw new TrainingException(
        folder + ": is neither a checkpoint nor a run that has one (--init-from)");
  }

  /** The run itself, and its stages, the last one first. */
  private static List<Path> runs(Path folder) throws IOException {
    List<Path> runs = new ArrayList<>(List.of(folder));
    try (Stream<Path> entries = Files.list(folder)) {
      entries
          .filter(entry -> ChainRun.stageNumber(entry) > 0)
          .sorted((a, b) -> ChainRun.stageNumber(b) - ChainRun.stageNumber(a))
          .forEach(runs::add);
    }
    return runs;
  }

  /** What a run remembers of this. */
  InitialisedFrom identity() {
    return identity;
  }

  /** The mean that the network's graph subtracts, red, green, blue. */
  List<Float> mean() {
    return origin.mean();
  }

  /**
   * Checks that a localiser may begin so: it must see pixels as the network did whose layers it
   * takes.
   *
   * @throws TrainingException if it does not
   */
  void requireFits(Recipe.DataPart data) throws TrainingException {
    if (!data.pixelScale().equals(origin.pixelScale())) {
      throw new TrainingException(
          "data.pixel-scale must be that of the network to begin with, %s: was %s"
              .formatted(origin.pixelScale(), data.pixelScale()));
    }
    if (!data.mean().isEmpty() && !data.mean().equals(origin.mean())) {
      throw new TrainingException(
          "data.mean must be auto or that of the network to begin with, %s: was %s"
              .formatted(origin.mean(), data.mean()));
    }
  }

  /**
   * Loads what is taken.
   *
   * @param recipe of the new network
   * @param labels of the new network's classes
   * @return what was taken and what was not, in lines
   * @throws TrainingException if a layer that stays fixed is not taken
   */
  List<String> load(Recipe recipe, Network network, List<String> labels, TrainingStep step)
      throws IOException, TrainingException {
    Set<String> taken = new LinkedHashSet<>();
    Map<String, String> left = new LinkedHashMap<>(); // layer to reason
    for (Layer layer : network.layers()) {
      if (layer.parameters().isEmpty()) {
        continue;
      }
      String reason = reasonAgainst(layer, network.spec(), labels);
      if (reason.isEmpty()) {
        for (Parameter p : layer.parameters()) {
          step.loadParameter(p.name(), source.read(p));
        }
        taken.add(layer.name());
      } else if (network.trains(layer)) {
        left.put(layer.name(), reason);
      } else {
        throw new TrainingException(
            "fine-tune: fc fixes %s, which cannot be taken from %s: %s"
                .formatted(layer.name(), source.description(), reason));
      }
    }
    List<String> lines = new ArrayList<>();
    lines.add("weights from %s; momentum starts at zero".formatted(source.description()));
    lines.add("  taken: " + (taken.isEmpty() ? "nothing" : String.join(", ", taken)));
    left.forEach((layer, reason) -> lines.add("  not taken: %s: %s".formatted(layer, reason)));
    if (network.spec().head().localises()) {
      scaleWarning(recipe.data()).ifPresent(lines::add);
    }
    return lines;
  }

  /** The paper's localisers begin with networks that were trained at the same scale. */
  private Optional<String> scaleWarning(Recipe.DataPart data) {
    if (origin.scaleMin() == data.scaleMin() && origin.scaleMax() == data.scaleMax()) {
      return Optional.empty();
    }
    return Optional.of(
        ("  warning: these weights were trained at S = %s, the localiser is at S = %d: the paper has"
                + " both at the same")
            .formatted(
                origin.scaleMin() == origin.scaleMax()
                    ? Integer.toString(origin.scaleMin())
                    : "[%d; %d]".formatted(origin.scaleMin(), origin.scaleMax()),
                data.scaleMin()));
  }

  private String reasonAgainst(Layer layer, NetworkSpec target, List<String> labels)
      throws IOException {
    if (target.configuration() != origin.configuration() && !inherited.contains(layer.name())) {
      return "from another configuration only the first four convolutional and the last three"
          + " fully-connected layers are taken";
    }
    boolean last = layer instanceof Layer.FullyConnected full && !full.rectified();
    if (last && target.head() != origin.head()) {
      return "it predicts something else there";
    }
    for (Parameter p : layer.parameters()) {
      if (!source.names().contains(p.name())) {
        return "VGG-%s has no such layer".formatted(origin.configuration().title());
      }
      if (!source.shape(p.name()).equals(p.shape())) {
        return "its shape is %s there, %s here".formatted(source.shape(p.name()), p.shape());
      }
    }
    boolean ofClasses = last && target.head() != Head.SCR;
    return ofClasses && !labels.equals(origin.labels()) ? "its classes are others" : "";
  }

  @Override
  public void close() throws IOException {
    source.close();
  }
}
