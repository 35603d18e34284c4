package vggstream.train.evaluate;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/** The worst mistakes: images that a wrong class was given to with the highest probability. */
public final class Mistakes {
  private static final Comparator<ImagePrediction> BY_CERTAINTY =
      Comparator.comparingDouble((ImagePrediction p) -> p.predictions().get(0).probability())
          .thenComparing(ImagePrediction::path, Comparator.reverseOrder());

  private final int most;
  private final PriorityQueue<ImagePrediction> worst = new PriorityQueue<>(BY_CERTAINTY);
  private int count;

  /**
   * Keeps the worst ones.
   *
   * @param most that are kept, at least 1
   */
  public Mistakes(int most) {
    if (most < 1) {
      throw new IllegalArgumentException("most must be at least 1: was " + most);
    }
    this.most = most;
  }

  /** Takes an answer; a right one changes nothing. */
  public void add(ImagePrediction prediction) {
    if (prediction.predictions().get(0).classIndex() == prediction.classIndex()) {
      return;
    }
    count++;
    worst.add(prediction);
    if (worst.size() > most) {
      worst.remove();
    }
  }

  /** Mistakes seen. */
  public int count() {
    return count;
  }

  /** Those kept, worst first; equal ones by path. */
  public List<ImagePrediction> worst() {
    List<ImagePrediction> list = new ArrayList<>(worst);
    list.sort(BY_CERTAINTY.reversed());
    return list;
  }
}
