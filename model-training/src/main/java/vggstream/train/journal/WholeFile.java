package vggstream.train.journal;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * A file, of text if written bit by bit, that appears under its name once it is complete and on
 * disk.
 */
public final class WholeFile implements AutoCloseable {
  private final Path target;
  private final Path unfinished;
  private final BufferedWriter writer;
  private boolean complete;

  public WholeFile(Path target) throws IOException {
    this.target = target.toAbsolutePath();
    Path folder = this.target.getParent();
    if (folder != null) {
      Files.createDirectories(folder);
    }
    this.unfinished = this.target.resolveSibling("." + target.getFileName() + ".unfinished");
    this.writer = Files.newBufferedWriter(unfinished, StandardCharsets.UTF_8);
  }

  /** Writes a file at once. */
  public static void write(Path target, String text) throws IOException {
    try (WholeFile file = new WholeFile(target)) {
      file.writer().write(text);
      file.complete();
    }
  }

  /** Writes a file of bytes at once. */
  public static void write(Path target, byte[] bytes) throws IOException {
    try (WholeFile file = new WholeFile(target)) {
      Files.write(file.unfinished, bytes);
      file.complete();
    }
  }

  public BufferedWriter writer() {
    return writer;
  }

  /** Gives the file its name; nothing may be written after. */
  public void complete() throws IOException {
    writer.close();
    try (FileChannel channel = FileChannel.open(unfinished, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
    Files.move(
        unfinished, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    complete = true;
  }

  /** Deletes what was written, if it was not completed. */
  @Override
  public void close() throws IOException {
    writer.close();
    if (!complete) {
      Files.deleteIfExists(unfinished);
    }
  }
}
