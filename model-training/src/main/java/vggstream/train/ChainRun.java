package vggstream.train;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import vggstream.train.data.DataSet;
import vggstream.train.data.HoldOut;
import vggstream.train.recipe.Recipe;
import vggstream.train.recipe.RecipeChain;

/**
 * Trains what a recipe file holds: one run, or stages one after another, each a run in a folder of
 * its own ({@code 1-<name>}, {@code 2-<name>} ...) below that of the whole, which gets the last
 * stage's model. Nothing else is remembered of where a chain stands: a stage that is over says so
 * by its newest checkpoint, so a chain that was killed goes on wherever it was.
 */
final class ChainRun {
  private static final Pattern STAGE = Pattern.compile("([1-9]\\d{0,3})-.+");

  private final RecipeChain chain;
  private final DataSet data;
  private final HoldOut images;
  private final Trainer.Options options;
  private final List<String> command;
  private final PrintWriter out;
  private final TrainingListener listener;
  private final StopSignal stop;

  ChainRun(
      RecipeChain chain,
      DataSet data,
      HoldOut images,
      Trainer.Options options,
      List<String> command,
      PrintWriter out,
      TrainingListener listener,
      StopSignal stop) {
    this.chain = chain;
    this.data = data;
    this.images = images;
    this.options = options;
    this.command = command;
    this.out = out;
    this.listener = listener;
    this.stop = stop;
  }

  /** The number of a stage's folder; 0 for any other. */
  static int stageNumber(Path folder) {
    Matcher name = STAGE.matcher(String.valueOf(folder.getFileName()));
    return name.matches() && Files.isDirectory(folder) ? Integer.parseInt(name.group(1)) : 0;
  }

  /**
   * Trains.
   *
   * @param initFrom whose weights the first stage begins with; null for random ones
   * @return how the last stage begun ended
   */
  RunSummary train(Path root, @Nullable Path initFrom, boolean resume)
      throws IOException, InterruptedException, TrainingException {
    try (RunDirectory whole = RunDirectory.open(root)) {
      if (!chain.isChain()) {
        return train(whole, chain.stages().get(0).recipe(), initFrom, resume);
      }
      List<RecipeChain.Stage> stages = chain.stages();
      Path first = folder(root, 0);
      if (!resume && Files.exists(first)) {
        throw new TrainingException(
            "%s: holds a run in stages: add --resume to go on with it, or choose another folder"
                .formatted(root));
      }
      whole.writeRecipe(chain.toYaml());
      RunSummary summary = null;
      for (int i = 0; i < stages.size(); i++) {
        RecipeChain.Stage stage = stages.get(i);
        Path from = stage.fromPrevious() ? folder(root, i - 1) : i == 0 ? initFrom : null;
        out.printf("stage %d of %d: %s%n", i + 1, stages.size(), stage.name());
        out.flush();
        try (RunDirectory run = RunDirectory.open(folder(root, i))) {
          summary = train(run, stage.recipe(), from, resume);
        }
        if (summary.outcome() == RunSummary.Outcome.STOPPED
            || stop.isRequested() && i + 1 < stages.size()) {
          return stopped(summary);
        }
      }
      copy(folder(root, stages.size() - 1).resolve("model.onnx"), whole.model());
      if (summary == null) {
        throw new IllegalStateException("a chain has stages");
      }
      return summary;
    }
  }

  private static RunSummary stopped(RunSummary s) {
    return new RunSummary(
        RunSummary.Outcome.STOPPED,
        s.firstStep(),
        s.lastStep(),
        s.images(),
        s.seconds(),
        s.waitedShare(),
        s.bestAccuracy());
  }

  private Path folder(Path root, int stage) {
    return root.resolve("%d-%s".formatted(stage + 1, chain.stages().get(stage).name()));
  }

  private RunSummary train(RunDirectory run, Recipe recipe, @Nullable Path from, boolean resume)
      throws IOException, InterruptedException, TrainingException {
    Trainer trainer = new Trainer(recipe, images, run, options, from, listener, stop);
    if (!resume && !run.checkpoints().isEmpty()) {
      return trainer.train(false); // refuses, before anything is written
    }
    RunFile file =
        RunFile.begin(run.root(), recipe, command, options, data, images, trainer.fingerprint());
    try {
      RunSummary summary = trainer.train(resume);
      file.end(summary);
      if (summary.images() > 0) {
        out.println(summary.line());
        out.flush();
      }
      return summary;
    } catch (IOException | TrainingException e) {
      try {
        file.fail(e);
      } catch (IOException second) { // such as on a full disk: the first reason is the one to tell
        e.addSuppressed(second);
      }
      throw e;
    }
  }

  private static void copy(Path model, Path target) throws IOException {
    Path unfinished = target.resolveSibling(".model.onnx.unfinished");
    Files.copy(model, unfinished, StandardCopyOption.REPLACE_EXISTING);
    Files.move(
        unfinished, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
