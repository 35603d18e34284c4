package vggstream.local.command;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import vggstream.local.run.RunFailedException;
import vggstream.local.scene.SceneDataSet;
import vggstream.local.scene.SceneDataSet.Split;
import vggstream.local.scene.Thing;

/** The data set of the demo's network. */
@Command(
    name = "scenes",
    description =
        "Draws a labelled data set, a folder per class: DIR/train, DIR/val, DIR/test, and writes"
            + " where the things are: DIR/Annotations. The same seed draws the same images.",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    showDefaultValues = true)
final class ScenesCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(names = "--out", required = true, paramLabel = "DIR", description = "Where.")
  private Path out;

  @Option(names = "--train", paramLabel = "N", description = "Images to train on.")
  private int train = 4800;

  @Option(names = "--val", paramLabel = "N", description = "Images to validate on.")
  private int val = 400;

  @Option(names = "--test", paramLabel = "N", description = "Images to evaluate on.")
  private int test = 800;

  @Option(names = "--seed", paramLabel = "S", description = "Of the whole set.")
  private long seed = 1;

  @Option(names = "--width", paramLabel = "PIXELS", description = "Of each image.")
  private int width = 160;

  @Option(names = "--height", paramLabel = "PIXELS", description = "Of each image.")
  private int height = 120;

  @Override
  public Integer call() throws RunFailedException {
    if (train < 0 || val < 0 || test < 0) {
      throw new ParameterException(
          spec.commandLine(),
          "train, val and test must be at least 0: were %d, %d, %d".formatted(train, val, test));
    }
    SceneDataSet set;
    try {
      set = new SceneDataSet(seed, width, height);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
    try {
      set.write(Split.TRAIN, train, out);
      set.write(Split.VAL, val, out);
      set.write(Split.TEST, test, out);
    } catch (IOException e) {
      throw new RunFailedException("cannot write to " + out + ": " + e, e);
    }
    spec.commandLine()
        .getOut()
        .printf(
            "%s: %d classes, %d train, %d val, %d test%n",
            out, Thing.values().length, train, val, test);
    spec.commandLine().getOut().flush();
    return CommandLine.ExitCode.OK;
  }
}
