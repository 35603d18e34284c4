package vggstream.job.fetch;

import java.io.Closeable;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;

/** Where bytes lie, seen narrowly. Thread-safe. */
interface StoredFiles {

  /**
   * A file that is being read.
   *
   * @param length in bytes, as the file system says before anything is read
   * @param content from its beginning
   */
  record Opened(long length, InputStream content) implements Closeable {
    @Override
    public void close() throws IOException {
      content.close();
    }
  }

  /**
   * Opens a file.
   *
   * @throws FileNotFoundException (or {@link java.nio.file.NoSuchFileException}) if there is none
   * @throws FetchRefusedException if it is no file
   * @throws IOException of the file system
   */
  Opened open(URI uri) throws IOException, FetchRefusedException;
}
