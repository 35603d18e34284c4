package vggstream.train.network;

/**
 * A column of Table 1 and the sizes that scale it.
 *
 * @param configuration column of the table
 * @param cropSide side of the square input, pixels; a positive multiple of 32, the product of the
 *     five poolings (paper: 224)
 * @param width multiplier of the convolutional layers' channels, positive; the product is rounded,
 *     and at least 1 (paper: 1)
 * @param fcWidth channels of the first two fully-connected layers, at least 1 (paper: 4096)
 * @param classes number of classes K, at least 1 (paper: 1000)
 * @param head what the last layer predicts
 */
public record NetworkSpec(
    Configuration configuration, int cropSide, double width, int fcWidth, int classes, Head head) {

  /** Pixels of input per position of the last pooling's output. */
  public static final int STRIDE = 32;

  public NetworkSpec {
    if (cropSide < STRIDE || cropSide % STRIDE != 0) {
      throw new IllegalArgumentException(
          "crop side must be a positive multiple of 32: was " + cropSide);
    }
    if (!(width > 0) || width > 64) {
      throw new IllegalArgumentException("width must be above 0 and at most 64: was " + width);
    }
    if (fcWidth < 1) {
      throw new IllegalArgumentException("FC width must be at least 1: was " + fcWidth);
    }
    if (classes < 1) {
      throw new IllegalArgumentException("classes must be at least 1: was " + classes);
    }
  }

  /** A network that classifies. */
  public NetworkSpec(
      Configuration configuration, int cropSide, double width, int fcWidth, int classes) {
    this(configuration, cropSide, width, fcWidth, classes, Head.CLASSIFY);
  }

  /** The same network with another last layer. */
  public NetworkSpec withHead(Head other) {
    return new NetworkSpec(configuration, cropSide, width, fcWidth, classes, other);
  }

  /** The paper's sizes. */
  public static NetworkSpec paper(Configuration configuration) {
    return new NetworkSpec(configuration, 224, 1.0, 4096, 1000);
  }
}
