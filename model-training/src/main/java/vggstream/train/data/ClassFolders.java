package vggstream.train.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Folders of classes: in {@code train/}, {@code val/} and {@code test/}, or in the root itself,
 * which is then one split, {@code all}.
 */
final class ClassFolders implements DataSet {
  private final Path root;
  private final Layout layout;
  private final List<String> splits;
  private final List<String> labels;

  private ClassFolders(Path root, Layout layout, List<String> splits, List<String> labels) {
    this.root = root;
    this.layout = layout;
    this.splits = splits;
    this.labels = labels;
  }

  static DataSet open(Path root) throws IOException {
    List<String> folders = ImageFolder.names(root, true);
    List<String> splits =
        List.of(DataSets.TRAIN, DataSets.VAL, DataSets.TEST).stream()
            .filter(folders::contains)
            .toList();
    boolean hasSplits = folders.size() == splits.size();
    for (String split : splits) { // a class may be called "train" too
      hasSplits |= !ImageFolder.names(root.resolve(split), true).isEmpty();
    }
    if (hasSplits && !splits.isEmpty()) {
      return new ClassFolders(
          root, Layout.FOLDERS, splits, ImageFolder.names(root.resolve(splits.get(0)), true));
    }
    if (folders.isEmpty()) {
      throw new DataException(
          ("%s: must hold train/, val/ or test/ with one folder per class, or such folders"
                  + " themselves, or Data/CLS-LOC of ILSVRC, or CIFAR's .bin files: holds no folder")
              .formatted(root));
    }
    return new ClassFolders(root, Layout.CLASS_FOLDERS, List.of(DataSets.ALL), folders);
  }

  @Override
  public Path root() {
    return root;
  }

  @Override
  public Layout layout() {
    return layout;
  }

  @Override
  public List<String> labels() {
    return labels;
  }

  @Override
  public List<String> splits() {
    return splits;
  }

  @Override
  public ImageSet split(String name) throws IOException {
    DataSets.requireSplit(this, name);
    return ImageFolder.read(folder(name), labels);
  }

  /** Annotations are files {@code Annotations/<split>/<class>/<image's name>.xml}. */
  @Override
  public DataSet withBoxes(AnnotationProblems problems) throws DataException {
    Path annotations = root.resolve("Annotations");
    if (layout != Layout.FOLDERS || !Files.isDirectory(annotations)) {
      throw new DataException(
          ("%s: class folders with boxes must be train/, val/ or test/, with"
                  + " Annotations/<split>/<class>/<name>.xml beside them: were not")
              .formatted(root));
    }
    return new DataSetWithBoxes(
        this,
        new DataSetWithBoxes.Source() {
          @Override
          public ImageSet images(String split, AnnotationProblems own) throws IOException {
            return split(split);
          }

          @Override
          public Annotations annotations(String split, AnnotationProblems own) {
            return new XmlFiles(annotations.resolve(split), labels);
          }
        },
        problems);
  }

  private Path folder(String split) {
    return layout == Layout.FOLDERS ? root.resolve(split) : root;
  }

  @Override
  public HoldOut trainAndValidation(double share, long seed) throws IOException {
    return layout == Layout.CLASS_FOLDERS
        ? HoldOut.stratified(split(DataSets.ALL), share, seed)
        : DataSet.super.trainAndValidation(share, seed);
  }
}
