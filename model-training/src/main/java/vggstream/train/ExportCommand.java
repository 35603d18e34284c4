package vggstream.train;

import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import vggstream.train.checkpoint.Checkpoint;
import vggstream.train.recipe.Recipe;

/** {@code export}: a checkpoint's weights as a model file. */
@Command(
    name = "export",
    mixinStandardHelpOptions = true,
    description = "Writes the weights of a checkpoint as a model file.")
final class ExportCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--checkpoint",
      required = true,
      description = "Folder of a checkpoint, such as RUN/checkpoints/checkpoint-000001000.")
  private Path checkpoint;

  @Option(names = "--out", required = true, description = "Model file to write.")
  private Path out;

  @Override
  public Integer call() throws Exception {
    try (Checkpoint opened = Checkpoint.open(checkpoint)) {
      Recipe recipe = Recipe.fromEntries(opened.state().recipe(), checkpoint.toString());
      ModelExport export = new ModelExport(recipe, opened.state().labels(), opened.state().mean());
      export.write(
          opened.state(), StepTensors.parameters(opened, export.network()), out.toAbsolutePath());
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    PrintWriter text = spec.commandLine().getOut();
    text.println("wrote " + out);
    text.flush();
    return 0;
  }
}
