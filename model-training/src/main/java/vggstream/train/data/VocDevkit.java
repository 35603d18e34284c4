package vggstream.train.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * PASCAL VOC as distributed: {@code JPEGImages}, {@code Annotations}, and {@code ImageSets/Main},
 * whose lists {@code train.txt}, {@code val.txt} and {@code test.txt} are the splits, and whose
 * lists {@code <class>_<split>.txt} name the classes. An image, which may show objects of several
 * classes, has the class of the first one in its annotation.
 */
final class VocDevkit implements DataSet {
  private static final String IMAGES = "JPEGImages";
  private static final String ANNOTATIONS = "Annotations";
  private static final Pattern OF_CLASS =
      Pattern.compile("(\\S+)_(?:train|val|trainval|test)\\.txt");

  private final Path root;
  private final List<String> labels;
  private final List<String> splits;
  private final Map<String, Integer> classes = new HashMap<>(); // by name

  private VocDevkit(Path root, List<String> labels, List<String> splits) {
    this.root = root;
    this.labels = labels;
    this.splits = splits;
    for (String label : labels) {
      classes.put(label, classes.size());
    }
  }

  /** The data set if a folder holds one. */
  static Optional<DataSet> find(Path root) throws IOException {
    Path lists = lists(root);
    if (!Files.isDirectory(root.resolve(IMAGES))
        || !Files.isDirectory(root.resolve(ANNOTATIONS))
        || !Files.isDirectory(lists)) {
      return Optional.empty();
    }
    Set<String> names = new TreeSet<>();
    for (String file : ImageFolder.names(lists, false)) {
      Matcher matcher = OF_CLASS.matcher(file);
      if (matcher.matches()) {
        names.add(matcher.group(1));
      }
    }
    if (names.isEmpty()) {
      throw new DataException(
          lists + ": must hold lists that name the classes, such as dog_train.txt: holds none");
    }
    List<String> splits =
        List.of(DataSets.TRAIN, DataSets.VAL, DataSets.TEST).stream()
            .filter(split -> Files.isRegularFile(lists.resolve(split + ".txt")))
            .toList();
    return Optional.of(new VocDevkit(root, ImageFolder.sorted(names), splits));
  }

  private static Path lists(Path root) {
    return root.resolve("ImageSets").resolve("Main");
  }

  @Override
  public Path root() {
    return root;
  }

  @Override
  public Layout layout() {
    return Layout.PASCAL_VOC;
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
    return labelled(name, null);
  }

  /**
   * A split.
   *
   * @param leftOut counts images whose annotation does not tell their class; null to refuse them
   */
  private ImageSet labelled(String name, @Nullable AnnotationProblems leftOut) throws IOException {
    DataSets.requireSplit(this, name);
    Path images = root.resolve(IMAGES);
    Map<String, String> files = IlsvrcClsLoc.byStem(images);
    Path list = lists(root).resolve(name + ".txt");
    List<String> listed =
        Files.readAllLines(list).stream()
            .map(line -> line.strip().split("\\s", 2)[0])
            .filter(stem -> !stem.isEmpty())
            .distinct()
            .toList();
    List<String> missing = listed.stream().filter(stem -> !files.containsKey(stem)).toList();
    if (!missing.isEmpty()) {
      throw new DataException(
          "%s: must hold every image of %s: %d are not there: %s"
              .formatted(images, list, missing.size(), ImageFolder.abbreviate(missing)));
    }
    Map<String, Integer> truths =
        VocAnnotation.classesOf(root.resolve(ANNOTATIONS), listed, classes, leftOut);
    List<Sample> samples = new ArrayList<>();
    for (String stem : ImageFolder.sorted(truths.keySet())) {
      samples.add(new Sample(String.valueOf(files.get(stem)), truths.getOrDefault(stem, 0)));
    }
    if (leftOut == null && samples.size() < listed.size()) {
      List<String> without = listed.stream().filter(s -> !truths.containsKey(s)).toList();
      throw new DataException(
          "%s: must tell the class of every image of %s: %d are missing: %s"
              .formatted(
                  root.resolve(ANNOTATIONS),
                  list,
                  without.size(),
                  ImageFolder.abbreviate(without)));
    }
    return ImageFolder.requireImages(new ImageSet(images, labels, samples));
  }

  @Override
  public DataSet withBoxes(AnnotationProblems problems) {
    return new DataSetWithBoxes(
        this,
        new DataSetWithBoxes.Source() {
          @Override
          public ImageSet images(String split, AnnotationProblems own) throws IOException {
            return labelled(split, own);
          }

          @Override
          public Annotations annotations(String split, AnnotationProblems own) {
            return new XmlFiles(root.resolve(ANNOTATIONS), labels);
          }
        },
        problems);
  }
}
