package vggstream.train;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import vggstream.model.ModelCard;
import vggstream.train.network.InferenceGraph;
import vggstream.train.network.Initialisation;
import vggstream.train.network.Network;
import vggstream.train.network.NetworkSpec;
import vggstream.train.network.Preprocessing;

/** {@code init}: a model file with random weights, for tests of speed and of the stream. */
@Command(
    name = "init",
    mixinStandardHelpOptions = true,
    description = "Writes a model file whose weights are random, as they are before training.")
final class InitCommand implements Callable<Integer> {
  /** Mean of ILSVRC's training images as the VGG release gives it: red, green, blue. */
  private static final List<Float> ILSVRC_MEAN = List.of(123.68f, 116.779f, 103.939f);

  @Spec private CommandSpec spec;
  @Mixin private NetworkOptions network;

  @Option(names = "--out", required = true, description = "Model file to write.")
  private Path out;

  @Option(names = "--seed", defaultValue = "1", description = "Seed (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Option(
      names = "--init",
      defaultValue = "he",
      description = "he, glorot, normal or normal:<deviation> (default: ${DEFAULT-VALUE}).")
  private String initialisation;

  @Option(
      names = "--labels",
      description = "File with one label a line (default: class-0, class-1 ...).")
  private @Nullable Path labels;

  @Option(
      names = "--mean",
      split = ",",
      description = "Red,green,blue to subtract (default: ILSVRC's).")
  private List<Float> mean = new ArrayList<>();

  @Option(
      names = "--pixel-scale",
      defaultValue = "1",
      description = "Multiplies what the mean leaves (default: ${DEFAULT-VALUE}).")
  private float pixelScale;

  @Option(names = "--scale", description = "Training scale S in the card (default: 8/7 of --crop).")
  private int scale;

  @Option(names = "--name", description = "Name in the card (default: from the network).")
  private @Nullable String name;

  @Override
  public Integer call() throws IOException {
    Network built;
    Preprocessing preprocessing;
    Initialisation start;
    ModelCard card;
    try {
      built = Network.of(network.spec());
      preprocessing = Preprocessing.of(mean.isEmpty() ? ILSVRC_MEAN : mean, pixelScale);
      start = Initialisation.parse(initialisation);
      card = card(built.spec(), preprocessing);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
    InferenceGraph.write(
        built, preprocessing, card.toMetadata(), start.source(built, seed), out.toAbsolutePath());
    PrintWriter text = spec.commandLine().getOut();
    text.printf("wrote %s: %s, %d random weights%n", out, card.name(), built.parameterCount());
    text.flush();
    return 0;
  }

  private ModelCard card(NetworkSpec chosen, Preprocessing preprocessing) throws IOException {
    List<String> classes =
        labels == null
            ? IntStream.range(0, chosen.classes()).mapToObj(k -> "class-" + k).toList()
            : Files.readAllLines(labels);
    if (classes.size() != chosen.classes()) {
      throw new IllegalArgumentException(
          "--labels must have one line per class: has %d lines for %d classes"
              .formatted(classes.size(), chosen.classes()));
    }
    String architecture = "VGG-" + chosen.configuration().title();
    int trainingScale = scale == 0 ? Math.round(chosen.cropSide() * 8 / 7f) : scale;
    return new ModelCard(
        name == null ? architecture.toLowerCase(Locale.ROOT) + "-random" : name,
        "untrained",
        architecture,
        ModelCard.Task.CLASSIFY,
        classes,
        preprocessing.mean(),
        preprocessing.scale(),
        trainingScale,
        trainingScale,
        chosen.cropSide(),
        NetworkSpec.STRIDE,
        chosen.fcWidth(),
        "random: %s, seed %d".formatted(initialisation, seed));
  }
}
