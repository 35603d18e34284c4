package vggstream.train.network;

/** What a network's last layer predicts, and by which loss it learns. */
public enum Head {
  /** A score for each class; multinomial logistic loss (paper, section 3.1). */
  CLASSIFY,
  /**
   * One box for all classes, single-class regression; Euclidean loss (paper, appendix A: "the
   * bounding box prediction is shared across all classes", a 4-D last layer).
   */
  SCR,
  /**
   * A box for each class, per-class regression; Euclidean loss of the ground-truth class's box
   * alone (paper, appendix A: "class-specific", a last layer of 4 values a class).
   */
  PCR;

  /** Values of a box: centre x, centre y, width, height, as fractions of the crop's side. */
  public static final int BOX = 4;

  /** Whether it predicts boxes. */
  public boolean localises() {
    return this != CLASSIFY;
  }

  /** Channels of the last layer. */
  public int channels(int classes) {
    return switch (this) {
      case CLASSIFY -> classes;
      case SCR -> BOX;
      case PCR -> Math.multiplyExact(BOX, classes);
    };
  }
}
