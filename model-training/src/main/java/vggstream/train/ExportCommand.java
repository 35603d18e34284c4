package vggstream.train;

import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import vggstream.train.checkpoint.Checkpoint;
import vggstream.train.recipe.Recipe;

/** {@code export}: a checkpoint's weights as a model file, or two model files as one. */
@Command(
    name = "export",
    mixinStandardHelpOptions = true,
    description = {
      "Writes the weights of a checkpoint as a model file,",
      "or joins a network that classifies and one that localises in one file."
    })
final class ExportCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @ArgGroup(multiplicity = "1")
  private Source source = new Source();

  /** What is exported. */
  private static final class Source {
    @Option(
        names = "--checkpoint",
        required = true,
        description = "Folder of a checkpoint, such as RUN/checkpoints/checkpoint-000001000.")
    private @Nullable Path checkpoint;

    @Option(
        names = "--join",
        arity = "2",
        required = true,
        paramLabel = "MODEL",
        description = {
          "Model file, or run, of a network that classifies, and that of a localiser that was"
              + " trained from it with fine-tune: fc. Their convolutional layers must be the same"
              + " bit for bit; they are written, and computed, once."
        })
    private List<Path> join = new ArrayList<>();
  }

  @Option(names = "--out", required = true, description = "Model file to write.")
  private Path out;

  @Override
  public Integer call() throws Exception {
    PrintWriter text = spec.commandLine().getOut();
    try {
      Path checkpoint = source.checkpoint;
      if (source.join.size() > 2) {
        throw new ParameterException(
            spec.commandLine(), "--join must be given once, with two models: was " + source.join);
      }
      if (checkpoint == null) {
        text.println(JoinedExport.write(source.join.get(0), source.join.get(1), out));
      } else {
        write(checkpoint);
      }
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    text.println("wrote " + out);
    text.flush();
    return 0;
  }

  private void write(Path checkpoint) throws Exception {
    try (Checkpoint opened = Checkpoint.open(checkpoint)) {
      Recipe recipe = Recipe.fromEntries(opened.state().recipe(), checkpoint.toString());
      ModelExport export = new ModelExport(recipe, opened.state().labels(), opened.state().mean());
      export.write(
          opened.state(), StepTensors.parameters(opened, export.network()), out.toAbsolutePath());
    }
  }
}
