package vggstream.train.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import vggstream.train.data.DataException;
import vggstream.train.data.Layout;

/** What the results of evaluations have in common, as JSON. */
final class ResultJson {
  private static final ObjectMapper JSON = new JsonMapper();

  private ResultJson() {}

  static JsonNode read(Path file) throws IOException {
    try {
      return JSON.readTree(Files.readString(file));
    } catch (JsonProcessingException e) {
      throw new DataException(file + ": must be JSON: " + e.getOriginalMessage());
    }
  }

  static void put(ObjectNode node, Evaluation.Model model) {
    node.put("file", model.file())
        .put("name", model.name())
        .put("version", model.version())
        .put("sha256", model.sha256())
        .put("architecture", model.architecture())
        .put("trainingScaleMin", model.trainingScaleMin())
        .put("trainingScaleMax", model.trainingScaleMax())
        .put("cropSide", model.cropSide());
    model.scales().forEach(node.putArray("scales")::add);
  }

  static Evaluation.Model model(JsonNode node) {
    return new Evaluation.Model(
        text(node, "file"),
        text(node, "name"),
        text(node, "version"),
        text(node, "sha256"),
        text(node, "architecture"),
        number(node, "trainingScaleMin").intValue(),
        number(node, "trainingScaleMax").intValue(),
        number(node, "cropSide").intValue(),
        scales(node));
  }

  static void put(ObjectNode root, Evaluation.Data data) {
    root.put("data", data.path());
    root.putObject("dataSet")
        .put("name", data.name())
        .put("layout", data.layout().name())
        .put("split", data.split())
        .put("classes", data.classes())
        .put("fingerprint", data.fingerprint());
  }

  static Evaluation.Data data(JsonNode root) {
    JsonNode data = field(root, "dataSet");
    return new Evaluation.Data(
        text(root, "data"),
        text(data, "name"),
        constant(Layout.class, text(data, "layout")),
        text(data, "split"),
        number(data, "classes").intValue(),
        text(data, "fingerprint"));
  }

  static Map<String, String> unreadable(JsonNode root) {
    Map<String, String> unreadable = new LinkedHashMap<>();
    field(root, "unreadable")
        .properties()
        .forEach(e -> unreadable.put(e.getKey(), e.getValue().asText()));
    return unreadable;
  }

  static List<Integer> scales(JsonNode node) {
    List<Integer> scales = new ArrayList<>();
    field(node, "scales").forEach(q -> scales.add(q.asInt()));
    if (scales.isEmpty()) {
      throw new IllegalArgumentException("scales must be at least one: were none");
    }
    return scales;
  }

  static <E extends Enum<E>> E constant(Class<E> type, String name) {
    for (E constant : type.getEnumConstants()) {
      if (constant.name().equals(name)) {
        return constant;
      }
    }
    throw new IllegalArgumentException(
        "%s must be one of %s: was %s"
            .formatted(type.getSimpleName(), Arrays.toString(type.getEnumConstants()), name));
  }

  static String text(JsonNode node, String name) {
    return field(node, name).asText();
  }

  static Number number(JsonNode node, String name) {
    JsonNode value = field(node, name);
    if (!value.isNumber()) {
      throw new IllegalArgumentException("%s must be a number: was %s".formatted(name, value));
    }
    return value.numberValue();
  }

  static JsonNode field(JsonNode node, String name) {
    JsonNode value = node.get(name);
    if (value == null) {
      throw new IllegalArgumentException(name + " is missing");
    }
    return value;
  }
}
