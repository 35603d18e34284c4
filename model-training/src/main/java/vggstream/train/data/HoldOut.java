package vggstream.train.data;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A training set and the validation set that the learning rate and the best weights are chosen by.
 *
 * @param train images to train on
 * @param validation images to validate on, of the same classes
 */
public record HoldOut(ImageSet train, ImageSet validation) {
  public HoldOut {
    if (!train.labels().equals(validation.labels())) {
      throw new IllegalArgumentException("train and validation must have the same labels");
    }
  }

  /**
   * Holds out a share of each class: {@code round(share * n)} of its n images, but at least one and
   * never the last one; which ones depends on the seed alone.
   *
   * @param share within 0..1, exclusive
   */
  public static HoldOut stratified(ImageSet images, double share, long seed) {
    if (!(share > 0 && share < 1)) {
      throw new IllegalArgumentException(
          "share held out must be within 0..1, exclusive: was " + share);
    }
    int classes = images.labels().size();
    List<List<Integer>> members = new ArrayList<>(); // by class: indices of its samples
    for (int c = 0; c < classes; c++) {
      members.add(new ArrayList<>());
    }
    for (int i = 0; i < images.size(); i++) {
      members.get(images.samples().get(i).classIndex()).add(i);
    }
    boolean[] held = new boolean[images.size()];
    for (int c = 0; c < classes; c++) {
      int n = members.get(c).size();
      int count = Math.min(n - 1, Math.max(1, (int) Math.round(share * n)));
      int[] order = CounterRandom.permutation(n, seed, CounterRandom.Purpose.HOLD_OUT, c);
      for (int i = 0; i < count; i++) {
        held[members.get(c).get(order[i])] = true;
      }
    }
    return new HoldOut(
        images.subset(IntStream.range(0, images.size()).filter(i -> !held[i]).toArray()),
        images.subset(IntStream.range(0, images.size()).filter(i -> held[i]).toArray()));
  }
}
