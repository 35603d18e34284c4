package vggstream.train.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Tiny-ImageNet as distributed: {@code wnids.txt} names the classes, {@code words.txt} their words;
 * images are {@code train/<wnid>/images/*} and {@code val/images/*}, boxes stand in {@code
 * train/<wnid>/<wnid>_boxes.txt} and {@code val/val_annotations.txt}, which also tells the classes.
 * Labels are in the order of {@code wnids.txt}: {@code n01443537 goldfish, Carassius auratus}. The
 * images of {@code test} have no labels.
 */
final class TinyImageNet implements DataSet {
  private static final String CLASSES = "wnids.txt";
  private static final String WORDS = "words.txt";
  private static final String VAL = "val_annotations.txt";
  private static final String IMAGES = "images";

  private final Path root;
  private final List<String> wnids;
  private final List<String> labels;
  private final List<String> splits;

  private TinyImageNet(Path root, List<String> wnids, List<String> labels) {
    this.root = root;
    this.wnids = wnids;
    this.labels = labels;
    List<String> there = new ArrayList<>();
    if (Files.isDirectory(root.resolve(DataSets.TRAIN))) {
      there.add(DataSets.TRAIN);
    }
    if (Files.isRegularFile(root.resolve(DataSets.VAL).resolve(VAL))) {
      there.add(DataSets.VAL);
    }
    this.splits = List.copyOf(there);
  }

  /** The data set if a folder holds one. */
  static Optional<DataSet> find(Path root) throws IOException {
    Path names = root.resolve(CLASSES);
    if (!Files.isRegularFile(names)) {
      return Optional.empty();
    }
    List<String> wnids =
        Files.readAllLines(names).stream().map(String::strip).filter(s -> !s.isEmpty()).toList();
    if (wnids.isEmpty() || wnids.stream().distinct().count() < wnids.size()) {
      throw new DataException(names + ": must name each class once: names " + wnids.size());
    }
    Map<String, String> words = new HashMap<>();
    if (Files.isRegularFile(root.resolve(WORDS))) {
      for (String line : Files.readAllLines(root.resolve(WORDS))) {
        String[] parts = line.strip().split("\t", 2);
        if (parts.length == 2) {
          words.put(parts[0], parts[0] + " " + parts[1].strip());
        }
      }
    }
    List<String> labels = wnids.stream().map(wnid -> words.getOrDefault(wnid, wnid)).toList();
    return Optional.of(new TinyImageNet(root, wnids, labels));
  }

  @Override
  public Path root() {
    return root;
  }

  @Override
  public Layout layout() {
    return Layout.TINY_IMAGENET;
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
    List<Sample> samples = name.equals(DataSets.TRAIN) ? train() : val();
    return ImageFolder.requireImages(new ImageSet(root.resolve(name), labels, samples));
  }

  private List<Sample> train() throws IOException {
    Path folder = root.resolve(DataSets.TRAIN);
    for (String wnid : ImageFolder.names(folder, true)) {
      if (!wnids.contains(wnid)) {
        throw new DataException(folder.resolve(wnid) + ": must be a class of " + CLASSES);
      }
    }
    List<Sample> samples = new ArrayList<>();
    for (int c = 0; c < wnids.size(); c++) {
      String wnid = wnids.get(c);
      Path images = folder.resolve(wnid).resolve(IMAGES);
      if (Files.isDirectory(images)) {
        for (String file : ImageFolder.names(images, false)) {
          samples.add(new Sample(wnid + "/" + IMAGES + "/" + file, c));
        }
      }
    }
    return samples;
  }

  private List<Sample> val() throws IOException {
    Path list = root.resolve(DataSets.VAL).resolve(VAL);
    Map<String, Integer> classes = new LinkedHashMap<>(); // by file name
    List<String> lines = Files.readAllLines(list);
    for (int i = 0; i < lines.size(); i++) {
      String[] columns = lines.get(i).strip().split("\\s+");
      if (columns.length >= 2) {
        int classIndex = wnids.indexOf(columns[1]);
        if (classIndex < 0) {
          throw IlsvrcClsLoc.problem(
              list, i + 1, "must name a class of %s: names %s".formatted(CLASSES, columns[1]));
        }
        classes.put(columns[0], classIndex);
      } else if (!columns[0].isEmpty()) {
        throw IlsvrcClsLoc.problem(list, i + 1, "must be an image, its class and its box");
      }
    }
    Path images = root.resolve(DataSets.VAL).resolve(IMAGES);
    List<String> files = ImageFolder.names(images, false);
    List<String> without = files.stream().filter(f -> !classes.containsKey(f)).toList();
    if (!without.isEmpty()) {
      throw new DataException(
          "%s: must tell the class of every image of val: %d are missing: %s"
              .formatted(list, without.size(), ImageFolder.abbreviate(without)));
    }
    return files.stream()
        .map(f -> new Sample(IMAGES + "/" + f, classes.getOrDefault(f, 0)))
        .toList();
  }

  @Override
  public DataSet withBoxes(AnnotationProblems problems) {
    return new DataSetWithBoxes(
        this,
        new DataSetWithBoxes.Source() {
          @Override
          public ImageSet images(String split, AnnotationProblems own) throws IOException {
            return split(split);
          }

          @Override
          public Annotations annotations(String split, AnnotationProblems own) throws IOException {
            BoxLists lists = new BoxLists(root.resolve(split), wnids, own);
            if (split.equals(DataSets.VAL)) {
              lists.read(VAL, IMAGES + "/", 2);
            } else {
              for (String wnid : wnids) {
                lists.read(wnid + "/" + wnid + "_boxes.txt", wnid + "/" + IMAGES + "/", 1);
              }
            }
            return lists;
          }
        },
        problems);
  }
}
