package vggstream.train;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import vggstream.classify.RankedClass;
import vggstream.train.data.ImageSet;
import vggstream.train.evaluate.ConfusionMatrix;
import vggstream.train.evaluate.ImagePrediction;
import vggstream.train.evaluate.Mistakes;
import vggstream.train.journal.WholeFile;
import vggstream.train.report.ConfusionPicture;
import vggstream.train.report.ContactSheet;

/**
 * What an evaluation leaves behind of single answers: a line each, the confusion matrix, the worst
 * mistakes. Files get their names once they are complete.
 */
final class EvaluationOutputs implements Consumer<ImagePrediction>, AutoCloseable {
  /** Mistakes on the contact sheet. */
  private static final int MISTAKES = 30;

  private static final ObjectMapper JSON_LINE = new JsonMapper();

  private final List<String> labels;
  private final @Nullable WholeFile lines;
  private final @Nullable Path folder;
  private final ConfusionMatrix confusion;
  private final Mistakes mistakes = new Mistakes(MISTAKES);

  /**
   * Begins them.
   *
   * @param predictions file of the single answers, if wanted
   * @param folder of confusion matrix and mistakes, if wanted
   */
  EvaluationOutputs(List<String> labels, @Nullable Path predictions, @Nullable Path folder)
      throws IOException {
    this.labels = labels;
    this.folder = folder;
    this.confusion = new ConfusionMatrix(folder == null ? List.of() : labels);
    this.lines = predictions == null ? null : new WholeFile(predictions);
  }

  /**
   * Takes an answer.
   *
   * @throws UncheckedIOException if it cannot be written
   */
  @Override
  public void accept(ImagePrediction prediction) {
    if (folder != null) {
      confusion.add(prediction);
      mistakes.add(prediction);
    }
    if (lines != null) {
      try {
        lines.writer().write(line(prediction) + "\n");
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private String line(ImagePrediction prediction) throws IOException {
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

  /**
   * Writes what could not be written bit by bit.
   *
   * @param title of the pictures
   * @param result the evaluation as JSON
   */
  void complete(ImageSet images, String title, String result) throws IOException {
    if (lines != null) {
      lines.complete();
    }
    if (folder != null) {
      StringBuilder csv = new StringBuilder();
      confusion.writeCsv(csv);
      WholeFile.write(folder.resolve("confusion.csv"), csv.toString());
      WholeFile.write(folder.resolve("confusion.png"), ConfusionPicture.png(confusion, title));
      WholeFile.write(folder.resolve("mistakes.png"), ContactSheet.png(images, mistakes, title));
      WholeFile.write(folder.resolve("result.json"), result);
    }
  }

  @Override
  public void close() throws IOException {
    if (lines != null) {
      lines.close();
    }
  }
}
