package vggstream.train.evaluate;

import java.io.IOException;
import java.util.List;

/** How often images of one class were taken for another. */
public final class ConfusionMatrix {
  private final List<String> labels;
  private final int[][] counts; // (K, K): true class, most probable class

  /** An empty one. */
  public ConfusionMatrix(List<String> labels) {
    this.labels = List.copyOf(labels);
    this.counts = new int[labels.size()][labels.size()];
  }

  /** Counts an image. */
  public void add(int truth, int predicted) {
    counts[truth][predicted]++;
  }

  /** Counts an image by its answer. */
  public void add(ImagePrediction prediction) {
    add(prediction.classIndex(), prediction.predictions().get(0).classIndex());
  }

  /** The classes, K. */
  public List<String> labels() {
    return labels;
  }

  /** Images of class {@code truth} whose most probable class was {@code predicted}. */
  public int count(int truth, int predicted) {
    return counts[truth][predicted];
  }

  /** Images of a class. */
  public int images(int truth) {
    int sum = 0;
    for (int count : counts[truth]) {
      sum += count;
    }
    return sum;
  }

  /**
   * Writes one line a true class, one column a predicted class, with labels in the first line and
   * column; quoted as in RFC 4180.
   */
  public void writeCsv(Appendable out) throws IOException {
    out.append(quoted("true \\ predicted"));
    for (String label : labels) {
      out.append(',').append(quoted(label));
    }
    out.append('\n');
    for (int truth = 0; truth < counts.length; truth++) {
      out.append(quoted(labels.get(truth)));
      for (int count : counts[truth]) {
        out.append(',').append(Integer.toString(count));
      }
      out.append('\n');
    }
  }

  private static String quoted(String text) {
    boolean plain = text.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n');
    return plain ? text : '"' + text.replace("\"", "\"\"") + '"';
  }
}
