package vggstream.train.data;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * ILSVRC's CLS-LOC set as distributed: {@code Data/CLS-LOC/train/<wnid>}, {@code Data/CLS-LOC/val},
 * {@code ImageSets/CLS-LOC}, {@code Annotations/CLS-LOC}, and {@code LOC_synset_mapping.txt}, whose
 * lines are the labels, in their order: {@code n01443537 goldfish, Carassius auratus}.
 *
 * <p>Lists in {@code ImageSets} say which images belong to a split; without them all do. The class
 * of an image of {@code val} is that of its line in {@code LOC_val_solution.csv}, or, without that
 * file, of the first object of its annotation. The images of {@code test} have no labels.
 */
final class IlsvrcClsLoc implements DataSet {
  private static final String SET = "CLS-LOC";
  private static final String MAPPING = "LOC_synset_mapping.txt";
  private static final String SOLUTION = "LOC_val_solution.csv";

  private final Path root;
  private final Path base; // holds Data
  private final Map<String, Integer> classes; // by wnid
  private final List<String> labels;
  private final List<String> splits;

  private IlsvrcClsLoc(Path root, Path base, Map<String, Integer> classes, List<String> labels) {
    this.root = root;
    this.base = base;
    this.classes = classes;
    this.labels = labels;
    this.splits =
        List.of(DataSets.TRAIN, DataSets.VAL).stream()
            .filter(split -> Files.isDirectory(images().resolve(split)))
            .toList();
  }

  /** The data set if a folder, or {@code ILSVRC} in it, holds one. */
  static Optional<DataSet> find(Path root) throws IOException {
    for (Path base : List.of(root, root.resolve("ILSVRC"))) {
      if (Files.isDirectory(base.resolve("Data").resolve(SET))) {
        return Optional.of(read(root, base));
      }
    }
    return Optional.empty();
  }

  private static DataSet read(Path root, Path base) throws IOException {
    Path mapping =
        beside(root, base, MAPPING)
            .orElseThrow(
                () ->
                    new DataException(
                        root.resolve(MAPPING)
                            + ": must name the classes, such as \"n01443537 goldfish\": no such"
                            + " file"));
    Map<String, Integer> classes = new HashMap<>();
    List<String> labels = new ArrayList<>();
    List<String> lines = Files.readAllLines(mapping);
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).strip();
      if (line.isEmpty()) {
        continue;
      }
      String wnid = line.split("\\s", 2)[0];
      if (!wnid.matches("n\\d{8}")) {
        throw problem(mapping, i + 1, "must begin with a WordNet id such as n01443537: " + line);
      }
      if (classes.putIfAbsent(wnid, labels.size()) != null) {
        throw problem(mapping, i + 1, "must name each class once: names again " + wnid);
      }
      labels.add(line);
    }
    if (labels.isEmpty()) {
      throw new DataException(mapping + ": must name the classes: names none");
    }
    return new IlsvrcClsLoc(root, base, classes, List.copyOf(labels));
  }

  /** A file that is distributed beside the folder ILSVRC, but may have been put into it. */
  private static Optional<Path> beside(Path root, Path base, String name) {
    return List.of(root.resolve(name), base.resolve(name), root.resolveSibling(name)).stream()
        .filter(Files::isRegularFile)
        .findFirst();
  }

  static DataException problem(Path file, int line, String what) {
    return new DataException("%s: line %d: %s".formatted(file, line, what));
  }

  private Path images() {
    return base.resolve("Data").resolve(SET);
  }

  @Override
  public Path root() {
    return root;
  }

  @Override
  public Layout layout() {
    return Layout.ILSVRC;
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
    Path all = base.resolve("Annotations").resolve(SET);
    if (!Files.isDirectory(all)) {
      throw new DataException(all + ": must hold the annotations: no such folder");
    }
    List<String> wnids = labels.stream().map(label -> label.split("\\s", 2)[0]).toList();
    return new DataSetWithBoxes(
        this,
        new DataSetWithBoxes.Source() {
          @Override
          public ImageSet images(String split, AnnotationProblems own) throws IOException {
            return labelled(split, own);
          }

          @Override
          public Annotations annotations(String split, AnnotationProblems own) {
            return new XmlFiles(all.resolve(split), wnids);
          }
        },
        problems);
  }

  @Override
  public ImageSet split(String name) throws IOException {
    return labelled(name, null);
  }

  /**
   * A split.
   *
   * @param leftOut counts images of val whose annotation does not tell their class; null to refuse
   *     them
   */
  private ImageSet labelled(String name, @Nullable AnnotationProblems leftOut) throws IOException {
    if (name.equals(DataSets.TEST)) {
      throw new DataException(
          "%s: split must be one of %s: the images of test have no labels".formatted(root, splits));
    }
    DataSets.requireSplit(this, name);
    List<Sample> samples = name.equals(DataSets.TRAIN) ? train() : val(leftOut);
    return ImageFolder.requireImages(new ImageSet(images().resolve(name), labels, samples));
  }

  private List<Sample> train() throws IOException {
    Path folder = images().resolve(DataSets.TRAIN);
    Map<String, Map<String, String>> files = new HashMap<>(); // names by stem, by wnid
    for (String wnid : ImageFolder.names(folder, true)) {
      if (!classes.containsKey(wnid)) {
        throw new DataException(folder.resolve(wnid) + ": must be a class of " + MAPPING);
      }
      files.put(wnid, byStem(folder.resolve(wnid)));
    }
    Set<String> listed = listed("train_cls.txt");
    if (listed != null) {
      retain(files, listed, folder);
    }
    List<Sample> samples = new ArrayList<>();
    for (int c = 0; c < labels.size(); c++) {
      String wnid = labels.get(c).split("\\s", 2)[0];
      for (String file : ImageFolder.sorted(files.getOrDefault(wnid, Map.of()).values())) {
        samples.add(new Sample(wnid + "/" + file, c));
      }
    }
    return samples;
  }

  /** Leaves the images whose {@code wnid/stem} is listed, each of which must be there. */
  private static void retain(
      Map<String, Map<String, String>> files, Set<String> listed, Path folder)
      throws DataException {
    int there = 0;
    for (Map.Entry<String, Map<String, String>> e : files.entrySet()) {
      e.getValue().keySet().removeIf(stem -> !listed.contains(e.getKey() + "/" + stem));
      there += e.getValue().size();
    }
    if (there < listed.size()) {
      List<String> missing =
          listed.stream()
              .filter(
                  name -> {
                    int slash = name.indexOf('/');
                    return slash < 0
                        || !files
                            .getOrDefault(name.substring(0, slash), Map.of())
                            .containsKey(name.substring(slash + 1));
                  })
              .sorted()
              .toList();
      throw notThere(folder, missing, "train_cls.txt");
    }
  }

  private static DataException notThere(Path folder, List<String> missing, String list) {
    return new DataException(
        "%s: must hold every image of %s: %d are not there: %s"
            .formatted(folder, list, missing.size(), ImageFolder.abbreviate(missing)));
  }

  private List<Sample> val(@Nullable AnnotationProblems leftOut) throws IOException {
    Path folder = images().resolve(DataSets.VAL);
    Map<String, String> files = byStem(folder);
    Set<String> listed = listed("val.txt");
    if (listed != null) {
      List<String> missing =
          listed.stream().filter(stem -> !files.containsKey(stem)).sorted().toList();
      if (!missing.isEmpty()) {
        throw notThere(folder, missing, "val.txt");
      }
      files.keySet().retainAll(listed);
    }
    Optional<Path> solution = beside(root, base, SOLUTION);
    Map<String, Integer> truths =
        solution.isPresent()
            ? solution(solution.get())
            : VocAnnotation.classesOf(annotations(), files.keySet(), classes, leftOut);
    if (leftOut != null && solution.isEmpty()) {
      files.keySet().retainAll(truths.keySet());
    }
    List<String> without =
        files.keySet().stream().filter(stem -> !truths.containsKey(stem)).sorted().toList();
    if (!without.isEmpty()) {
      throw new DataException(
          "%s: must tell the class of every image of val: %d are missing: %s"
              .formatted(
                  solution.isPresent() ? solution.get() : annotations(),
                  without.size(),
                  ImageFolder.abbreviate(without)));
    }
    List<Sample> samples = new ArrayList<>();
    for (String stem : ImageFolder.sorted(files.keySet())) {
      samples.add(new Sample(String.valueOf(files.get(stem)), truths.getOrDefault(stem, 0)));
    }
    return samples;
  }

  private Path annotations() {
    return base.resolve("Annotations").resolve(SET).resolve(DataSets.VAL);
  }

  /** Lines {@code ImageId,wnid x y x y [wnid ...]} after a heading. */
  private Map<String, Integer> solution(Path file) throws IOException {
    Map<String, Integer> truths = new HashMap<>();
    List<String> lines = Files.readAllLines(file);
    for (int i = 1; i < lines.size(); i++) {
      String[] columns = lines.get(i).strip().split(",", 2);
      if (columns.length == 2) {
        String wnid = columns[1].strip().split("\\s", 2)[0];
        Integer classIndex = classes.get(wnid);
        if (classIndex == null) {
          throw problem(file, i + 1, "must name a class of %s: names %s".formatted(MAPPING, wnid));
        }
        truths.put(columns[0], classIndex);
      } else if (!columns[0].isEmpty()) {
        throw problem(file, i + 1, "must be an image and its classes: " + lines.get(i));
      }
    }
    return truths;
  }

  /** First words of the lines of a list, or null if there is no such list. */
  private @Nullable Set<String> listed(String list) throws IOException {
    Path file = base.resolve("ImageSets").resolve(SET).resolve(list);
    if (!Files.isRegularFile(file)) {
      return null;
    }
    Set<String> listed = new HashSet<>();
    try (BufferedReader reader = Files.newBufferedReader(file)) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        String name = line.strip().split("\\s", 2)[0];
        if (!name.isEmpty()) {
          listed.add(name);
        }
      }
    }
    return listed;
  }

  /** File names by what stands before their last dot. */
  static Map<String, String> byStem(Path folder) throws IOException {
    Map<String, String> files = new HashMap<>();
    for (String file : ImageFolder.names(folder, false)) {
      int dot = file.lastIndexOf('.');
      files.put(dot < 0 ? file : file.substring(0, dot), file);
    }
    return files;
  }
}
