package vggstream.train.data;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import vggstream.train.data.AnnotationProblems.Reason;

/**
 * Annotations in lists, a line a box: the image's name, perhaps its class, and the first and last
 * pixels in x and y. They do not say of which size the images are.
 */
final class BoxLists implements Annotations {
  private static final int EDGES = 4;

  private final Path folder;
  private final List<String> names;
  private final AnnotationProblems problems;
  private final Map<String, List<Annotation.Item>> items = new HashMap<>(); // by image's path

  /**
   * Those below a folder.
   *
   * @param names of the classes, by class index
   * @param problems counts lines that are none
   */
  BoxLists(Path folder, List<String> names, AnnotationProblems problems) {
    this.folder = folder;
    this.names = List.copyOf(names);
    this.problems = problems;
  }

  /**
   * Reads a list; one that is not there has no lines.
   *
   * @param images what stands before their names in the images' paths
   * @param edgesAt column of the first edge: 1, or 2 where the class stands before
   */
  void read(String list, String images, int edgesAt) throws IOException {
    Path file = folder.resolve(list);
    if (!Files.isRegularFile(file)) {
      return; // each of its images will be counted as one without annotation
    }
    int number = 0;
    try (BufferedReader lines = Files.newBufferedReader(file)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        number++;
        String[] columns = line.strip().split("\\s+");
        if (columns.length == edgesAt + EDGES) {
          items
              .computeIfAbsent(images + columns[0], path -> new ArrayList<>(1))
              .add(item(columns, edgesAt, number));
        } else if (!line.isBlank()) {
          problems.report(Reason.BROKEN_LINE, "%s: line %d: %s".formatted(file, number, line));
        }
      }
    } catch (CharacterCodingException e) {
      problems.report(
          Reason.BROKEN_LINE, "%s: after line %d: is no text in UTF-8".formatted(file, number));
    }
  }

  private static Annotation.Item item(String[] columns, int edgesAt, int line) {
    return new Annotation.Item(
        edgesAt > 1 ? columns[1] : "",
        line,
        Annotation.edge(columns[edgesAt]),
        Annotation.edge(columns[edgesAt + 1]),
        Annotation.edge(columns[edgesAt + 2]),
        Annotation.edge(columns[edgesAt + 3]));
  }

  @Override
  public @Nullable Annotation of(Sample image) {
    List<Annotation.Item> found = items.get(image.path());
    if (found == null) {
      return null;
    }
    String own = className(image);
    return new Annotation(
        "",
        null,
        found.stream()
            .map(
                i ->
                    i.name().isEmpty() // a list of one class does not repeat it
                        ? new Annotation.Item(own, i.line(), i.xMin(), i.yMin(), i.xMax(), i.yMax())
                        : i)
            .toList());
  }

  @Override
  public String place(Sample image) {
    return folder.resolve(image.path()).toString();
  }

  @Override
  public String className(Sample image) {
    return names.get(image.classIndex());
  }

  @Override
  public boolean giveSizes() {
    return false;
  }
}
