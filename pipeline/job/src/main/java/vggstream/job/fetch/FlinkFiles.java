package vggstream.job.fetch;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.URI;
import org.apache.flink.core.fs.FileStatus;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.Path;
import org.apache.flink.core.fs.UnsupportedFileSystemSchemeException;
import vggstream.job.codec.DeadLetterReason;
import vggstream.job.config.FileUri;

/** Files of Flink's file systems: its own ones and those in its {@code plugins/}. */
final class FlinkFiles implements StoredFiles {

  /**
   * Fails where Flink has no file system for a root.
   *
   * @throws IllegalStateException with Flink's reason
   */
  static void requireFileSystem(FileUri root) {
    try {
      FileSystem.get(root.toUri());
    } catch (UnsupportedFileSystemSchemeException e) {
      throw new IllegalStateException(
          "fetch-roots: Flink must have a file system for %s: %s".formatted(root, e.getMessage()),
          e);
    } catch (IOException e) {
      // it is there, but does not answer now: a matter of each image's attempts
    }
  }

  @Override
  public Opened open(URI uri) throws IOException, FetchRefusedException {
    Path path = new Path(uri);
    FileSystem files = FileSystem.get(uri);
    FileStatus status = files.getFileStatus(path);
    if (status == null) { // some say so
      throw new FileNotFoundException(uri.toString());
    }
    if (status.isDir()) {
      throw new FetchRefusedException(
          DeadLetterReason.REFERENCE_NOT_ALLOWED,
          "a uri must name a file: %s is a folder".formatted(uri));
    }
    return new Opened(status.getLen(), files.open(path));
  }
}
