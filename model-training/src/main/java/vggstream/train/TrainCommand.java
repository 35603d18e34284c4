package vggstream.train;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import vggstream.train.data.DataSets;
import vggstream.train.data.HoldOut;
import vggstream.train.recipe.Recipe;

/** {@code train}: trains a network by a recipe. */
@Command(
    name = "train",
    mixinStandardHelpOptions = true,
    description = {
      "Trains a network by a recipe.",
      "Interrupt it (Ctrl-C) and it writes a checkpoint, from which --resume goes on."
    })
final class TrainCommand implements Callable<Integer> {
  /** Longest wait for the checkpoint that an interrupted run writes. */
  private static final Duration FAREWELL = Duration.ofMinutes(2);

  @Spec private CommandSpec spec;
  @Mixin private DeviceOptions device;

  @Option(names = "--recipe", required = true, description = "The recipe, a YAML file.")
  private Path recipe;

  @Option(
      names = "--data",
      required = true,
      description =
          "Folder that holds train/ and optionally val/, with one folder per class in each.")
  private Path data;

  @Option(names = "--out", required = true, description = "Folder of the run.")
  private Path out;

  @Option(
      names = "--resume",
      description = "Go on from the newest checkpoint in --out, or begin if there is none.")
  private boolean resume;

  @Option(
      names = "--set",
      paramLabel = "key=value",
      description = "Put a value over the recipe's, such as optimiser.batch=64. May be repeated.")
  private List<String> overrides = new ArrayList<>();

  @Option(
      names = "--checkpoint-minutes",
      defaultValue = "30",
      description =
          "Longest time within an epoch without a checkpoint (default: ${DEFAULT-VALUE}).")
  private double checkpointMinutes;

  @Option(names = "--progress", description = "Show the progress bar even if this is no terminal.")
  private boolean progress;

  @Override
  public Integer call() throws Exception {
    Recipe resolved = Recipe.read(recipe, overrides);
    PrintWriter text = spec.commandLine().getOut();
    HoldOut images =
        DataSets.open(data).trainAndValidation(resolved.data().holdOut(), resolved.seed());
    text.printf(
        "%s: VGG-%s, %d classes, %d images to train on, %d to validate on%n",
        resolved.name(),
        resolved.network().configuration().title(),
        images.train().labels().size(),
        images.train().size(),
        images.validation().size());
    text.flush();
    Trainer.Options options =
        new Trainer.Options(
            device.device(spec),
            device.threads(spec),
            device.loaderThreads(spec),
            Duration.ofMillis((long) (checkpointMinutes * 60_000)));
    CountDownLatch done = new CountDownLatch(1);
    try (RunDirectory run = RunDirectory.open(out)) {
      boolean bar = progress || System.console() != null;
      Trainer trainer = new Trainer(resolved, images, run, options, new TrainingConsole(text, bar));
      Thread farewell = new Thread(() -> stop(trainer, done), "farewell");
      Runtime.getRuntime().addShutdownHook(farewell);
      try {
        Trainer.Outcome outcome = trainer.train(resume);
        text.println(
            switch (outcome) {
              case EPOCHS_MADE -> "all epochs are made; the best one's model: " + run.model();
              case PLATEAU -> "accuracy no longer improves; the best epoch's model: " + run.model();
              case STOPPED -> "stopped; the same command with --resume goes on";
            });
        text.flush();
      } finally {
        done.countDown();
        removeQuietly(farewell);
      }
    }
    return 0;
  }

  private static void stop(Trainer trainer, CountDownLatch done) {
    trainer.requestStop();
    try {
      done.await(FAREWELL.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void removeQuietly(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // the process is ending already: that is what the hook is for
      Thread.yield();
    }
  }
}
