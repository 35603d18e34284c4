package vggstream.job.release;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.UnsupportedFileSystemSchemeException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import vggstream.job.batch.ModelSource;
import vggstream.job.codec.DeadLetterReason;
import vggstream.job.codec.Release;
import vggstream.job.config.FileUri;

/**
 * The file of a release, copied from one of Flink's file systems into the JVM's directory of
 * temporary files while it is loaded. What was checked is what is loaded, whatever happens to the
 * original meanwhile.
 */
final class ReleasedFile implements ModelSource {
  private static final Logger LOG = LoggerFactory.getLogger(ReleasedFile.class);

  private static final int ATTEMPTS = 5;

  private final Release release;
  private final long firstPauseMillis;

  /**
   * @param firstPauseMillis before the second attempt, where an error may pass; it doubles
   */
  ReleasedFile(Release release, long firstPauseMillis) {
    this.release = release;
    this.firstPauseMillis = firstPauseMillis;
  }

  @Override
  public String sha256() {
    return release.sha256();
  }

  @Override
  public <T> T with(Function<Path, T> load) {
    Path copy = null;
    try {
      copy = Files.createTempFile("vgg-model-", ".onnx");
      fetch(copy);
      return load.apply(copy);
    } catch (IOException e) {
      throw unreadable("cannot be copied to a temporary file", e);
    } finally {
      delete(copy);
    }
  }

  private static void delete(@org.jspecify.annotations.Nullable Path copy) {
    if (copy != null) {
      try {
        Files.deleteIfExists(copy);
      } catch (IOException e) {
        LOG.warn("Cannot delete {}: {}", copy, e.toString());
      }
    }
  }

  private void fetch(Path copy) {
    long pause = firstPauseMillis;
    for (int attempt = 1; ; attempt++) {
      try {
        String digest = copy(copy);
        if (!digest.equals(release.sha256())) {
          throw new ReleaseRefusedException(
              DeadLetterReason.RELEASE_SHA256_DIFFERS,
              "a model file must have the SHA-256 that the release says, %s: %s has %s"
                  .formatted(release.sha256(), release.uri(), digest));
        }
        return;
      } catch (FileNotFoundException
          | NoSuchFileException
          | UnsupportedFileSystemSchemeException
          | IllegalArgumentException e) {
        throw unreadable("cannot be read", e);
      } catch (IOException e) {
        if (attempt == ATTEMPTS) {
          throw unreadable("could not be read in %d attempts".formatted(ATTEMPTS), e);
        }
        LOG.warn("Cannot read {}, trying again in {} ms", release.uri(), pause, e);
      }
      try {
        TimeUnit.MILLISECONDS.sleep(pause);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw unreadable("was not read: interrupted", e);
      }
      pause *= 2;
    }
  }

  /** Copies the file, and returns its digest. */
  private String copy(Path copy) throws IOException {
    MessageDigest sha256;
    try {
      sha256 = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
    URI uri = FileUri.parse(release.uri()).toUri();
    byte[] buffer = new byte[1 << 16];
    try (InputStream in = FileSystem.get(uri).open(new org.apache.flink.core.fs.Path(uri));
        OutputStream out = Files.newOutputStream(copy)) {
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        sha256.update(buffer, 0, n);
        out.write(buffer, 0, n);
      }
    }
    return HexFormat.of().formatHex(sha256.digest());
  }

  private ReleaseRefusedException unreadable(String how, Exception cause) {
    return new ReleaseRefusedException(
        DeadLetterReason.RELEASE_UNREADABLE,
        "the model file %s %s: %s".formatted(release.uri(), how, cause),
        cause);
  }
}
