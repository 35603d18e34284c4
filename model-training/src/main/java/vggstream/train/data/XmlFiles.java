package vggstream.train.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Annotations in XML, one file an image: below a folder, at the image's path, with the extension
 * {@code .xml}.
 */
final class XmlFiles implements Annotations {
  private final Path folder;
  private final List<String> names;

  /**
   * Those below a folder.
   *
   * @param names of the classes in annotations, by class index
   */
  XmlFiles(Path folder, List<String> names) {
    this.folder = folder;
    this.names = List.copyOf(names);
  }

  private Path file(Sample image) {
    String path = image.path();
    int dot = path.lastIndexOf('.');
    return folder.resolve((dot <= path.lastIndexOf('/') ? path : path.substring(0, dot)) + ".xml");
  }

  @Override
  public @Nullable Annotation of(Sample image) throws IOException {
    Path file = file(image);
    return Files.isRegularFile(file) ? VocAnnotation.read(file) : null;
  }

  @Override
  public String place(Sample image) {
    return file(image).toString();
  }

  @Override
  public String className(Sample image) {
    return names.get(image.classIndex());
  }

  @Override
  public boolean giveSizes() {
    return true;
  }
}
