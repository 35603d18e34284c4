package vggstream.local.run;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import org.apache.avro.generic.IndexedRecord;
import vggstream.client.RecordJson;

/**
 * Records as a file of JSON lines, which appears whole with {@link #commit} or not at all; neither
 * does its part file stay when the JVM is ended meanwhile. Thread-safe.
 */
final class JsonLines implements AutoCloseable {
  private final Path file;
  private final Path part;
  private final BufferedWriter writer;
  private boolean ended;

  /** Begins the file, in a part file beside it. */
  JsonLines(Path file) throws IOException {
    this.file = file;
    this.part = file.resolveSibling(file.getFileName() + ".part");
    this.writer = Files.newBufferedWriter(part, StandardCharsets.UTF_8);
    part.toFile().deleteOnExit();
  }

  synchronized void append(IndexedRecord record) throws IOException {
    writer.append(RecordJson.toJson(record)).append('\n');
  }

  /** The files take their names once all of each is on the disk. */
  static void commit(JsonLines... files) throws IOException {
    for (JsonLines file : files) {
      file.seal();
    }
    for (JsonLines file : files) {
      file.publish();
    }
  }

  private synchronized void seal() throws IOException {
    writer.close();
    try (FileChannel channel = FileChannel.open(part, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
  }

  private synchronized void publish() throws IOException {
    Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    ended = true;
  }

  /** Without a {@link #commit} before, nothing is left. */
  @Override
  public synchronized void close() throws IOException {
    if (!ended) {
      ended = true;
      try (writer) {
        Files.deleteIfExists(part);
      }
    }
  }
}
