package vggstream.train;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import vggstream.classify.Cropping;
import vggstream.classify.Protocol;
import vggstream.model.DenseModel;
import vggstream.model.DenseModels;
import vggstream.model.ModelCard;
import vggstream.model.ModelOptions;
import vggstream.train.data.DataSet;
import vggstream.train.data.DataSets;
import vggstream.train.data.ImageSet;
import vggstream.train.data.UnreadableImages;
import vggstream.train.evaluate.ClassificationEvaluator;
import vggstream.train.evaluate.ClassificationResult;
import vggstream.train.evaluate.Ensemble;
import vggstream.train.journal.WholeFile;
import vggstream.train.report.Evaluation;
import vggstream.train.report.EvaluationFile;
import vggstream.train.report.EvaluationRow;
import vggstream.train.report.LocalisationEvaluation;
import vggstream.train.report.LocalisationFile;
import vggstream.train.report.LocalisationTables;

/** {@code evaluate}: the error of one model, or of an ensemble, over labelled images. */
@Command(
    name = "evaluate",
    mixinStandardHelpOptions = true,
    description = {
      "Measures top-1 and top-5 error by a protocol of the paper (sections 3.2 and 4), or, with"
          + " --task localise, the error of boxes (appendix A).",
      "The result of a model that lies in a run's folder is kept there, in evaluations/, for"
          + " `report`."
    })
final class EvaluateCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private DeviceOptions device;

  @Option(
      names = {"--model", "--localiser"},
      required = true,
      description =
          "Model file. Several are an ensemble: their posteriors are averaged, or their boxes"
              + " merged.")
  private List<Path> models = new ArrayList<>();

  @Option(
      names = "--task",
      defaultValue = "classify",
      description =
          "classify; or localise: the models are localisers, and the data have boxes (default:"
              + " ${DEFAULT-VALUE}).")
  private Task task;

  /** The words of {@code --task}. */
  enum Task {
    CLASSIFY,
    LOCALISE
  }

  @Option(
      names = "--classifier",
      description =
          "To localise densely: model file whose posteriors rate the boxes. Several are averaged."
              + " A joined model needs none.")
  private List<Path> classifiers = new ArrayList<>();

  @Option(
      names = "--data",
      required = true,
      description =
          "Data set: one folder per class in train/, val/, test/; ILSVRC as distributed; CIFAR's"
              + " binary files; or just one folder per class.")
  private Path data;

  @Option(
      names = "--split",
      description = "Part of the data set (default: test, else val, else the only one).")
  private @Nullable String split;

  /** The words of {@code --protocol}. */
  static final class Titles implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return Arrays.stream(Cropping.values()).map(Cropping::title).iterator();
    }
  }

  @Option(
      names = "--protocol",
      completionCandidates = Titles.class,
      description =
          "${COMPLETION-CANDIDATES}: the whole image; the centre; four corners and the centre,"
              + " mirrored too; a 5 x 5 grid of crops, mirrored too; or the mean of dense and crops"
              + " (default: dense). To localise: center, the true class given; or dense (default:"
              + " dense where there is a classifier).")
  private @Nullable String protocol;

  @Option(
      names = "--scales",
      paramLabel = "Q[,Q...]",
      defaultValue = "single",
      description =
          "Smaller sides in pixels; or `single`: each model's S, or the middle of its range; or"
              + " `several`: around its S, or over its range (default: ${DEFAULT-VALUE}).")
  private String scales;

  @Option(
      names = "--flip",
      negatable = true,
      fallbackValue = "true",
      description = "Average over mirror images too (default: yes, but not for center).")
  private @Nullable Boolean flip;

  @Option(
      names = "--top-k",
      defaultValue = "5",
      description = "Classes an image in --predictions (default: ${DEFAULT-VALUE}).")
  private int topK;

  @Option(
      names = "--batch",
      defaultValue = "32",
      description = "Images that are classified together at most (default: ${DEFAULT-VALUE}).")
  private int batch;

  @Option(
      names = "--unreadable-limit",
      defaultValue = "0.01",
      description = "Share of images that may be unreadable (default: ${DEFAULT-VALUE}).")
  private double unreadableLimit;

  @Option(names = "--json", description = "Write the result to this file.")
  private @Nullable Path json;

  @Option(
      names = "--predictions",
      description = "Write each image's answer to this file, one JSON object a line.")
  private @Nullable Path predictions;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description =
          "Write result.json here and, of a classification, confusion.csv, confusion.png and"
              + " mistakes.png (the worst ones).")
  private @Nullable Path out;

  @Override
  public Integer call() throws Exception {
    if (topK < 1 || batch < 1) {
      throw usage("--top-k and --batch must be at least 1: were %d, %d".formatted(topK, batch));
    }
    if (task == Task.LOCALISE) {
      localise();
      return 0;
    }
    if (!classifiers.isEmpty()) {
      throw usage("--classifier is for --task localise: classifiers are given by --model");
    }
    List<DenseModel> opened = new ArrayList<>();
    try {
      ModelOptions options = ModelOptions.on(device.device(spec)).withThreads(device.threads(spec));
      for (Path model : models) {
        opened.add(DenseModels.open(model, options));
      }
      evaluate(members(opened));
    } finally {
      opened.forEach(DenseModel::close);
    }
    return 0;
  }

  private void localise() throws IOException, InterruptedException {
    ModelOptions options = ModelOptions.on(device.device(spec)).withThreads(device.threads(spec));
    DataSet dataSet = DataSets.open(data);
    String part = split(dataSet);
    try (LocalisationNetworks networks =
        LocalisationNetworks.open(
            classifiers, models, options, new TestChoice(protocol, scales, flip))) {
      LocalisationRun run =
          new LocalisationRun(networks, data, dataSet, part, batch, device.loaderThreads(spec));
      LocalisationEvaluation evaluation = run.evaluate(unreadableLimit, predictions);
      PrintWriter console = spec.commandLine().getOut();
      LocalisationTables.lines(evaluation).forEach(console::println);
      String text = LocalisationFile.text(evaluation);
      if (out != null) {
        WholeFile.write(out.resolve("result.json"), text);
      }
      if (json != null) {
        WholeFile.write(json, text);
      }
      keepInRun(RunFolders.fileName(evaluation), text);
    } catch (LocalisationNetworks.UsageException e) {
      throw usage(String.valueOf(e.getMessage()));
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private ParameterException usage(String message) {
    return new ParameterException(spec.commandLine(), message);
  }

  private Cropping cropping() {
    return Arrays.stream(Cropping.values())
        .filter(c -> c.title().equals(protocol == null ? Cropping.DENSE.title() : protocol))
        .findFirst()
        .orElseThrow(
            () ->
                usage(
                    "--protocol must be one of %s: was %s"
                        .formatted(
                            Arrays.stream(Cropping.values()).map(Cropping::title).toList(),
                            protocol)));
  }

  private List<Ensemble.Member> members(List<DenseModel> opened) {
    Cropping cropping = cropping();
    boolean mirrored = flip == null ? cropping != Cropping.CENTER : flip;
    try {
      TestScales testScales = TestScales.parse(scales);
      return opened.stream()
          .map(m -> new Ensemble.Member(m, testScales.protocol(m.card(), cropping, mirrored)))
          .toList();
    } catch (IllegalArgumentException e) {
      throw usage(String.valueOf(e.getMessage()));
    }
  }

  private void evaluate(List<Ensemble.Member> members) throws IOException, InterruptedException {
    Ensemble ensemble;
    try {
      ensemble = Ensemble.of(members, 2 * batch);
    } catch (IllegalArgumentException e) {
      throw usage(String.valueOf(e.getMessage()));
    }
    ModelCard card = members.get(0).model().card();
    DataSet dataSet = DataSets.open(data);
    String part = split(dataSet);
    ImageSet images = dataSet.split(part, card.labels());
    UnreadableImages unreadable = new UnreadableImages(images, unreadableLimit);
    int largest = members.stream().mapToInt(m -> m.protocol().largestScale()).max().orElseThrow();
    ClassificationEvaluator evaluator =
        new ClassificationEvaluator(
            ensemble,
            new ClassificationEvaluator.Options(batch, device.loaderThreads(spec), largest, topK));
    try (EvaluationOutputs outputs = new EvaluationOutputs(card.labels(), predictions, out)) {
      ClassificationResult result = evaluator.evaluate(images, unreadable, outputs);
      Evaluation evaluation =
          evaluation(
              members, result, EvaluationInputs.name(data, dataSet, images, part), unreadable);
      print(evaluation, result);
      String text = EvaluationFile.text(evaluation);
      outputs.complete(images, EvaluationRow.of(evaluation).title(), text);
      if (json != null) {
        WholeFile.write(json, text);
      }
      keepInRun(RunFolders.fileName(evaluation), text);
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private String split(DataSet dataSet) {
    if (split != null) {
      return split;
    }
    return EvaluationInputs.presetSplit(dataSet)
        .orElseThrow(
            () -> usage("--split must be one of %s: was not given".formatted(dataSet.splits())));
  }

  private Evaluation evaluation(
      List<Ensemble.Member> members,
      ClassificationResult result,
      Evaluation.Data images,
      UnreadableImages unreadable)
      throws IOException {
    List<Evaluation.Model> evaluated = new ArrayList<>();
    for (int i = 0; i < members.size(); i++) {
      ModelCard card = members.get(i).model().card();
      evaluated.add(EvaluationInputs.name(models.get(i), card, members.get(i).protocol().scales()));
    }
    Protocol first = members.get(0).protocol();
    return new Evaluation(
        evaluated,
        images,
        first.cropping(),
        first.flip(),
        result.images(),
        result.top1Error(),
        result.top5Error(),
        result.seconds(),
        unreadable.reasons());
  }

  private void print(Evaluation evaluation, ClassificationResult result) {
    PrintWriter console = spec.commandLine().getOut();
    EvaluationRow.of(evaluation).lines().forEach(console::println);
    console.printf(
        "%d images of %s, %s; %d unreadable%n",
        result.images(), evaluation.data().name(), evaluation.data().split(), result.unreadable());
    console.flush();
  }

  /** Keeps the result with the run that the first model is of, if it is of one. */
  private void keepInRun(String fileName, String text) throws IOException {
    Optional<Path> run = RunFolders.runOf(models.get(0)).filter(Files::isWritable);
    if (run.isPresent()) {
      Path file = run.get().resolve(RunFolders.EVALUATIONS).resolve(fileName);
      WholeFile.write(file, text);
      spec.commandLine().getOut().println("kept in " + file);
      spec.commandLine().getOut().flush();
    }
  }
}
