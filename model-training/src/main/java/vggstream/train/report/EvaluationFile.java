package vggstream.train.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import vggstream.classify.Cropping;
import vggstream.train.data.DataException;
import vggstream.train.data.Layout;

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
      ObjectNode m =
          models
              .addObject()
              .put("file", model.file())
              .put("name", model.name())
              .put("version", model.version())
              .put("sha256", model.sha256())
              .put("architecture", model.architecture())
              .put("trainingScaleMin", model.trainingScaleMin())
              .put("trainingScaleMax", model.trainingScaleMax())
              .put("cropSide", model.cropSide());
      model.scales().forEach(m.putArray("scales")::add);
    }
    Evaluation.Data data = evaluation.data();
    root.put("data", data.path());
    root.putObject("dataSet")
        .put("name", data.name())
        .put("layout", data.layout().name())
        .put("split", data.split())
        .put("classes", data.classes())
        .put("fingerprint", data.fingerprint());
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
      return parse(JSON.readTree(Files.readString(file)));
    } catch (JsonProcessingException e) {
      throw new DataException(file + ": must be JSON: " + e.getOriginalMessage());
    } catch (IllegalArgumentException e) {
      throw new DataException(file + ": is no result of an evaluation: " + e.getMessage());
    }
  }

  private static Evaluation parse(JsonNode root) {
    List<Evaluation.Model> models = new ArrayList<>();
    for (JsonNode m : field(root, "models")) {
      models.add(
          new Evaluation.Model(
              text(m, "file"),
              text(m, "name"),
              text(m, "version"),
              text(m, "sha256"),
              text(m, "architecture"),
              number(m, "trainingScaleMin").intValue(),
              number(m, "trainingScaleMax").intValue(),
              number(m, "cropSide").intValue(),
              scales(m)));
    }
    JsonNode data = field(root, "dataSet");
    Map<String, String> unreadable = new LinkedHashMap<>();
    field(root, "unreadable")
        .properties()
        .forEach(e -> unreadable.put(e.getKey(), e.getValue().asText()));
    return new Evaluation(
        models,
        new Evaluation.Data(
            text(root, "data"),
            text(data, "name"),
            constant(Layout.class, text(data, "layout")),
            text(data, "split"),
            number(data, "classes").intValue(),
            text(data, "fingerprint")),
        constant(Cropping.class, text(root, "protocol").replace('-', '_').toUpperCase(Locale.ROOT)),
        field(root, "flip").asBoolean(),
        number(root, "images").intValue(),
        number(root, "top1Error").doubleValue(),
        number(root, "top5Error").doubleValue(),
        number(root, "seconds").doubleValue(),
        unreadable);
  }

  private static List<Integer> scales(JsonNode model) {
    List<Integer> scales = new ArrayList<>();
    field(model, "scales").forEach(q -> scales.add(q.asInt()));
    if (scales.isEmpty()) {
      throw new IllegalArgumentException("scales must be at least one: were none");
    }
    return scales;
  }

  private static <E extends Enum<E>> E constant(Class<E> type, String name) {
    for (E constant : type.getEnumConstants()) {
      if (constant.name().equals(name)) {
        return constant;
      }
    }
    throw new IllegalArgumentException(
        "%s must be one of %s: was %s"
            .formatted(type.getSimpleName(), Arrays.toString(type.getEnumConstants()), name));
  }

  private static String text(JsonNode node, String name) {
    return field(node, name).asText();
  }

  private static Number number(JsonNode node, String name) {
    JsonNode value = field(node, name);
    if (!value.isNumber()) {
      throw new IllegalArgumentException("%s must be a number: was %s".formatted(name, value));
    }
    return value.numberValue();
  }

  private static JsonNode field(JsonNode node, String name) {
    JsonNode value = node.get(name);
    if (value == null) {
      throw new IllegalArgumentException(name + " is missing");
    }
    return value;
  }
}
