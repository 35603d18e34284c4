package vggstream.train.claims;

import java.util.BitSet;

/**
 * What a measurement gave with one seed. Two outcomes over the same images can be compared image by
 * image.
 *
 * @param images that were classified
 * @param wrong numbers of the images whose most probable class was not the true one
 */
public record Outcome(int images, BitSet wrong) {
  public Outcome {
    wrong = (BitSet) wrong.clone();
    if (images < 1 || wrong.length() > images) {
      throw new IllegalArgumentException(
          "wrong must be among the %d images: were %s".formatted(images, wrong));
    }
  }

  @Override
  public BitSet wrong() {
    return (BitSet) wrong.clone();
  }

  /** Top-1 error, 0..1. */
  public double error() {
    return (double) wrong.cardinality() / images;
  }

  /**
   * How much lower this error is than another's over the same images, -1..1, with its standard
   * error: only the images that exactly one of the two has wrong tell them apart (McNemar 1947).
   */
  Difference below(Outcome other) {
    if (images != other.images) {
      throw new IllegalArgumentException(
          "outcomes must be of the same images: were of %d and %d".formatted(images, other.images));
    }
    BitSet onlyOther = other.wrong();
    onlyOther.andNot(wrong);
    BitSet onlyThis = wrong();
    onlyThis.andNot(other.wrong);
    double gained = onlyOther.cardinality();
    double lost = onlyThis.cardinality();
    double mean = (gained - lost) / images;
    double variance = ((gained + lost) / images - mean * mean) / images;
    return new Difference(mean, Math.sqrt(variance));
  }

  /**
   * A difference of two errors.
   *
   * @param value positive: the first is lower
   * @param standardError of the value, from the number of images alone
   */
  record Difference(double value, double standardError) {}
}
