package vggstream.local.run;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import vggstream.image.Size;
import vggstream.local.picture.Mark;
import vggstream.localise.Box;

/**
 * A line of predictions.jsonl, as far as it is drawn.
 *
 * @param eventId path of the image
 * @param width of the upright original, pixels
 * @param height of the upright original, pixels
 * @param classes the most probable classes, the first is the answer; at least one
 */
record Answer(String eventId, int width, int height, List<Seen> classes) {
  /** A class other than the answer is drawn if it is at least so probable. */
  private static final double LEAST_PROBABILITY = 0.1;

  /**
   * A class and where it is.
   *
   * @param rank from 1
   * @param classIndex in the model
   * @param label of the class
   * @param probability 0..1
   * @param boxes in pixels of the upright original; at most one
   */
  record Seen(int rank, int classIndex, String label, double probability, List<Box> boxes) {
    Seen {
      boxes = List.copyOf(boxes);
    }
  }

  Answer {
    classes = List.copyOf(classes);
    if (classes.isEmpty()) {
      throw new IllegalArgumentException("classes must be at least one: were none");
    }
  }

  /** From the record as JSON. */
  static Answer of(JsonNode prediction) {
    List<Seen> classes = new ArrayList<>();
    for (JsonNode label : prediction.get("predictions")) {
      int classIndex = label.get("classIndex").asInt();
      List<Box> boxes = new ArrayList<>();
      for (JsonNode box : prediction.get("boxes")) {
        if (box.get("classIndex").asInt() == classIndex) {
          boxes.add(
              new Box(
                  box.get("xMin").asDouble(),
                  box.get("yMin").asDouble(),
                  box.get("xMax").asDouble(),
                  box.get("yMax").asDouble()));
        }
      }
      classes.add(
          new Seen(
              label.get("rank").asInt(),
              classIndex,
              label.get("label").asText(),
              label.get("probability").asDouble(),
              boxes));
    }
    return new Answer(
        prediction.get("eventId").asText(),
        prediction.at("/image/width").asInt(),
        prediction.at("/image/height").asInt(),
        classes);
  }

  boolean hasBoxes() {
    return classes.stream().anyMatch(seen -> !seen.boxes().isEmpty());
  }

  int bestClass() {
    return classes.get(0).classIndex();
  }

  /** The most probable class, without a box. */
  Mark caption() {
    Seen best = classes.get(0);
    return new Mark(null, best.label(), best.probability(), Mark.colourOfRank(1));
  }

  /**
   * What is drawn into the image at a size: the answer, and where there are boxes those of the
   * other classes that are probable enough.
   */
  List<Mark> marks(Size size) {
    Size original = new Size(width, height);
    List<Mark> marks = new ArrayList<>();
    for (Seen seen : classes) {
      if (seen.rank() == 1 || seen.probability() >= LEAST_PROBABILITY) {
        for (Box box : seen.boxes()) {
          marks.add(
              new Mark(
                  box.rescaled(original, size),
                  seen.label(),
                  seen.probability(),
                  Mark.colourOfRank(seen.rank())));
        }
      }
    }
    return marks.isEmpty() ? List.of(caption()) : marks;
  }
}
