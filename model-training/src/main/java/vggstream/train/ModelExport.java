package vggstream.train;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import vggstream.model.ModelCard;
import vggstream.train.checkpoint.TrainingState;
import vggstream.train.network.InferenceGraph;
import vggstream.train.network.Network;
import vggstream.train.network.NetworkSpec;
import vggstream.train.network.ParameterSource;
import vggstream.train.network.Preprocessing;
import vggstream.train.recipe.Recipe;

/** Writes model files with their cards. */
final class ModelExport {
  private final Recipe recipe;
  private final Network network;
  private final List<String> labels;
  private final Preprocessing preprocessing;

  ModelExport(Recipe recipe, List<String> labels, List<Float> mean) {
    this.recipe = recipe;
    this.network = recipe.networkOf(labels.size());
    this.labels = labels;
    this.preprocessing = new Preprocessing(mean, recipe.data().pixelScale());
  }

  Network network() {
    return network;
  }

  Preprocessing preprocessing() {
    return preprocessing;
  }

  /** Writes the weights of a run's state. */
  void write(TrainingState state, ParameterSource parameters, Path file) throws IOException {
    InferenceGraph.write(network, preprocessing, card(state).toMetadata(), parameters, file);
  }

  /** The card of a run's state. */
  ModelCard card(TrainingState state) {
    return card(
        "epoch-%d-step-%d".formatted(state.epoch(), state.iteration()),
        String.format(
            Locale.ROOT,
            "trained by VGG Stream from recipe %s, seed %d, %d steps",
            recipe.name(),
            recipe.seed(),
            state.iteration()));
  }

  private ModelCard card(String version, String weightsSource) {
    return new ModelCard(
        recipe.name(),
        version,
        "VGG-" + recipe.network().configuration().title(),
        switch (recipe.task().head()) {
          case CLASSIFY -> ModelCard.Task.CLASSIFY;
          case SCR -> ModelCard.Task.LOCALISE_SCR;
          case PCR -> ModelCard.Task.LOCALISE_PCR;
        },
        labels,
        preprocessing.mean(),
        preprocessing.scale(),
        recipe.data().scaleMin(),
        recipe.data().scaleMax(),
        recipe.network().crop(),
        NetworkSpec.STRIDE,
        recipe.network().fc(),
        weightsSource);
  }
}
