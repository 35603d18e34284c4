package vggstream.train.data;

/** How the images of a set are stored. */
public enum Storage {
  /** Each is a file of its own, encoded. */
  FILES(0, 0),
  /** Records of CIFAR-10: a label, then the planes red, green, blue of 32 x 32. */
  CIFAR_10(1, 0),
  /** Records of CIFAR-100: a coarse label, a fine label, then the planes. */
  CIFAR_100(2, 1);

  /** Side of CIFAR's images, pixels. */
  static final int CIFAR_SIDE = 32;

  /** Between the file and the number of the record in a sample's path. */
  static final char RECORD = '#';

  private final int labelBytes;
  private final int labelAt;

  Storage(int labelBytes, int labelAt) {
    this.labelBytes = labelBytes;
    this.labelAt = labelAt;
  }

  /** Bytes of a record before its pixels. */
  int labelBytes() {
    return labelBytes;
  }

  /** Place of the class index in a record. */
  int labelAt() {
    return labelAt;
  }

  /** Bytes of a record. */
  int recordBytes() {
    return labelBytes + 3 * CIFAR_SIDE * CIFAR_SIDE;
  }
}
