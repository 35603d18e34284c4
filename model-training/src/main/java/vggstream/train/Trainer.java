package vggstream.train;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import vggstream.model.Device;
import vggstream.train.checkpoint.Checkpoint;
import vggstream.train.checkpoint.NotFiniteException;
import vggstream.train.checkpoint.TrainingState;
import vggstream.train.data.Augmentation;
import vggstream.train.data.BatchLoader;
import vggstream.train.data.ColourShift;
import vggstream.train.data.ColourStatistics;
import vggstream.train.data.DataException;
import vggstream.train.data.HoldOut;
import vggstream.train.data.PrincipalColours;
import vggstream.train.data.UnreadableImages;
import vggstream.train.journal.EventFile;
import vggstream.train.recipe.Recipe;
import vggstream.train.recipe.Task;
import vggstream.train.step.StepOptions;
import vggstream.train.step.TrainingStep;

/**
 * One training run (paper, section 3.1). After each epoch the network is exported and validated;
 * the best epoch's file stays as the run's model; then the learning rate's schedule moves on and a
 * checkpoint is written. With the same recipe, images, devices and thread count, a run ends in the
 * same weights, bit for bit, whether it was interrupted or not.
 */
public final class Trainer {
  private static final int BATCHES_AHEAD = 3;

  private final Recipe recipe;
  private final HoldOut images;
  private final RunDirectory run;
  private final Options options;
  private final @Nullable Path initFrom;
  private final TrainingListener listener;
  private final StopSignal stop;
  private @Nullable String fingerprint;

  /**
   * What does not decide the outcome, but for the last bits.
   *
   * @param devices of the replicas that share a step's images, at least one: cpu or cuda:N
   * @param threads of each replica, at least 1
   * @param loaderThreads that decode, at least 1
   * @param checkpointInterval longest time within an epoch without a checkpoint
   */
  public record Options(
      List<Device> devices, int threads, int loaderThreads, Duration checkpointInterval) {
    public Options {
      devices = List.copyOf(devices);
    }
  }

  /**
   * Prepares a run.
   *
   * @param initFrom checkpoint, or run, whose weights it begins with; null to begin with random
   *     ones. A run that goes on only checks that they are still the same
   */
  public Trainer(
      Recipe recipe,
      HoldOut images,
      RunDirectory run,
      Options options,
      @Nullable Path initFrom,
      TrainingListener listener,
      StopSignal stop) {
    this.recipe = recipe;
    this.images = images;
    this.run = run;
    this.options = options;
    this.initFrom = initFrom;
    this.listener = listener;
    this.stop = stop;
  }

  /**
   * Trains.
   *
   * @param resume whether to go on from the run's newest checkpoint, if there is one
   * @throws TrainingException if the run cannot begin here or go on, such as by a loss that is not
   *     a number, or a full disk; the last good checkpoint stays
   */
  public RunSummary train(boolean resume)
      throws IOException, InterruptedException, TrainingException {
    if (recipe.task().localises() && images.train().boxes() == null) {
      throw new TrainingException(
          "%s: task: localise needs images with boxes: these have none"
              .formatted(images.train().root()));
    }
    Optional<Checkpoint> newest = run.checkpoints().newest();
    try (Checkpoint from = newest.orElse(null);
        PreInitialisation weights = initFrom == null ? null : PreInitialisation.open(initFrom)) {
      if (from != null && !resume) {
        throw new TrainingException(
            "%s: holds a run of %d steps: add --resume to go on with it, or choose another folder"
                .formatted(run.root(), from.state().iteration()));
      }
      UnreadableImages unreadable =
          new UnreadableImages(images.train(), recipe.data().unreadableLimit());
      TrainingState state = from == null ? begin(unreadable, weights) : goOn(from.state(), weights);
      run.writeRecipe(recipe.toYaml());
      run.history().cut(state.iteration());
      if (TrainingLoop.isOver(recipe, state)) {
        return TrainingLoop.nothingLeft(state);
      }
      return train(state, from, from == null ? weights : null, unreadable);
    } catch (NotFiniteException e) {
      throw run.diverged(String.valueOf(e.getMessage()));
    }
  }

  private TrainingState begin(UnreadableImages unreadable, @Nullable PreInitialisation weights)
      throws IOException, InterruptedException, TrainingException {
    Recipe.DataPart data = recipe.data();
    boolean localises = recipe.task().localises();
    if (localises && weights != null) {
      weights.requireFits(data);
    } else if (recipe.task().fineTune() == Task.FineTune.FC) {
      throw new TrainingException(
          "fine-tune: fc leaves the convolutional layers as they are: --init-from must say whose");
    } else if (localises) {
      listener.note("all layers start at random: the paper's begin with a network that classifies");
    }
    ColourStatistics statistics =
        new ColourStatistics(
            images.train(), ColourStatistics.DEFAULT_SAMPLE, unreadable, options.loaderThreads());
    List<Float> ownMean = localises && weights != null ? weights.mean() : statistics.mean();
    List<Float> mean = data.mean().isEmpty() ? ownMean : data.mean();
    PrincipalColours colours = data.colourShift() > 0 ? statistics.principalColours() : null;
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
        colours,
        fingerprint(),
        weights == null ? null : weights.identity(),
        recipe.entries());
  }

  private TrainingState goOn(TrainingState state, @Nullable PreInitialisation weights)
      throws TrainingException {
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
    if (weights != null) {
      TrainingState.InitialisedFrom begun = state.initialisedFrom();
      if (begun == null || !begun.sha256().equals(weights.identity().sha256())) {
        throw new TrainingException(
            "%s: the run was begun from %s, --init-from now gives %s"
                .formatted(
                    run.root(), begun == null ? "random weights" : begun, weights.identity()));
      }
    }
    return state;
  }

  /** Hash of the images to train and to validate on. */
  String fingerprint() {
    if (fingerprint == null) {
      fingerprint = images.train().fingerprint() + "-" + images.validation().fingerprint();
    }
    return fingerprint;
  }

  private RunSummary train(
      TrainingState state,
      @Nullable Checkpoint from,
      @Nullable PreInitialisation weights,
      UnreadableImages unreadable)
      throws IOException, InterruptedException, TrainingException {
    int batch = recipe.optimiser().batch();
    int batches = BatchLoader.batchesPerEpoch(images.train(), batch);
    ModelExport export = new ModelExport(recipe, state.labels(), state.mean());
    BatchLoader.Options loading =
        new BatchLoader.Options(batch, recipe.seed(), options.loaderThreads(), BATCHES_AHEAD);
    try (TrainingStep step = step(export, batch);
        BatchLoader loader =
            new BatchLoader(
                images.train(),
                augmentation(state.colours()),
                unreadable,
                loading,
                state.iteration());
        EventFile events = EventFile.open(run.root(), state.iteration())) {
      if (from == null) {
        step.initialise(recipe.network().parsedInitialisation(), recipe.seed());
      } else {
        StepTensors.load(from, export.network(), step);
      }
      if (weights != null) {
        weights.load(recipe, export.network(), state.labels(), step).forEach(listener::note);
      }
      listener.begins(
          state.iteration(),
          (long) recipe.epochs() * batches,
          batch,
          recipe.task().localises() ? "IoU" : "accuracy");
      Validation validation =
          Validation.of(
              recipe,
              images.validation(),
              options.devices().get(0),
              options.threads() * options.devices().size());
      try {
        return new TrainingLoop(
                recipe, run, export, step, loader, validation, events, listener, stop, batches)
            .run(state, options.checkpointInterval());
      } finally {
        listener.ends();
        if (unreadable.count() > 0) {
          listener.note(
              "%d of %d images to train on could not be read and were left out; see the warnings"
                  .formatted(unreadable.count(), images.train().size()));
        }
      }
    } catch (DataException | NotFiniteException e) {
      throw e;
    } catch (IOException e) {
      throw run.notWritten(e);
    }
  }

  private TrainingStep step(ModelExport export, int batch) throws TrainingException {
    StepOptions how =
        StepOptions.cpu(options.threads())
            .withDevices(options.devices())
            .withMicroBatch(recipe.optimiser().microBatch())
            .withColourShift(recipe.data().colourShift() > 0)
            .withWholeImages(recipe.data().wholeImages());
    try {
      return new TrainingStep(export.network(), batch, export.preprocessing(), how);
    } catch (IllegalArgumentException e) {
      throw new TrainingException(
          "batches of %d cannot be trained on so: %s".formatted(batch, e.getMessage()), e);
    }
  }

  private Augmentation augmentation(@Nullable PrincipalColours colours) {
    Augmentation crops = recipe.data().augmentation(recipe.network().crop());
    Augmentation images = recipe.data().wholeImages() ? crops.withWholeImages() : crops;
    return colours == null
        ? images
        : images.withColourShift(new ColourShift(recipe.data().colourShift(), colours));
  }
}
