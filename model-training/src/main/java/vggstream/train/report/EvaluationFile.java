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
import java.util.TreeSet;
import vggstream.classify.Cropping;
import vggstream.train.data.DataException;

/** An {@link Evaluation} as JSON. */
public final class EvaluationFile {
  private static final ObjectMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  private EvaluationFile() {}

  /** The text of the file. */
  public static String text(Evaluation evaluation) throws IOException {
    ObjectNode root = JSON.createObjectNode();
    ArrayNode models = root.putArray("models");
    TreeSet<Integer> scales = new TreeSet<>();
    for (Evaluation.Model model : evaluation.models()) {
      scales.addAll(model.scales());
      ResultJson.put(models.addObject(), model);
    }
    ResultJson.put(root, evaluation.data());
    root.put("protocol", evaluation.cropping().title());
    scales.forEach(root.putArray("scales")::add);
    root.put("flip", evaluation.flip());
    root.put("images", evaluation.images());
    root.put("top1Error", evaluation.top1Error());
    root.put("top5Error", evaluation.top5Error());
    root.put("seconds", evaluation.seconds());
    root.put("imagesPerSecond", evaluation.imagesPerSecond());
    ObjectNode unreadable = root.putObject("unreadable");
    evaluation.unreadable().forEach(unreadable::put);
    return JSON.writeValueAsString(root) + "\n";
  }

  /**
   * Reads a file.
   *
   * @throws DataException if it is none of an evaluation; the message says what is wrong with it
   */
  public static Evaluation read(Path file) throws IOException {
    try {
      return parse(ResultJson.read(file));
    } catch (IllegalArgumentException e) {
      throw new DataException(file + ": is no result of an evaluation: " + e.getMessage());
    }
  }

  private static Evaluation parse(JsonNode root) {
    List<Evaluation.Model> models = new ArrayList<>();
    for (JsonNode m : ResultJson.field(root, "models")) {
      models.add(ResultJson.model(m));
    }
    return new Evaluation(
        models,
        ResultJson.data(root),
        ResultJson.constant(
            Cropping.class,
            ResultJson.text(root, "protocol").replace('-', '_').toUpperCase(Locale.ROOT)),
        ResultJson.field(root, "flip").asBoolean(),
        ResultJson.number(root, "images").intValue(),
        ResultJson.number(root, "top1Error").doubleValue(),
        ResultJson.number(root, "top5Error").doubleValue(),
        ResultJson.number(root, "seconds").doubleValue(),
        ResultJson.unreadable(root));
  }
}
