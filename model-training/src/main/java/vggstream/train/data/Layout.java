package vggstream.train.data;

/** How a data set lies on disk. */
public enum Layout {
  /** {@code train/}, {@code val/}, {@code test/}, any of them, each with one folder per class. */
  FOLDERS("folder per class"),
  /** One folder per class and no splits. */
  CLASS_FOLDERS("folder per class, one split"),
  /** ILSVRC's CLS-LOC set as distributed. */
  ILSVRC("ILSVRC CLS-LOC"),
  /** PASCAL VOC as distributed. */
  PASCAL_VOC("PASCAL VOC"),
  /** Tiny-ImageNet as distributed. */
  TINY_IMAGENET("Tiny-ImageNet"),
  /** CIFAR-10's binary files. */
  CIFAR_10("CIFAR-10 binary"),
  /** CIFAR-100's binary files. */
  CIFAR_100("CIFAR-100 binary");

  private final String title;

  Layout(String title) {
    this.title = title;
  }

  /** As printed. */
  public String title() {
    return title;
  }
}
