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
import java.util.Set;
import java.util.stream.Stream;
import vggstream.train.checkpoint.Checkpoint;
import vggstream.train.checkpoint.CheckpointStore;
import vggstream.train.checkpoint.TrainingState.InitialisedFrom;
import vggstream.train.network.Configuration;
import vggstream.train.network.Layer;
import vggstream.train.network.Network;
import vggstream.train.network.Parameter;
import vggstream.train.recipe.Recipe;
import vggstream.train.recipe.RecipeException;
import vggstream.train.step.TrainingStep;

/**
 * First weights from another run. From a network of the same configuration all layers are taken
 * (paper, section 3.1: S = 384 from S = 256, "fine-tuning all layers"); from another one "the first
 * four convolutional layers and the last three fully-connected layers", by name, the rest being
 * random; their learning rate is not lowered. What does not fit in shape is not taken. Momentum
 * starts at zero.
 */
final class PreInitialisation implements AutoCloseable {
  private static final int FIRST_CONVOLUTIONS = 4;

  private final Checkpoint source;
  private final Configuration configuration;
  private final Set<String> inherited = new LinkedHashSet<>(); // layers, by another configuration
  private final String sha256;

  private PreInitialisation(Checkpoint source) throws IOException, TrainingException {
    this.source = source;
    Recipe recipe;
    try {
      recipe = Recipe.fromEntries(source.state().recipe(), source.directory().toString());
    } catch (RecipeException e) {
      throw new TrainingException(String.valueOf(e.getMessage()), e);
    }
    this.configuration = recipe.network().configuration();
    Network network = Network.of(recipe.network().spec(source.state().labels().size()));
    network.layers().stream()
        .filter(Layer.Convolution.class::isInstance)
        .limit(FIRST_CONVOLUTIONS)
        .forEach(layer -> inherited.add(layer.name()));
    network.layers().stream()
        .filter(Layer.FullyConnected.class::isInstance)
        .forEach(layer -> inherited.add(layer.name()));
    this.sha256 = source.sha256();
  }

  /**
   * Opens a checkpoint's folder, or that of a run, whose best checkpoint is taken; of a run in
   * stages, that of the last stage that has one.
   *
   * @throws TrainingException if it is neither
   */
  static PreInitialisation open(Path folder) throws IOException, TrainingException {
    if (!Files.isDirectory(folder)) {
      throw new NoSuchFileException(folder.toString());
    }
    Checkpoint source = find(folder);
    try {
      return new PreInitialisation(source);
    } catch (IOException | TrainingException | RuntimeException e) {
      source.close();
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
  InitialisedFrom origin() {
    return new InitialisedFrom(source.directory().toString(), sha256);
  }

  /**
   * Loads what is taken.
   *
   * @param labels of the new network's classes
   * @return what was taken and what was not, in lines
   */
  List<String> load(Configuration target, Network network, List<String> labels, TrainingStep step)
      throws IOException {
    Set<String> taken = new LinkedHashSet<>();
    Map<String, String> left = new LinkedHashMap<>(); // layer to reason
    for (Layer layer : network.layers()) {
      if (layer.parameters().isEmpty()) {
        continue;
      }
      String reason = reasonAgainst(layer, target, labels);
      if (reason.isEmpty()) {
        for (Parameter p : layer.parameters()) {
          step.loadParameter(p.name(), StepTensors.read(source, p, p.name()));
        }
        taken.add(layer.name());
      } else {
        left.put(layer.name(), reason);
      }
    }
    List<String> lines = new ArrayList<>();
    lines.add(
        "weights from %s (VGG-%s, %d steps); momentum starts at zero"
            .formatted(source.directory(), configuration.title(), source.state().iteration()));
    lines.add("  taken: " + (taken.isEmpty() ? "nothing" : String.join(", ", taken)));
    left.forEach((layer, reason) -> lines.add("  not taken: %s: %s".formatted(layer, reason)));
    return lines;
  }

  private String reasonAgainst(Layer layer, Configuration target, List<String> labels)
      throws IOException {
    if (target != configuration && !inherited.contains(layer.name())) {
      return "from another configuration only the first four convolutional and the last three"
          + " fully-connected layers are taken";
    }
    for (Parameter p : layer.parameters()) {
      if (!source.names().contains(p.name())) {
        return "VGG-%s has no such layer".formatted(configuration.title());
      }
      if (!source.shape(p.name()).equals(p.shape())) {
        return "its shape is %s there, %s here".formatted(source.shape(p.name()), p.shape());
      }
    }
    boolean scores = layer instanceof Layer.FullyConnected full && !full.rectified();
    return scores && !labels.equals(source.state().labels()) ? "its classes are others" : "";
  }

  @Override
  public void close() throws IOException {
    source.close();
  }
}
