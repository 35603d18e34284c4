package vggstream.train;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import vggstream.classify.DenseClassifier;
import vggstream.classify.Protocol;
import vggstream.classify.RankedClass;
import vggstream.model.DenseModel;
import vggstream.model.DenseModels;
import vggstream.model.ModelCard;
import vggstream.model.ModelOptions;
import vggstream.train.data.ImageFolder;
import vggstream.train.data.ImageSet;
import vggstream.train.data.UnreadableImages;
import vggstream.train.evaluate.ClassificationEvaluator;
import vggstream.train.evaluate.ClassificationResult;
import vggstream.train.evaluate.ImagePrediction;

/** {@code evaluate}: the error of one model, or of an ensemble, over labelled images. */
@Command(
    name = "evaluate",
    mixinStandardHelpOptions = true,
    description = "Measures top-1 and top-5 error, densely, at one or several scales.")
final class EvaluateCommand implements Callable<Integer> {
  private static final ObjectMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
  private static final ObjectMapper JSON_LINE = new JsonMapper();

  @Spec private CommandSpec spec;
  @Mixin private DeviceOptions device;

  @Option(
      names = "--model",
      required = true,
      description = "Model file. Several are an ensemble: their posteriors are averaged.")
  private List<Path> models = new ArrayList<>();

  @Option(
      names = "--data",
      required = true,
      description = "Folder with one folder per class, named as the model's labels.")
  private Path data;

  @Option(
      names = "--scales",
      split = ",",
      description =
          "Smaller sides Q in pixels (default: the paper's single scale: S, or the middle of its"
              + " range).")
  private List<Integer> scales = new ArrayList<>();

  @Option(
      names = "--flip",
      negatable = true,
      defaultValue = "true",
      fallbackValue = "true",
      description = "Average over mirror images too (default: yes).")
  private boolean flip;

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

  @Override
  public Integer call() throws Exception {
    if (topK < 1 || batch < 1) {
      throw new ParameterException(
          spec.commandLine(),
          "--top-k and --batch must be at least 1: were %d, %d".formatted(topK, batch));
    }
    List<DenseModel> opened = new ArrayList<>();
    try {
      ModelOptions options = ModelOptions.on(device.device(spec)).withThreads(device.threads(spec));
      for (Path model : models) {
        opened.add(DenseModels.open(model, options));
      }
      evaluate(opened);
    } finally {
      opened.forEach(DenseModel::close);
    }
    return 0;
  }

  private void evaluate(List<DenseModel> opened) throws IOException, InterruptedException {
    ModelCard card = opened.get(0).card();
    Protocol protocol;
    DenseClassifier classifier;
    try {
      protocol = scales.isEmpty() ? Protocol.singleScale(card, flip) : new Protocol(scales, flip);
      classifier = new DenseClassifier(opened, protocol, flip ? 2 * batch : batch);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
    ImageSet images = ImageFolder.read(data, card.labels());
    UnreadableImages unreadable = new UnreadableImages(images, unreadableLimit);
    int largest = protocol.scales().get(protocol.scales().size() - 1);
    ClassificationEvaluator evaluator =
        new ClassificationEvaluator(
            classifier::posteriors,
            new ClassificationEvaluator.Options(batch, device.loaderThreads(spec), largest, topK));
    ClassificationResult result = run(evaluator, images, unreadable);
    PrintWriter out = spec.commandLine().getOut();
    out.println(
        String.format(
            Locale.ROOT,
            "%s, Q %s%s: top-1 error %.2f %%, top-5 error %.2f %%, %d images, %d unreadable,"
                + " %.1f images/s",
            String.join(" + ", opened.stream().map(m -> m.card().name()).toList()),
            protocol.scales(),
            flip ? ", mirror images" : "",
            100 * result.top1Error(),
            100 * result.top5Error(),
            result.images(),
            result.unreadable(),
            result.imagesPerSecond()));
    out.flush();
    if (json != null) {
      WholeFile.write(
          json, JSON.writeValueAsString(report(opened, protocol, result, unreadable)) + "\n");
    }
  }

  private ClassificationResult run(
      ClassificationEvaluator evaluator, ImageSet images, UnreadableImages unreadable)
      throws IOException, InterruptedException {
    if (predictions == null) {
      return evaluator.evaluate(images, unreadable, prediction -> {});
    }
    try (WholeFile file = new WholeFile(predictions)) {
      Consumer<ImagePrediction> write =
          prediction -> {
            try {
              file.writer().write(line(prediction, images.labels()) + "\n");
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          };
      ClassificationResult result = evaluator.evaluate(images, unreadable, write);
      file.complete();
      return result;
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private static String line(ImagePrediction prediction, List<String> labels) throws IOException {
    ObjectNode line = JSON_LINE.createObjectNode();
    line.put("path", prediction.path());
    line.put("classIndex", prediction.classIndex());
    line.put("label", labels.get(prediction.classIndex()));
    ArrayNode ranked = line.putArray("predictions");
    for (RankedClass c : prediction.predictions()) {
      ranked
          .addObject()
          .put("rank", c.rank())
          .put("classIndex", c.classIndex())
          .put("label", c.label())
          .put("probability", c.probability());
    }
    return JSON_LINE.writeValueAsString(line);
  }

  private ObjectNode report(
      List<DenseModel> opened,
      Protocol protocol,
      ClassificationResult result,
      UnreadableImages unreadable) {
    ObjectNode report = JSON.createObjectNode();
    ArrayNode cards = report.putArray("models");
    for (int i = 0; i < opened.size(); i++) {
      ModelCard card = opened.get(i).card();
      cards
          .addObject()
          .put("file", models.get(i).toString())
          .put("name", card.name())
          .put("version", card.version())
          .put("architecture", card.architecture())
          .put("trainingScaleMin", card.trainingScaleMin())
          .put("trainingScaleMax", card.trainingScaleMax());
    }
    report.put("data", data.toString());
    protocol.scales().forEach(report.putArray("scales")::add);
    report.put("flip", protocol.flip());
    report.put("images", result.images());
    report.put("top1Error", result.top1Error());
    report.put("top5Error", result.top5Error());
    report.put("seconds", result.seconds());
    report.put("imagesPerSecond", result.imagesPerSecond());
    ObjectNode reasons = report.putObject("unreadable");
    unreadable.reasons().forEach(reasons::put);
    return report;
  }
}
