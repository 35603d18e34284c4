package vggstream.train;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import vggstream.model.ModelCard;
import vggstream.train.checkpoint.Checkpoint;
import vggstream.train.network.InferenceGraph;
import vggstream.train.network.Network;
import vggstream.train.network.ParameterSource;
import vggstream.train.network.Precision;
import vggstream.train.network.Preprocessing;
import vggstream.train.recipe.Recipe;
import vggstream.train.recipe.RecipeException;

/** Weights that can be written as a model file, in any precision. */
interface ExportSource extends Closeable {

  /** Metadata that says the precision; without it, it is {@link Precision#FP32}. */
  String PRECISION = "vggstream.precision";

  /**
   * A network with its weights.
   *
   * @param card its own, of full precision
   */
  record Weights(
      Network network, Preprocessing preprocessing, ModelCard card, ParameterSource parameters) {}

  /** Its networks: one, or of a joined file two. */
  List<Weights> networks();

  /** Writes the model file, whole or not at all. */
  void write(Precision precision, Path file) throws IOException;

  /** The weights of a checkpoint. */
  static ExportSource checkpoint(Path folder) throws IOException, RecipeException {
    Checkpoint opened = Checkpoint.open(folder);
    try {
      Recipe recipe = Recipe.fromEntries(opened.state().recipe(), folder.toString());
      ModelExport export = new ModelExport(recipe, opened.state().labels(), opened.state().mean());
      return new OneNetwork(
          new Weights(
              export.network(),
              export.preprocessing(),
              export.card(opened.state()),
              StepTensors.parameters(opened, export.network())),
          opened::close);
    } catch (IOException | RecipeException | RuntimeException e) {
      opened.close();
      throw e;
    }
  }

  /**
   * The weights of a model file.
   *
   * @param path of the file, or a folder that holds {@code model.onnx}
   */
  static ExportSource model(Path path) throws IOException, TrainingException {
    SavedModel saved = SavedModel.open(SavedModel.file(path));
    return new OneNetwork(saved.weights(), saved::close);
  }

  /** A card's metadata; another precision than the trained one is part of version and source. */
  static Map<String, String> metadata(ModelCard card, Precision precision) {
    if (precision == Precision.FP32) {
      return card.toMetadata();
    }
    String ending = "-" + precision.title();
    ModelCard written =
        new ModelCard(
            card.name(),
            card.version().endsWith(ending) ? card.version() : card.version() + ending,
            card.architecture(),
            card.task(),
            card.labels(),
            card.mean(),
            card.scale(),
            card.trainingScaleMin(),
            card.trainingScaleMax(),
            card.cropSide(),
            card.stride(),
            card.featureCount(),
            card.weightsSource() + "; rounded to " + precision.title());
    Map<String, String> metadata = new LinkedHashMap<>(written.toMetadata());
    metadata.put(PRECISION, precision.title());
    return metadata;
  }

  /** Of a network that stands for itself, and what its weights are read from. */
  record OneNetwork(Weights weights, Closeable opened) implements ExportSource {
    @Override
    public List<Weights> networks() {
      return List.of(weights);
    }

    @Override
    public void write(Precision precision, Path file) throws IOException {
      InferenceGraph.write(
          weights.network(),
          weights.preprocessing(),
          precision,
          ExportSource.metadata(weights.card(), precision),
          weights.parameters(),
          file);
    }

    @Override
    public void close() throws IOException {
      opened.close();
    }
  }
}
