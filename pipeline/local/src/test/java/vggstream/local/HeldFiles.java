package vggstream.local;

import java.io.IOException;
import java.net.URI;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.flink.core.fs.FSDataInputStream;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.FileSystemFactory;
import org.apache.flink.core.fs.Path;
import org.apache.flink.core.fs.local.LocalFileSystem;

/**
 * This machine's files as {@code held:///path}, each of which opens once it is let through, and
 * pays no heed to interruption until then: a file system that hangs.
 */
final class HeldFiles extends LocalFileSystem {
  private static final URI ROOT = URI.create("held:///");
  private static final Semaphore ALLOWED = new Semaphore(0);
  private static final AtomicInteger OPENING = new AtomicInteger();

  /** How Flink finds it. */
  public static final class Factory implements FileSystemFactory {
    @Override
    public String getScheme() {
      return "held";
    }

    @Override
    public FileSystem create(URI uri) {
      return new HeldFiles();
    }
  }

  /** From now on files do not open. */
  static void hold() {
    ALLOWED.drainPermits();
    OPENING.set(0);
  }

  /** Lets all through. */
  static void release() {
    ALLOWED.release(1_000_000);
  }

  /** Files that were asked for since {@link #hold}. */
  static int opening() {
    return OPENING.get();
  }

  /** The name of a file here. */
  static String uri(java.nio.file.Path file) {
    return "held://" + file.toUri().getRawPath();
  }

  @Override
  public URI getUri() {
    return ROOT;
  }

  @Override
  public FSDataInputStream open(Path path) throws IOException {
    OPENING.incrementAndGet();
    ALLOWED.acquireUninterruptibly();
    return super.open(path);
  }
}
