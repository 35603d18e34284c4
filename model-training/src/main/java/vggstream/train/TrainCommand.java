package vggstream.train;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import vggstream.model.Device;
import vggstream.train.data.AnnotationProblems;
import vggstream.train.data.DataSet;
import vggstream.train.data.DataSets;
import vggstream.train.data.HoldOut;
import vggstream.train.recipe.Recipe;
import vggstream.train.recipe.RecipeChain;

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
          "Data set: train/ and optionally val/ with one folder per class in each, ILSVRC's CLS-LOC"
              + " as distributed, or CIFAR's binary files; with boxes for a task to localise.")
  private Path data;

  @Option(names = "--out", required = true, description = "Folder of the run.")
  private Path out;

  @Option(
      names = "--init-from",
      paramLabel = "PATH",
      description = {
        "Begin with the weights of a checkpoint, of a run's best one, or of a model file. Of the"
            + " same configuration all layers are taken; of another one the first four"
            + " convolutional and the last three fully-connected layers (the paper's"
            + " pre-initialisation). A localiser takes all but the last layer of a network that"
            + " classifies."
      })
  private @Nullable Path initFrom;

  @Option(
      names = "--replicas",
      defaultValue = "1",
      description =
          "Replicas that share the images of a step on the processor (default:"
              + " ${DEFAULT-VALUE}).")
  private int replicas;

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
      names = "--task",
      description =
          "classify or localise: what the recipe must be for (as --set task=...; default: what it"
              + " says).")
  private @Nullable String task;

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
    List<String> all = new ArrayList<>(overrides);
    if (task != null) {
      all.add("task=" + task);
    }
    RecipeChain chain = RecipeChain.read(recipe, all);
    PrintWriter text = spec.commandLine().getOut();
    Recipe first = chain.stages().get(0).recipe();
    DataSet opened = DataSets.open(data);
    boolean localises = first.task().localises();
    DataSet set = localises ? opened.withBoxes(new AnnotationProblems()) : opened;
    HoldOut images = set.trainAndValidation(first.data().holdOut(), first.seed());
    text.printf(
        "%s: VGG-%s%s, %s, %d classes, %d images to train on, %d to validate on%n",
        chain.name(),
        first.network().configuration().title(),
        localises ? " with boxes" : "",
        set.layout().title(),
        images.train().labels().size(),
        images.train().size(),
        images.validation().size());
    text.flush();
    List<Device> devices = device.devices(spec, replicas);
    Trainer.Options options =
        new Trainer.Options(
            devices,
            device.threads(spec, devices),
            device.loaderThreads(spec),
            Duration.ofMillis((long) (checkpointMinutes * 60_000)));
    List<String> command = spec.commandLine().getParseResult().originalArgs();
    boolean bar = progress || System.console() != null;
    StopSignal stop = new StopSignal();
    CountDownLatch done = new CountDownLatch(1);
    Thread farewell = new Thread(() -> stop(stop, done), "farewell");
    Runtime.getRuntime().addShutdownHook(farewell);
    try {
      RunSummary summary =
          new ChainRun(
                  chain, set, images, options, command, text, new TrainingConsole(text, bar), stop)
              .train(out, initFrom, resume);
      Path model = out.resolve("model.onnx");
      text.println(
          switch (summary.outcome()) {
            case EPOCHS_MADE -> "all epochs are made; the best one's model: " + model;
            case PLATEAU -> "validation no longer improves; the best epoch's model: " + model;
            case STOPPED -> "stopped; this goes on:\n  " + Invocation.resuming(command);
          });
      text.flush();
    } finally {
      done.countDown();
      removeQuietly(farewell);
    }
    return 0;
  }

  private static void stop(StopSignal signal, CountDownLatch done) {
    signal.request();
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
