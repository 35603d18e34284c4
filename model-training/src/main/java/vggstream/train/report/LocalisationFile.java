package vggstream.train.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import vggstream.classify.Cropping;
import vggstream.classify.Protocol;
import vggstream.train.data.DataException;
import vggstream.train.evaluate.LocalisationResult;
import vggstream.train.evaluate.Overlap;

/** A {@link LocalisationEvaluation} as JSON, which says of itself {@code "task": "localise"}. */
public final class LocalisationFile {
  private static final String TASK = "localise";

  private static final ObjectMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  private LocalisationFile() {}

  /** Whether a file holds the result of a localisation, and not of a classification. */
  public static boolean isOne(Path file) throws IOException {
    return ResultJson.read(file).path("task").asText().equals(TASK);
  }

  /** The text of the file. */
  public static String text(LocalisationEvaluation evaluation) throws IOException {
    ObjectNode root = JSON.createObjectNode();
    root.put("task", TASK);
    ArrayNode localisers = root.putArray("localisers");
    for (LocalisationEvaluation.Localiser localiser : evaluation.localisers()) {
      ObjectNode node = localisers.addObject();
      ResultJson.put(node, localiser.model());
      node.put("regression", localiser.regression());
      node.put("fineTuned", localiser.fineTuned().name());
    }
    ArrayNode classifiers = root.putArray("classifiers");
    evaluation.classifiers().forEach(model -> ResultJson.put(classifiers.addObject(), model));
    ResultJson.put(root, evaluation.data());
    root.put("protocol", evaluation.protocol().cropping().title());
    evaluation.protocol().scales().forEach(root.putArray("scales")::add);
    root.put("flip", evaluation.protocol().flip());
    LocalisationResult result = evaluation.result();
    root.put("images", result.images());
    put(root, "classGiven", result.ofTruth());
    put(root, "classGivenBestWindow", result.ofBestWindow());
    LocalisationResult.ClassErrors classes = result.classes();
    if (classes != null) {
      root.put("top1LocalisationError", classes.top1Localisation());
      root.put("top5LocalisationError", classes.top5Localisation());
      root.put("top1Error", classes.top1Classification());
      root.put("top5Error", classes.top5Classification());
    }
    ObjectNode baselines = root.putObject("baselines");
    put(baselines, "wholeImage", result.baselines().wholeImage());
    put(baselines, "meanTrainingBox", result.baselines().meanBox());
    root.put("seconds", result.seconds());
    root.put("leftOut", evaluation.leftOut());
    evaluation.annotationProblems().forEach(root.putArray("annotationProblems")::add);
    ObjectNode unreadable = root.putObject("unreadable");
    evaluation.unreadable().forEach(unreadable::put);
    return JSON.writeValueAsString(root) + "\n";
  }

  private static void put(ObjectNode root, String name, @Nullable Overlap overlap) {
    if (overlap != null) {
      root.putObject(name).put("error", overlap.error()).put("meanIou", overlap.meanIou());
    }
  }

  /**
   * Reads a file.
   *
   * @throws DataException if it is none of a localisation; the message says what is wrong with it
   */
  public static LocalisationEvaluation read(Path file) throws IOException {
    try {
      return parse(ResultJson.read(file));
    } catch (IllegalArgumentException e) {
      throw new DataException(file + ": is no result of a localisation: " + e.getMessage());
    }
  }

  private static LocalisationEvaluation parse(JsonNode root) {
    List<LocalisationEvaluation.Localiser> localisers = new ArrayList<>();
    for (JsonNode node : ResultJson.field(root, "localisers")) {
      localisers.add(
          new LocalisationEvaluation.Localiser(
              ResultJson.model(node),
              ResultJson.text(node, "regression").equals("PCR"),
              ResultJson.constant(
                  LocalisationEvaluation.FineTuned.class, ResultJson.text(node, "fineTuned"))));
    }
    List<Evaluation.Model> classifiers = new ArrayList<>();
    ResultJson.field(root, "classifiers").forEach(n -> classifiers.add(ResultJson.model(n)));
    List<String> problems = new ArrayList<>();
    ResultJson.field(root, "annotationProblems").forEach(line -> problems.add(line.asText()));
    Cropping cropping =
        ResultJson.constant(
            Cropping.class, ResultJson.text(root, "protocol").toUpperCase(Locale.ROOT));
    return new LocalisationEvaluation(
        classifiers,
        localisers,
        ResultJson.data(root),
        new Protocol(cropping, ResultJson.scales(root), ResultJson.field(root, "flip").asBoolean()),
        result(root),
        ResultJson.number(root, "leftOut").intValue(),
        problems,
        ResultJson.unreadable(root));
  }

  private static LocalisationResult result(JsonNode root) {
    JsonNode baselines = ResultJson.field(root, "baselines");
    return new LocalisationResult(
        ResultJson.number(root, "images").intValue(),
        ResultJson.field(root, "unreadable").size(),
        overlap(ResultJson.field(root, "classGiven")),
        optional(root, "classGivenBestWindow"),
        root.has("top5LocalisationError")
            ? new LocalisationResult.ClassErrors(
                ResultJson.number(root, "top1LocalisationError").doubleValue(),
                ResultJson.number(root, "top5LocalisationError").doubleValue(),
                ResultJson.number(root, "top1Error").doubleValue(),
                ResultJson.number(root, "top5Error").doubleValue())
            : null,
        new LocalisationResult.Baselines(
            overlap(ResultJson.field(baselines, "wholeImage")),
            optional(baselines, "meanTrainingBox")),
        ResultJson.number(root, "seconds").doubleValue());
  }

  private static @Nullable Overlap optional(JsonNode root, String name) {
    return root.has(name) ? overlap(root.get(name)) : null;
  }

  private static Overlap overlap(JsonNode node) {
    return new Overlap(
        ResultJson.number(node, "error").doubleValue(),
        ResultJson.number(node, "meanIou").doubleValue());
  }
}
