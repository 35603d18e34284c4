package vggstream.train.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/** Opens data sets, whose layout is found by looking. */
public final class DataSets {
  /** Split to train on. */
  public static final String TRAIN = "train";

  /** Split to choose by. */
  public static final String VAL = "val";

  /** Split to report on. */
  public static final String TEST = "test";

  /** The one split of class folders without splits. */
  public static final String ALL = "all";

  private DataSets() {}

  /**
   * Opens a data set; reads names, no images.
   *
   * @throws NoSuchFileException if there is no such folder
   * @throws DataException if it is of no known layout, or broken
   */
  public static DataSet open(Path root) throws IOException {
    if (!Files.isDirectory(root)) {
      throw Files.exists(root)
          ? new DataException(root + ": must be a folder")
          : new NoSuchFileException(root.toString(), null, "no such folder");
    }
    Optional<DataSet> found = CifarBinary.find(root);
    if (found.isEmpty()) {
      found = IlsvrcClsLoc.find(root);
    }
    if (found.isEmpty()) {
      found = TinyImageNet.find(root);
    }
    if (found.isEmpty()) {
      found = VocDevkit.find(root);
    }
    return found.isPresent() ? found.get() : ClassFolders.open(root);
  }

  static void requireSplit(DataSet data, String name) throws DataException {
    if (!data.splits().contains(name)) {
      throw new DataException(
          "%s: split must be one of %s: was %s".formatted(data.root(), data.splits(), name));
    }
  }
}
