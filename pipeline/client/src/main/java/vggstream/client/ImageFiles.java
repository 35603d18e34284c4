package vggstream.client;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * The files under a path, in the order of their names, folder by folder: every regular file, images
 * or not. Links are followed; one into a folder's own parents is an error.
 *
 * @param idPrefix what eventIds begin with; may be empty
 * @param source of all events, or null: the name of the folder that holds the file
 * @param recursive whether folders within folders are read too
 */
public record ImageFiles(String idPrefix, @Nullable String source, boolean recursive) {
  /** All files at any depth; eventId the relative path, source the folder's name. */
  public static final ImageFiles ALL = new ImageFiles("", null, true);

  /**
   * The files under a folder, with the relative path ({@code /} between names) as eventId; or one
   * file, with its name as eventId. Lazy: a folder is listed when its turn comes.
   *
   * @throws NoSuchFileException if there is nothing at {@code path}
   * @throws UncheckedIOException later, from the stream, if a folder cannot be listed
   */
  public Stream<ImageFile> under(Path path) throws IOException {
    Path real = path.toRealPath();
    if (Files.isDirectory(real)) {
      return walk(real, List.of(real)).map(file -> imageFile(file, real.relativize(file)));
    }
    Path name = path.toAbsolutePath().normalize().getFileName();
    return Stream.of(imageFile(path.toAbsolutePath().normalize(), name));
  }

  private ImageFile imageFile(Path file, Path relative) {
    String id =
        StreamSupport.stream(relative.spliterator(), false)
            .map(Path::toString)
            .collect(Collectors.joining("/", idPrefix, ""));
    return new ImageFile(file, id, source != null ? source : folderName(file));
  }

  /** The path of a file relative to the folder that was given, with {@code /} between names. */
  String relative(ImageFile file) {
    return file.eventId().substring(idPrefix.length());
  }

  private static String folderName(Path file) {
    Path folder = file.getParent();
    Path name = folder == null ? null : folder.getFileName();
    return name == null ? "root" : name.toString();
  }

  private Stream<Path> walk(Path folder, List<Path> parents) {
    List<Path> entries;
    try (Stream<Path> list = Files.list(folder)) {
      entries = list.sorted(Comparator.comparing(p -> p.getFileName().toString())).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return entries.stream().flatMap(entry -> files(entry, parents));
  }

  private Stream<Path> files(Path entry, List<Path> parents) {
    if (Files.isDirectory(entry)) {
      return recursive ? walk(entry, with(entry, parents)) : Stream.empty();
    }
    // a broken link is passed on, to be reported when it is read; pipes and devices are not
    return Files.isRegularFile(entry) || Files.notExists(entry) ? Stream.of(entry) : Stream.empty();
  }

  private static List<Path> with(Path folder, List<Path> parents) {
    try {
      Path real = folder.toRealPath();
      if (parents.contains(real)) {
        throw new FileSystemException(
            folder.toString(), null, "a link must not lead to a folder that it lies in");
      }
      return Stream.concat(parents.stream(), Stream.of(real)).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
