package vggstream.train.data;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The layout "one folder per class": {@code ROOT/<class>/<image>}. Classes and images are ordered
 * by the unsigned bytes of their names in UTF-8, and the class index is the class's place in that
 * order. Names that begin with a dot are left out. A class without an image keeps its index and is
 * reported.
 */
public final class ImageFolder {
  private static final Logger LOG = LoggerFactory.getLogger(ImageFolder.class);
  private static final Comparator<String> BYTE_ORDER =
      (a, b) ->
          Arrays.compareUnsigned(
              a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8));

  private static final List<String> NONE = List.of();

  private ImageFolder() {}

  /**
   * Reads a folder whose sub-folders are the classes.
   *
   * @throws DataException if it is no folder, or holds no class or no image
   */
  public static ImageSet read(Path root) throws IOException {
    return read(root, names(root, true));
  }

  /**
   * Reads a folder whose sub-folders are some of the given classes, such as the validation part of
   * a training set, or a test set for a model's labels.
   *
   * @throws DataException if it holds a class that is not among the labels, or no image
   */
  public static ImageSet read(Path root, List<String> labels) throws IOException {
    List<String> present = names(root, true);
    Set<String> known = Set.copyOf(labels);
    List<String> unknown = present.stream().filter(name -> !known.contains(name)).toList();
    if (!unknown.isEmpty()) {
      throw new DataException(
          "%s: every class folder must be one of the %d known classes %s: found %s"
              .formatted(root, labels.size(), abbreviate(labels), abbreviate(unknown)));
    }
    Set<String> found = Set.copyOf(present);
    List<Sample> samples = new ArrayList<>();
    for (int c = 0; c < labels.size(); c++) {
      String label = labels.get(c);
      for (String file : found.contains(label) ? names(root.resolve(label), false) : NONE) {
        samples.add(new Sample(label + "/" + file, c));
      }
    }
    return requireImages(new ImageSet(root, labels, samples));
  }

  /**
   * Reports classes without images.
   *
   * @throws DataException if there is no image at all
   */
  static ImageSet requireImages(ImageSet images) throws DataException {
    if (images.size() == 0) {
      throw new DataException(
          "%s: must hold images of the %d classes %s: holds none"
              .formatted(images.root(), images.labels().size(), abbreviate(images.labels())));
    }
    boolean[] seen = new boolean[images.labels().size()];
    images.samples().forEach(sample -> seen[sample.classIndex()] = true);
    List<String> empty =
        IntStream.range(0, seen.length)
            .filter(c -> !seen[c])
            .mapToObj(images.labels()::get)
            .toList();
    if (!empty.isEmpty()) {
      LOG.warn(
          "{}: {} of {} classes have no image: {}",
          images.root(),
          empty.size(),
          images.labels().size(),
          abbreviate(empty));
    }
    return images;
  }

  static List<String> sorted(Collection<String> names) {
    return names.stream().sorted(BYTE_ORDER).toList();
  }

  static List<String> names(Path folder, boolean folders) throws IOException {
    if (!Files.isDirectory(folder)) {
      throw Files.exists(folder)
          ? new DataException(folder + ": must be a folder")
          : new NoSuchFileException(folder.toString(), null, "no such folder");
    }
    try (Stream<Path> entries = Files.list(folder)) {
      return entries
          .filter(entry -> Files.isDirectory(entry) == folders)
          .map(entry -> entry.getFileName().toString())
          .filter(name -> !name.startsWith("."))
          .sorted(BYTE_ORDER)
          .toList();
    }
  }

  static String abbreviate(List<String> names) {
    return names.size() <= 5 ? names.toString() : names.subList(0, 5) + " ...";
  }
}
