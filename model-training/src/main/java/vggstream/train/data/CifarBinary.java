package vggstream.train.data;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * CIFAR-10 and CIFAR-100 in their binary version: records of a label (CIFAR-100: a coarse and a
 * fine one, of which the fine one counts) and 3,072 bytes, the planes red, green and blue of 32 x
 * 32 pixels. An image's path is its file's name, {@code #}, and the number of the record from 0.
 *
 * <p>Opening a split reads the labels; pixels are read when they are asked for.
 */
final class CifarBinary implements DataSet {
  private final Path root;
  private final Path folder;
  private final Kind kind;
  private final List<String> labels;
  private final List<String> splits;

  private enum Kind {
    CIFAR_10(
        Layout.CIFAR_10,
        Storage.CIFAR_10,
        "cifar-10-batches-bin",
        "data_batch_\\d+\\.bin",
        "test_batch\\.bin",
        "batches.meta.txt"),
    CIFAR_100(
        Layout.CIFAR_100,
        Storage.CIFAR_100,
        "cifar-100-binary",
        "train\\.bin",
        "test\\.bin",
        "fine_label_names.txt");

    final Layout layout;
    final Storage storage;
    final String folder; // in the archive that is distributed
    final Pattern train;
    final Pattern test;
    final String names;

    Kind(Layout layout, Storage storage, String folder, String train, String test, String names) {
      this.layout = layout;
      this.storage = storage;
      this.folder = folder;
      this.train = Pattern.compile(train);
      this.test = Pattern.compile(test);
      this.names = names;
    }
  }

  private CifarBinary(Path root, Path folder, Kind kind, List<String> labels, List<String> splits) {
    this.root = root;
    this.folder = folder;
    this.kind = kind;
    this.labels = labels;
    this.splits = splits;
  }

  /** The data set if a folder, or the folder of the distributed archive in it, holds one. */
  static Optional<DataSet> find(Path root) throws IOException {
    for (Kind kind : Kind.values()) {
      for (Path folder : List.of(root, root.resolve(kind.folder))) {
        List<String> splits = new ArrayList<>();
        if (!files(folder, kind.train).isEmpty()) {
          splits.add(DataSets.TRAIN);
        }
        if (!files(folder, kind.test).isEmpty()) {
          splits.add(DataSets.TEST);
        }
        if (!splits.isEmpty()) {
          List<String> labels = names(folder.resolve(kind.names));
          return Optional.of(new CifarBinary(root, folder, kind, labels, List.copyOf(splits)));
        }
      }
    }
    return Optional.empty();
  }

  private static List<String> files(Path folder, Pattern name) throws IOException {
    return Files.isDirectory(folder)
        ? ImageFolder.names(folder, false).stream().filter(n -> name.matcher(n).matches()).toList()
        : List.of();
  }

  private static List<String> names(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new DataException(file + ": must name the classes, one a line: no such file");
    }
    List<String> names =
        Files.readAllLines(file).stream().map(String::strip).filter(l -> !l.isEmpty()).toList();
    if (names.isEmpty()) {
      throw new DataException(file + ": must name the classes, one a line: names none");
    }
    return names;
  }

  @Override
  public Path root() {
    return root;
  }

  @Override
  public Layout layout() {
    return kind.layout;
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
  public DataSet withBoxes(AnnotationProblems problems) throws DataException {
    throw new DataException(root + ": CIFAR's images have no boxes: its objects fill them");
  }

  @Override
  public ImageSet split(String name) throws IOException {
    DataSets.requireSplit(this, name);
    List<Sample> samples = new ArrayList<>();
    for (String file : files(folder, name.equals(DataSets.TRAIN) ? kind.train : kind.test)) {
      readLabels(file, samples);
    }
    return ImageFolder.requireImages(new ImageSet(folder, labels, samples, kind.storage));
  }

  private void readLabels(String name, List<Sample> samples) throws IOException {
    Path file = folder.resolve(name);
    int record = kind.storage.recordBytes();
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      long bytes = channel.size();
      if (bytes == 0 || bytes % record != 0) {
        throw new DataException(
            "%s: length must be a multiple of the %d bytes of a record, and not 0: was %d"
                .formatted(file, record, bytes));
      }
      ByteBuffer label = ByteBuffer.allocate(1);
      for (int i = 0; i < bytes / record; i++) {
        long at = (long) i * record + kind.storage.labelAt();
        if (channel.read(label.clear(), at) != 1) {
          throw new EOFException(file + ": became shorter while it was read");
        }
        int classIndex = Byte.toUnsignedInt(label.get(0));
        if (classIndex >= labels.size()) {
          throw new DataException(
              "%s: label must be within 0..%d: was %d in record %d, at byte %d"
                  .formatted(file, labels.size() - 1, classIndex, i, at));
        }
        samples.add(new Sample(name + Storage.RECORD + i, classIndex));
      }
    }
  }
}
