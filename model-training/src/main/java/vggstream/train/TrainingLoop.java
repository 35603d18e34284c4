package vggstream.train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import vggstream.train.checkpoint.TrainingState;
import vggstream.train.data.BatchLoader;
import vggstream.train.journal.Curves;
import vggstream.train.journal.EpochReport;
import vggstream.train.journal.EventFile;
import vggstream.train.journal.Measures;
import vggstream.train.recipe.PlateauSchedule;
import vggstream.train.recipe.Recipe;
import vggstream.train.step.DropoutKey;
import vggstream.train.step.StepHyperparameters;
import vggstream.train.step.StepPart;
import vggstream.train.step.StepResult;
import vggstream.train.step.TrainingStep;

/** The epochs of a run, once all is prepared: steps, validation, schedule, checkpoint. */
final class TrainingLoop {
  /** Steps an epoch, at most, whose values go to the event file. */
  private static final int EVENTS = 50;

  private final Recipe recipe;
  private final RunDirectory run;
  private final ModelExport export;
  private final TrainingStep step;
  private final BatchLoader loader;
  private final Validation validation;
  private final EventFile events;
  private final TrainingListener listener;
  private final StopSignal stop;
  private final int batches;
  private long stepNanos;
  private boolean drawn = true;

  TrainingLoop(
      Recipe recipe,
      RunDirectory run,
      ModelExport export,
      TrainingStep step,
      BatchLoader loader,
      Validation validation,
      EventFile events,
      TrainingListener listener,
      StopSignal stop,
      int batches) {
    this.recipe = recipe;
    this.run = run;
    this.export = export;
    this.step = step;
    this.loader = loader;
    this.validation = validation;
    this.events = events;
    this.listener = listener;
    this.stop = stop;
    this.batches = batches;
  }

  static boolean isOver(Recipe recipe, TrainingState state) {
    return state.epoch() >= recipe.epochs() || state.schedule().finished();
  }

  static RunSummary nothingLeft(TrainingState state) {
    return new RunSummary(
        outcome(state), state.iteration(), state.iteration(), 0, 0, 0, state.bestAccuracy());
  }

  private static RunSummary.Outcome outcome(TrainingState state) {
    return state.schedule().finished()
        ? RunSummary.Outcome.PLATEAU
        : RunSummary.Outcome.EPOCHS_MADE;
  }

  RunSummary run(TrainingState begun, Duration checkpointInterval)
      throws IOException, InterruptedException, TrainingException {
    TrainingState state = begun;
    while (!isOver(recipe, state)) {
      Pace pace = new Pace();
      state = steps(state, pace, checkpointInterval);
      stepNanos += pace.nanos();
      if (state.iteration() < (state.epoch() + 1L) * batches) {
        return summary(RunSummary.Outcome.STOPPED, begun, state);
      }
      state = endEpoch(state, pace);
      if (stop.isRequested() && !isOver(recipe, state)) {
        return summary(RunSummary.Outcome.STOPPED, begun, state);
      }
    }
    return summary(outcome(state), begun, state);
  }

  private RunSummary summary(RunSummary.Outcome outcome, TrainingState begun, TrainingState now) {
    return new RunSummary(
        outcome,
        begun.iteration(),
        now.iteration(),
        (now.iteration() - begun.iteration()) * recipe.optimiser().batch(),
        stepNanos / 1e9,
        (double) loader.waitedNanos() / Math.max(1, stepNanos),
        now.bestAccuracy());
  }

  /** Makes the steps that are left of an epoch, or fewer if a stop is requested. */
  private TrainingState steps(TrainingState begun, Pace pace, Duration checkpointInterval)
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
      List<StepPart> parts =
          loader.next().groups().stream()
              .map(
                  group ->
                      new StepPart(
                          group.pixels(), group.labels(), group.colourShift(), group.boxes()))
              .toList();
      StepResult result =
          step.run(parts, hyperparameters, new DropoutKey(recipe.seed(), state.iteration()));
      if (!Float.isFinite(result.loss())) {
        throw run.diverged(
            "the loss of step %d was %s".formatted(state.iteration() + 1, result.loss()));
      }
      state =
          state.stepped(state.lossSum() + result.loss(), state.agreement() + result.agreement());
      pace.stepped();
      long made = state.iteration() - epochStart;
      listener.stepped(
          state.epoch() + 1,
          state.iteration(),
          state.lossSum() / made,
          state.agreement() / made / batch,
          pace.imagesPerSecond());
      if (made % Math.max(1, batches / EVENTS) == 0) {
        note(state, result, pace.imagesPerSecond());
      }
      boolean due =
          System.nanoTime() - written > checkpointInterval.toNanos() || stop.isRequested();
      if (due && made < batches) {
        checkpoint(state);
        written = System.nanoTime();
        if (stop.isRequested()) {
          return state;
        }
      }
    }
    return state;
  }

  private void note(TrainingState state, StepResult result, double imagesPerSecond)
      throws IOException {
    Map<String, Double> values = new LinkedHashMap<>();
    values.put("train/loss", (double) result.loss());
    String agreement = recipe.task().localises() ? "train/mean_iou" : "train/accuracy";
    values.put(agreement, result.agreement() / recipe.optimiser().batch());
    values.put("learning_rate", state.schedule().learningRate());
    values.put("images_per_second", imagesPerSecond);
    events.add(state.iteration(), values);
  }

  private void checkpoint(TrainingState state) throws IOException {
    run.checkpoints().write(state, StepTensors.sources(export.network(), step));
  }

  /**
   * Validates, then writes what the epoch brought, the checkpoint last: a process that dies before
   * it makes the epoch again, and writes the same once more.
   */
  private TrainingState endEpoch(TrainingState made, Pace pace)
      throws IOException, InterruptedException, TrainingException {
    TrainingState whole = made.epochMade();
    double agreement = made.agreement() / batches / recipe.optimiser().batch();
    Measures measures = validate(whole, agreement, made.bestAccuracy());
    boolean best = measures.validation() > made.bestAccuracy();
    PlateauSchedule.State schedule =
        recipe.schedule().after(made.schedule(), measures.validation());
    TrainingState validated =
        whole.validated(
            schedule,
            best ? measures.validation() : made.bestAccuracy(),
            best ? made.iteration() : made.bestIteration(),
            recipe.entries());
    EpochReport report =
        new EpochReport(
            validated.epoch(),
            validated.iteration(),
            made.schedule().learningRate(),
            made.lossSum() / batches,
            measures,
            best,
            pace.imagesPerSecond(),
            pace.waitedShare());
    run.history().add(report);
    events.add(validated.iteration(), measures.byTag());
    draw();
    checkpoint(validated);
    listener.epochEnds(report);
    return validated;
  }

  /** The result of the exported model, which becomes the run's if it is the best. */
  private Measures validate(TrainingState made, double agreement, double best)
      throws IOException, InterruptedException, TrainingException {
    Path candidate = run.candidate();
    try {
      export.write(made, step::readParameter, candidate);
      Measures measures = validation.run(candidate, agreement);
      if (measures.validation() > best) {
        Files.move(
            candidate,
            run.model(),
            StandardCopyOption.ATOMIC_MOVE,
            StandardCopyOption.REPLACE_EXISTING);
      }
      return measures;
    } catch (IllegalArgumentException e) { // scores or boxes that are not finite
      throw run.diverged(
          "validation after step %d: %s".formatted(made.iteration(), e.getMessage()));
    } finally {
      Files.deleteIfExists(candidate);
    }
  }

  /** Curves are an extra: a machine without fonts trains all the same. */
  private void draw() throws IOException {
    try {
      if (drawn) {
        Curves.write(recipe.name(), run.history().read(), run.curves());
      }
    } catch (RuntimeException | LinkageError | InternalError e) {
      drawn = false;
      listener.note("curves.png cannot be drawn on this machine: " + e);
    }
  }

  /** Time and images of the steps of an epoch made in this process. */
  private final class Pace {
    private final long start = System.nanoTime();
    private final long waitedBefore = loader.waitedNanos();
    private long end = start;
    private long steps;

    void stepped() {
      steps++;
      end = System.nanoTime();
    }

    long nanos() {
      return Math.max(1, end - start);
    }

    double imagesPerSecond() {
      return steps * recipe.optimiser().batch() * 1e9 / nanos();
    }

    double waitedShare() {
      return (double) (loader.waitedNanos() - waitedBefore) / nanos();
    }
  }
}
