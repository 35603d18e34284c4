package vggstream.train;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import vggstream.classify.RankedClass;
import vggstream.localise.Box;
import vggstream.localise.LocatedClass;
import vggstream.train.evaluate.LocatedImage;
import vggstream.train.evaluate.Overlap;

/** The answer for one image as a line of JSON; fields that the stream's answers have too. */
final class LocatedLine {
  private static final ObjectMapper JSON = new JsonMapper();

  private LocatedLine() {}

  static String of(LocatedImage image, List<String> labels) throws IOException {
    ObjectNode line = JSON.createObjectNode();
    line.put("path", image.path());
    line.put("classIndex", image.classIndex());
    line.put("label", labels.get(image.classIndex()));
    line.putObject("image").put("width", image.size().width()).put("height", image.size().height());
    ArrayNode truths = line.putArray("truths");
    image.truths().forEach(truth -> put(truths.addObject(), truth));
    judged(line, "ofTruth", image.prediction().ofTruth(), image.truths());
    if (!image.prediction().ranked().isEmpty()) {
      judged(line, "ofBestWindow", image.prediction().ofBestWindow(), image.truths());
      ArrayNode ranked = line.putArray("predictions");
      for (RankedClass c : image.prediction().ranked()) {
        ranked
            .addObject()
            .put("rank", c.rank())
            .put("classIndex", c.classIndex())
            .put("label", c.label())
            .put("probability", c.probability());
      }
      ArrayNode boxes = line.putArray("boxes");
      for (LocatedClass box : image.prediction().boxes()) {
        ObjectNode b =
            boxes
                .addObject()
                .put("classIndex", box.classIndex())
                .put("label", labels.get(box.classIndex()))
                .put("score", (float) box.score());
        put(b, box.box());
      }
    }
    return JSON.writeValueAsString(line);
  }

  private static void judged(ObjectNode line, String name, @Nullable Box box, List<Box> truths) {
    if (box == null) {
      line.putNull(name);
    } else {
      put(line.putObject(name).put("iou", Overlap.best(box, truths)), box);
    }
  }

  private static void put(ObjectNode node, Box box) {
    node.put("xMin", (float) box.xMin())
        .put("yMin", (float) box.yMin())
        .put("xMax", (float) box.xMax())
        .put("yMax", (float) box.yMax());
  }
}
