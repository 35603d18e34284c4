package vggstream.train;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import vggstream.classify.RankedClass;
import vggstream.image.Size;
import vggstream.localise.Box;
import vggstream.localise.LocatedClass;
import vggstream.train.data.DataException;
import vggstream.train.data.ImageSet;
import vggstream.train.data.ObjectBoxes;
import vggstream.train.data.Sample;
import vggstream.train.evaluate.ClassTally;
import vggstream.train.evaluate.LocalisationResult;

/** Judges the stream's answers to the images of a set. */
final class AnswerScore {
  private final ImageSet images;
  private final Map<String, Integer> byPath = new HashMap<>(); // by path, and by file name
  private final Map<String, Integer> classes = new HashMap<>(); // by label, and by its first word
  private final boolean[] answered;
  private final ClassTally tally = new ClassTally();
  private int strangers;

  AnswerScore(ImageSet images) {
    this.images = images;
    this.answered = new boolean[images.size()];
    for (int i = 0; i < images.size(); i++) {
      byPath.put(images.samples().get(i).path(), i);
    }
    for (int k = 0; k < images.labels().size(); k++) {
      classes.putIfAbsent(images.labels().get(k).split("\\s", 2)[0], k);
    }
    for (int k = 0; k < images.labels().size(); k++) {
      classes.put(images.labels().get(k), k);
    }
  }

  /**
   * Judges an answer.
   *
   * @return false if it is to none of the images, or to one that was answered before
   * @throws IllegalArgumentException if it is no answer
   */
  boolean add(JsonNode answer) {
    String path = answer.path("eventId").asText(answer.path("path").asText());
    if (path.isEmpty() || !answer.path("predictions").isArray()) {
      throw new IllegalArgumentException("eventId or path, and predictions, must be there");
    }
    Integer index = find(path);
    if (index == null || answered[index]) {
      strangers++;
      return false;
    }
    answered[index] = true;
    List<RankedClass> ranked = new ArrayList<>();
    for (JsonNode c : answer.path("predictions")) {
      int rank = ranked.size() + 1;
      ranked.add(
          new RankedClass(
              rank, classIndex(c), text(c, "label"), (float) c.path("probability").asDouble()));
    }
    List<LocatedClass> boxes = new ArrayList<>();
    for (JsonNode box : answer.path("boxes")) {
      boxes.add(new LocatedClass(classIndex(box), box(box), box.path("score").asDouble()));
    }
    Sample sample = images.samples().get(index);
    tally.add(sample.classIndex(), truths(index, answer.path("image")), ranked, boxes);
    return true;
  }

  /** An image by its path below the split's folder, or below one that holds it. */
  private @Nullable Integer find(String path) {
    Integer found = byPath.get(path);
    for (int slash = path.indexOf('/'); found == null && slash >= 0; ) {
      found = byPath.get(path.substring(slash + 1));
      slash = path.indexOf('/', slash + 1);
    }
    return found;
  }

  private List<Box> truths(int index, JsonNode image) {
    ObjectBoxes boxes = images.boxes();
    if (boxes == null) {
      return List.of();
    }
    try {
      Size size =
          image.has("width")
              ? new Size(image.path("width").asInt(), image.path("height").asInt())
              : boxes.size(index);
      return boxes.of(index, size);
    } catch (DataException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  /** The class in the data set; one that it does not have counts as another class. */
  private int classIndex(JsonNode node) {
    String label = text(node, "label");
    Integer index = classes.get(label);
    if (index == null) {
      index = classes.get(label.split("\\s", 2)[0]);
    }
    return index == null ? images.labels().size() : index;
  }

  private static String text(JsonNode node, String name) {
    if (!node.path(name).isTextual()) {
      throw new IllegalArgumentException(name + " must be a text: was " + node.path(name));
    }
    return node.path(name).asText();
  }

  private static Box box(JsonNode node) {
    for (String edge : List.of("xMin", "yMin", "xMax", "yMax")) {
      if (!node.path(edge).isNumber()) {
        throw new IllegalArgumentException(edge + " must be a number: was " + node.path(edge));
      }
    }
    return new Box(
        node.path("xMin").floatValue(),
        node.path("yMin").floatValue(),
        node.path("xMax").floatValue(),
        node.path("yMax").floatValue());
  }

  /** Images that no answer was to. */
  int unanswered() {
    int count = 0;
    for (boolean one : answered) {
      count += one ? 0 : 1;
    }
    return count;
  }

  /** Answers to none of the images, or to one that had another. */
  int strangers() {
    return strangers;
  }

  /** The errors over all images; those without an answer are wrong. To be called once, at last. */
  LocalisationResult.ClassErrors errors() {
    for (int i = 0; i < answered.length; i++) {
      if (!answered[i]) {
        tally.add(images.samples().get(i).classIndex(), List.of(), List.of(), List.of());
      }
    }
    return tally.errors();
  }
}
