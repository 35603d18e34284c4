package vggstream.train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import vggstream.model.Device;
import vggstream.train.checkpoint.Checkpoint;
import vggstream.train.checkpoint.CheckpointStore;
import vggstream.train.checkpoint.NotFiniteException;
import vggstream.train.checkpoint.TrainingState;
import vggstream.train.data.BatchLoader;
import vggstream.train.data.ColourStatistics;
import vggstream.train.data.HoldOut;
import vggstream.train.data.UnreadableImages;
import vggstream.train.evaluate.ClassificationResult;
import vggstream.train.recipe.PlateauSchedule;
import vggstream.train.recipe.Recipe;
import vggstream.train.step.DropoutKey;
import vggstream.train.step.StepHyperparameters;
import vggstream.train.step.StepOptions;
import vggstream.train.step.StepResult;
import vggstream.train.step.TrainingStep;

/**
 * One training run (paper, section 3.1). After each epoch the network is exported and validated;
 * the best epoch's file stays as the run's model; then the learning rate's schedule moves on and a
 * checkpoint is written. With the same recipe, images and thread count, a run ends in the same
 * weights, bit for bit, whether it was interrupted or not.
 */
public final class Trainer {
  private static final int BATCHES_AHEAD = 3;

  private final Recipe recipe;
  private final HoldOut images;
  private final RunDirectory run;
  private final Options options;
  private final TrainingListener listener;
  private volatile boolean stopRequested;

  /**
   * What does not decide the outcome, but for the last bits.
   *
   * @param device cpu or cuda:N
   * @param threads of a step, at least 1
   * @param loaderThreads that decode, at least 1
   * @param checkpointInterval longest time within an epoch without a checkpoint
   */
  public record Options(
      Device device, int threads, int loaderThreads, Duration checkpointInterval) {}

  /** How a run ended. */
  public enum Outcome {
    /** All epochs were made. */
    EPOCHS_MADE,
    /** Accuracy stopped to improve at the last learning rate. */
    PLATEAU,
    /** {@link #requestStop} was called; the run can be resumed. */
    STOPPED
  }

  public Trainer(
      Recipe recipe, HoldOut images, RunDirectory run, Options options, TrainingListener listener) {
    this.recipe = recipe;
    this.images = images;
    this.run = run;
    this.options = options;
    this.listener = listener;
  }

  /** Ends the run after the step that is being made, with a checkpoint. From any thread. */
  public void requestStop() {
    stopRequested = true;
  }

  /**
   * Trains.
   *
   * @param resume whether to go on from the run's newest checkpoint, if there is one
   * @throws TrainingException if the run cannot begin here or go on, such as by a loss that is not
   *     a number; the last good checkpoint stays
   */
  public Outcome train(boolean resume) throws IOException, InterruptedException, TrainingException {
    CheckpointStore checkpoints = run.checkpoints();
    Optional<Checkpoint> newest = checkpoints.newest();
    try (Checkpoint from = newest.orElse(null)) {
      if (from != null && !resume) {
        throw new TrainingException(
            "%s: holds a run of %d steps: add --resume to go on with it, or choose another folder"
                .formatted(run.root(), from.state().iteration()));
      }
      UnreadableImages unreadable =
          new UnreadableImages(images.train(), recipe.data().unreadableLimit());
      TrainingState state = from == null ? begin(unreadable) : goOn(from.state());
      run.writeRecipe(recipe.toYaml());
      return train(state, from, unreadable);
    } catch (NotFiniteException e) {
      throw diverged(String.valueOf(e.getMessage()));
    }
  }

  private TrainingState begin(UnreadableImages unreadable)
      throws IOException, InterruptedException {
    List<Float> mean =
        recipe.data().mean().isEmpty()
            ? new ColourStatistics(
                    images.train(),
                    ColourStatistics.DEFAULT_SAMPLE,
                    unreadable,
                    options.loaderThreads())
                .mean()
            : recipe.data().mean();
    return new TrainingState(
        TrainingState.FORMAT,
        0,
        0,
        0,
        0,
        recipe.schedule().start(recipe.optimiser().learningRate()),
        -1,
        0,
        recipe.seed(),
        images.train().labels(),
        mean,
        fingerprint(),
        recipe.entries());
  }

  private TrainingState goOn(TrainingState state) throws TrainingException {
    List<String> contradictions = recipe.contradictions(state.recipe());
    if (!contradictions.isEmpty()) {
      throw new TrainingException(
          "the recipe contradicts the run in %s:%n  %s"
              .formatted(run.root(), String.join(System.lineSeparator() + "  ", contradictions)));
    }
    if (!state.images().equals(fingerprint())) {
      throw new TrainingException(
          "%s: the run was begun with other images than those in %s"
              .formatted(run.root(), images.train().root().getParent()));
    }
    return state;
  }

  private String fingerprint() {
    return images.train().fingerprint() + "-" + images.validation().fingerprint();
  }

  private Outcome train(TrainingState state, @Nullable Checkpoint from, UnreadableImages unreadable)
      throws IOException, InterruptedException, TrainingException {
    int batch = recipe.optimiser().batch();
    int batches = BatchLoader.batchesPerEpoch(images.train(), batch);
    ModelExport export = new ModelExport(recipe, state.labels(), state.mean());
    BatchLoader.Options loading =
        new BatchLoader.Options(batch, recipe.seed(), options.loaderThreads(), BATCHES_AHEAD);
    try (TrainingStep step =
            new TrainingStep(
                export.network(),
                batch,
                export.preprocessing(),
                StepOptions.cpu(options.threads()).withDevices(List.of(options.device())));
        BatchLoader loader =
            new BatchLoader(
                images.train(),
                recipe.data().augmentation(recipe.network().crop()),
                unreadable,
                loading,
                state.iteration())) {
      if (from == null) {
        step.initialise(recipe.network().parsedInitialisation(), recipe.seed());
      } else {
        StepTensors.load(from, export.network(), step);
      }
      listener.begins(state.iteration(), (long) recipe.epochs() * batches, batch);
      try {
        return epochs(state, step, loader, export, batches);
      } finally {
        listener.ends();
      }
    }
  }

  private Outcome epochs(
      TrainingState begun, TrainingStep step, BatchLoader loader, ModelExport export, int batches)
      throws IOException, InterruptedException, TrainingException {
    TrainingState state = begun;
    while (state.epoch() < recipe.epochs() && !state.schedule().finished()) {
      Pace pace = new Pace(recipe.optimiser().batch(), loader);
      state = steps(state, step, loader, export, batches, pace);
      if (state.iteration() < (state.epoch() + 1L) * batches) {
        return Outcome.STOPPED;
      }
      state = endEpoch(state, step, export, batches, pace);
      if (stopRequested && state.epoch() < recipe.epochs()) {
        return Outcome.STOPPED;
      }
    }
    return state.schedule().finished() ? Outcome.PLATEAU : Outcome.EPOCHS_MADE;
  }

  /** Makes the steps that are left of an epoch, or fewer if a stop is requested. */
  private TrainingState steps(
      TrainingState begun,
      TrainingStep step,
      BatchLoader loader,
      ModelExport export,
      int batches,
      Pace pace)
      throws IOException, InterruptedException, TrainingException {
    TrainingState state = begun;
    int batch = recipe.optimiser().batch();
    Recipe.Optimiser o = recipe.optimiser();
    StepHyperparameters hyperparameters =
        new StepHyperparameters(
            (float) state.schedule().learningRate(),
            (float) o.momentum(),
            (float) o.weightDecay(),
            (float) o.dropout());
    long epochStart = (long) state.epoch() * batches;
    long written = System.nanoTime();
    while (state.iteration() < epochStart + batches) {
      BatchLoader.Group next = loader.next().groups().get(0);
      StepResult result =
          step.run(
              next.pixels(),
              next.labels(),
              hyperparameters,
              new DropoutKey(recipe.seed(), state.iteration()));
      if (!Float.isFinite(result.loss())) {
        throw diverged(
            "the loss of step %d was %s".formatted(state.iteration() + 1, result.loss()));
      }
      state = state.stepped(state.lossSum() + result.loss(), state.correct() + result.correct());
      pace.stepped();
      long made = state.iteration() - epochStart;
      listener.stepped(
          state.epoch() + 1,
          state.iteration(),
          state.lossSum() / made,
          (double) state.correct() / made / batch,
          pace.imagesPerSecond());
      boolean due =
          System.nanoTime() - written > options.checkpointInterval().toNanos() || stopRequested;
      if (due && made < batches) {
        run.checkpoints().write(state, StepTensors.sources(export.network(), step));
        written = System.nanoTime();
        if (stopRequested) {
          return state;
        }
      }
    }
    return state;
  }

  private TrainingState endEpoch(
      TrainingState made, TrainingStep step, ModelExport export, int batches, Pace pace)
      throws IOException, InterruptedException, TrainingException {
    double imagesPerSecond = pace.imagesPerSecond();
    double waitedShare = pace.waitedShare();
    Path candidate = run.candidate();
    TrainingState whole = made.epochMade();
    export.write(whole, step::readParameter, candidate);
    ClassificationResult result = validate(candidate, whole);
    boolean best = result.accuracy() > made.bestAccuracy();
    if (best) {
      Files.move(
          candidate,
          run.model(),
          StandardCopyOption.ATOMIC_MOVE,
          StandardCopyOption.REPLACE_EXISTING);
    } else {
      Files.delete(candidate);
    }
    PlateauSchedule.State schedule = recipe.schedule().after(made.schedule(), result.accuracy());
    TrainingState validated =
        whole.validated(
            schedule,
            best ? result.accuracy() : made.bestAccuracy(),
            best ? made.iteration() : made.bestIteration(),
            recipe.entries());
    run.checkpoints().write(validated, StepTensors.sources(export.network(), step));
    EpochReport report =
        new EpochReport(
            validated.epoch(),
            validated.iteration(),
            made.schedule().learningRate(),
            made.lossSum() / batches,
            (double) made.correct() / batches / recipe.optimiser().batch(),
            result.accuracy(),
            1 - result.top5Error(),
            best,
            imagesPerSecond,
            waitedShare);
    run.addToHistory(report);
    listener.epochEnds(report);
    return validated;
  }

  private ClassificationResult validate(Path candidate, TrainingState made)
      throws IOException, InterruptedException, TrainingException {
    try {
      return new Validation(
              images.validation(),
              recipe.data().unreadableLimit(),
              options.device(),
              options.threads())
          .run(candidate);
    } catch (IllegalArgumentException e) { // scores that are not finite
      Files.deleteIfExists(candidate);
      throw diverged("validation after step %d: %s".formatted(made.iteration(), e.getMessage()));
    }
  }

  private TrainingException diverged(String what) {
    return new TrainingException(
        what
            + ": training has diverged. The last good checkpoint and model are kept in "
            + run.root()
            + "; a lower optimiser.learning-rate or data.pixel-scale may help");
  }

  /** Time and images of the steps of an epoch made in this process. */
  private static final class Pace {
    private final int batch;
    private final BatchLoader loader;
    private final long start = System.nanoTime();
    private final long waitedBefore;
    private long steps;

    Pace(int batch, BatchLoader loader) {
      this.batch = batch;
      this.loader = loader;
      this.waitedBefore = loader.waitedNanos();
    }

    void stepped() {
      steps++;
    }

    double imagesPerSecond() {
      return steps * batch * 1e9 / Math.max(1, System.nanoTime() - start);
    }

    double waitedShare() {
      return (double) (loader.waitedNanos() - waitedBefore)
          / Math.max(1, System.nanoTime() - start);
    }
  }
}
