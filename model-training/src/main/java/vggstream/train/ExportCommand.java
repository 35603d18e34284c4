package vggstream.train;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import vggstream.model.ModelCard;
import vggstream.model.ModelOptions;
import vggstream.train.data.DataSet;
import vggstream.train.data.DataSets;
import vggstream.train.network.Precision;
import vggstream.train.recipe.RecipeException;

/** {@code export}: trained weights as a model file, or two model files as one. */
@Command(
    name = "export",
    mixinStandardHelpOptions = true,
    description = {
      "Writes the weights of a checkpoint or of a model file as a model file, in full precision or"
          + " in fp16,",
      "or joins a network that classifies and one that localises in one file."
    })
final class ExportCommand implements Callable<Integer> {
  /** Images of the data whose layers' outputs are looked at. */
  private static final int LOOKED_AT = 256;

  @Spec private CommandSpec spec;
  @Mixin private DeviceOptions device;

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
        names = "--model",
        required = true,
        description = "Model file, or run, whose weights are written anew.")
    private @Nullable Path model;

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

  /** The words of {@code --precision}. */
  static final class Titles implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return Arrays.stream(Precision.values()).map(Precision::title).iterator();
    }
  }

  @Option(
      names = "--precision",
      defaultValue = "fp32",
      completionCandidates = Titles.class,
      description =
          "${COMPLETION-CANDIDATES}: of the weights and the layers; input and outputs are the same."
              + " fp16 is for CUDA; the processor computes it in fp32 (default: ${DEFAULT-VALUE}).")
  private String precision;

  @Option(
      names = "--data",
      description =
          "Data set, as of `evaluate`, over which error and speed are measured beside those of"
              + " fp32, in turns.")
  private @Nullable Path data;

  @Option(
      names = "--split",
      description = "Part of the data set (default: test, else val, else the only one).")
  private @Nullable String split;

  @Option(
      names = "--batch",
      defaultValue = "32",
      description = "Images that are classified together with --data (default: ${DEFAULT-VALUE}).")
  private int batch;

  @Override
  public Integer call() throws Exception {
    Precision wanted = wanted();
    if (data != null && wanted == Precision.FP32) {
      throw usage("--data compares another --precision with fp32: --precision was fp32");
    }
    if (batch < 1) {
      throw usage("--batch must be at least 1: was " + batch);
    }
    PrintWriter text = spec.commandLine().getOut();
    try (ExportSource opened = open()) {
      if (opened instanceof JoinedExport joined) {
        text.println(joined.line());
      }
      Path file = out.toAbsolutePath();
      if (wanted == Precision.FP32) {
        opened.write(wanted, file);
      } else {
        reduced(opened, wanted, file, text);
      }
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    text.println("wrote " + out);
    text.flush();
    return 0;
  }

  private ExportSource open() throws IOException, RecipeException, TrainingException {
    if (source.join.size() > 2) {
      throw usage("--join must be given once, with two models: was " + source.join);
    }
    if (source.checkpoint != null) {
      return ExportSource.checkpoint(source.checkpoint);
    }
    return source.model != null
        ? ExportSource.model(source.model)
        : JoinedExport.open(source.join.get(0), source.join.get(1));
  }

  private Precision wanted() {
    return Arrays.stream(Precision.values())
        .filter(p -> p.title().equals(precision))
        .findFirst()
        .orElseThrow(
            () ->
                usage(
                    "--precision must be one of %s: was %s"
                        .formatted(
                            Arrays.stream(Precision.values()).map(Precision::title).toList(),
                            precision)));
  }

  /** Writes the file if the precision holds the network's values, beside the full one if asked. */
  private void reduced(ExportSource opened, Precision wanted, Path file, PrintWriter text)
      throws IOException, InterruptedException, TrainingException {
    Path folder = file.getParent();
    if (folder == null) {
      throw usage("--out must not be a root: was " + out);
    }
    ModelOptions options = ModelOptions.on(device.device(spec)).withThreads(device.threads(spec));
    Path candidate = folder.resolve("." + file.getFileName() + "." + UUID.randomUUID() + ".tmp");
    List<LayerOutputs> outputs = new ArrayList<>();
    try {
      opened.write(wanted, candidate);
      for (ExportSource.Weights weights : opened.networks()) {
        LayerOutputs layers = LayerOutputs.open(weights, folder, options);
        outputs.add(layers);
        layers.seeDrawn();
      }
      requireHeld(outputs, wanted);
      List<String> table =
          data == null ? List.of() : compared(opened, wanted, candidate, outputs.get(0), options);
      LayerOutputs.Largest largest = requireHeld(outputs, wanted);
      table.forEach(text::println);
      text.printf(
          Locale.ROOT,
          "largest output of a layer: %.4g, of %s, over %d images; %s holds %.0f%n",
          largest.value(),
          largest.layer(),
          outputs.get(0).images(),
          wanted.title(),
          wanted.largest());
      Files.move(
          candidate, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(candidate);
      for (LayerOutputs layers : outputs) {
        layers.close();
      }
    }
  }

  /** The largest output of all; other images may give more: half of what is held is the limit. */
  private static LayerOutputs.Largest requireHeld(List<LayerOutputs> outputs, Precision wanted)
      throws TrainingException {
    LayerOutputs.Largest largest = outputs.get(0).largest();
    for (LayerOutputs layers : outputs) {
      LayerOutputs.Largest own = layers.largest();
      if (!(own.value() <= wanted.largest() / 2)) {
        throw new TrainingException(
            "outputs of layers must be at most %.0f to be computed in %s, half of what it holds: %s gave %s"
                .formatted(wanted.largest() / 2, wanted.title(), own.layer(), own.value()));
      }
      largest = own.value() > largest.value() ? own : largest;
    }
    return largest;
  }

  private List<String> compared(
      ExportSource opened,
      Precision wanted,
      Path candidate,
      LayerOutputs layers,
      ModelOptions options)
      throws IOException, InterruptedException, TrainingException {
    ModelCard card = opened.networks().get(0).card();
    if (!card.task().classifies()) {
      throw new TrainingException(
          "--data compares networks that classify: %s is to %s; measure both files with evaluate"
                  .formatted(card.name(), card.task())
              + " --task localise");
    }
    DataSet dataSet = DataSets.open(Path.of(String.valueOf(data)));
    String part =
        split != null
            ? split
            : EvaluationInputs.presetSplit(dataSet)
                .orElseThrow(
                    () ->
                        usage(
                            "--split must be one of %s: was not given"
                                .formatted(dataSet.splits())));
    Path full = candidate.resolveSibling("." + UUID.randomUUID() + ".fp32.tmp");
    try {
      opened.write(Precision.FP32, full);
      int scale = (card.trainingScaleMin() + card.trainingScaleMax()) / 2;
      return new PrecisionComparison(
              dataSet.split(part, card.labels()), options, batch, device.loaderThreads(spec))
          .lines(
              full,
              candidate,
              wanted,
              image -> {
                if (layers.images() < LOOKED_AT) {
                  layers.see(image, scale);
                }
              });
    } finally {
      Files.deleteIfExists(full);
    }
  }

  private ParameterException usage(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
