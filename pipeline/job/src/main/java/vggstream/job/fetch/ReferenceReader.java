package vggstream.job.fetch;

import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import vggstream.job.codec.DeadLetterReason;
import vggstream.job.codec.Reference;
import vggstream.job.config.FileUri;

/**
 * Reads one image, once. Nothing outside the roots is touched: the uri is held against them as
 * text, and where files may be links (this machine's own), the file that they lead to is, too. What
 * is larger than the limit is not read. Thread-safe.
 */
final class ReferenceReader {
  private final List<FileUri> roots;
  private final int maxBytes;
  private final StoredFiles files;

  ReferenceReader(List<FileUri> roots, int maxBytes, StoredFiles files) {
    this.roots = roots;
    this.maxBytes = maxBytes;
    this.files = files;
  }

  /**
   * The image's bytes.
   *
   * @throws FetchRefusedException if it cannot be had by trying again
   * @throws IOException if it perhaps can
   */
  byte[] read(Reference reference) throws FetchRefusedException, IOException {
    FileUri uri = allowed(reference.uri());
    try (StoredFiles.Opened file = files.open(uri.isLocal() ? target(uri) : uri.toUri())) {
      byte[] bytes = read(uri, file, reference);
      String differs = Reference.differs(reference.sha256(), ByteBuffer.wrap(bytes));
      if (differs != null) {
        throw new FetchRefusedException(DeadLetterReason.SHA256_DIFFERS, uri + ": " + differs);
      }
      return bytes;
    } catch (FileNotFoundException | NoSuchFileException e) {
      throw new FetchRefusedException(
          DeadLetterReason.REFERENCE_NOT_FOUND, "there must be a file at the uri: none at " + uri);
    } catch (AccessDeniedException e) {
      throw new FetchRefusedException(
          DeadLetterReason.REFERENCE_UNREADABLE, "access to %s is denied".formatted(uri));
    }
  }

  private FileUri allowed(String text) throws FetchRefusedException {
    if (roots.isEmpty()) {
      throw notAllowed("an image may be given by uri only where fetch-roots is set: it is not");
    }
    FileUri uri;
    try {
      uri = FileUri.parse(text);
    } catch (IllegalArgumentException e) {
      throw notAllowed("uri " + e.getMessage());
    }
    if (roots.stream().noneMatch(uri::isBelow)) {
      throw notAllowed("uri must be below one of fetch-roots: was " + uri);
    }
    return uri;
  }

  /** Where links lead, which must be a plain file below a root (itself perhaps a link). */
  private URI target(FileUri uri) throws IOException, FetchRefusedException {
    Path real = Path.of(uri.toUri()).toRealPath();
    boolean below = false;
    for (FileUri root : roots) {
      below = below || root.isLocal() && isBelow(real, Path.of(root.toUri()));
    }
    if (!below) {
      throw notAllowed("uri must not lead out of fetch-roots by a link: %s does".formatted(uri));
    }
    if (!Files.isRegularFile(real, LinkOption.NOFOLLOW_LINKS)) { // a pipe would never end
      throw notAllowed("a uri must name a plain file: %s is none".formatted(uri));
    }
    if (!Files.isReadable(real)) { // Java's streams would say that there is no such file
      throw new AccessDeniedException(real.toString());
    }
    return real.toUri();
  }

  private static boolean isBelow(Path real, Path root) throws IOException {
    try {
      return real.startsWith(root.toRealPath());
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  private byte[] read(FileUri uri, StoredFiles.Opened file, Reference reference)
      throws IOException, FetchRefusedException {
    long length = file.length();
    if (length > maxBytes) {
      throw new FetchRefusedException(
          DeadLetterReason.TOO_LARGE,
          "an image must have at most max-image-bytes (%d): %s has %d"
              .formatted(maxBytes, uri, length));
    }
    Long said = reference.length();
    if (said != null && said != length) {
      throw new FetchRefusedException(
          DeadLetterReason.LENGTH_DIFFERS,
          "an image must have the length that the event says, %d: %s has %d"
              .formatted(said, uri, length));
    }
    InputStream in = file.content();
    byte[] bytes = new byte[(int) length];
    int read = in.readNBytes(bytes, 0, bytes.length);
    if (read < length) {
      throw new EOFException("it ended after %d of %d bytes".formatted(read, length));
    }
    if (in.read() >= 0) {
      throw new IOException("it grew while it was read, above %d bytes".formatted(length));
    }
    return bytes;
  }

  private static FetchRefusedException notAllowed(String message) {
    return new FetchRefusedException(DeadLetterReason.REFERENCE_NOT_ALLOWED, message);
  }
}
