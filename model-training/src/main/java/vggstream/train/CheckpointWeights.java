package vggstream.train;

import java.io.IOException;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Set;
import vggstream.train.checkpoint.Checkpoint;
import vggstream.train.checkpoint.TrainingState.InitialisedFrom;
import vggstream.train.network.Parameter;
import vggstream.train.recipe.Recipe;
import vggstream.train.recipe.RecipeException;

/** The weights of a checkpoint. */
final class CheckpointWeights implements SavedWeights {
  private final Checkpoint checkpoint;
  private final Origin origin;
  private final InitialisedFrom identity;

  private CheckpointWeights(Checkpoint checkpoint) throws IOException, TrainingException {
    this.checkpoint = checkpoint;
    Recipe recipe;
    try {
      recipe = Recipe.fromEntries(checkpoint.state().recipe(), checkpoint.directory().toString());
    } catch (RecipeException e) {
      throw new TrainingException(String.valueOf(e.getMessage()), e);
    }
    this.origin =
        new Origin(
            recipe.network().configuration(),
            recipe.task().head(),
            checkpoint.state().labels(),
            recipe.data().scaleMin(),
            recipe.data().scaleMax(),
            checkpoint.state().mean(),
            recipe.data().pixelScale());
    this.identity = new InitialisedFrom(checkpoint.directory().toString(), checkpoint.sha256());
  }

  /** The weights of a checkpoint, which is closed with them, or if they cannot be had. */
  static CheckpointWeights of(Checkpoint checkpoint) throws IOException, TrainingException {
    try {
      return new CheckpointWeights(checkpoint);
    } catch (IOException | TrainingException | RuntimeException e) {
      checkpoint.close();
      throw e;
    }
  }

  @Override
  public Origin origin() {
    return origin;
  }

  @Override
  public String description() {
    return "%s (VGG-%s, %d steps)"
        .formatted(
            checkpoint.directory(), origin.configuration().title(), checkpoint.state().iteration());
  }

  @Override
  public InitialisedFrom identity() {
    return identity;
  }

  @Override
  public Set<String> names() {
    return checkpoint.names();
  }

  @Override
  public List<Long> shape(String name) throws IOException {
    return checkpoint.shape(name);
  }

  @Override
  public FloatBuffer read(Parameter parameter) throws IOException {
    return StepTensors.read(checkpoint, parameter, parameter.name());
  }

  @Override
  public void close() throws IOException {
    checkpoint.close();
  }
}
