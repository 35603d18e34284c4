package vggstream.train;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import vggstream.train.checkpoint.CheckpointStore;

/**
 * The folder of a run: {@code recipe.yaml} (resolved), {@code history.csv}, {@code checkpoints/},
 * {@code model.onnx} (the best epoch's). One process at a time holds it.
 */
public final class RunDirectory implements AutoCloseable {
  private final Path root;
  private final FileChannel lockFile;

  private RunDirectory(Path root, FileChannel lockFile) {
    this.root = root;
    this.lockFile = lockFile;
  }

  /**
   * Makes the folder if need be, and takes hold of it.
   *
   * @throws TrainingException if another process holds it
   */
  public static RunDirectory open(Path root) throws IOException, TrainingException {
    Files.createDirectories(root);
    FileChannel lockFile =
        FileChannel.open(
            root.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    @Nullable FileLock lock = null;
    try {
      lock = lockFile.tryLock();
    } catch (OverlappingFileLockException e) {
      // held by this process: reported below as any other
      lock = null;
    } finally {
      if (lock == null) {
        lockFile.close();
      }
    }
    if (lock == null) {
      throw new TrainingException(root + ": another training run is writing here");
    }
    return new RunDirectory(root, lockFile);
  }

  public Path root() {
    return root;
  }

  public CheckpointStore checkpoints() {
    return new CheckpointStore(root.resolve("checkpoints"));
  }

  /** The model file of the best epoch. */
  public Path model() {
    return root.resolve("model.onnx");
  }

  /** Where an epoch's model is written before it is validated. */
  Path candidate() {
    return root.resolve(".candidate.onnx");
  }

  void writeRecipe(String yaml) throws IOException {
    WholeFile.write(root.resolve("recipe.yaml"), yaml);
  }

  /** Adds an epoch to the history; lines of the same or later steps, from a lost end, are cut. */
  void addToHistory(EpochReport report) throws IOException {
    Path history = root.resolve("history.csv");
    List<String> lines = new ArrayList<>(List.of(EpochReport.CSV_HEADER));
    if (Files.exists(history)) {
      Files.readAllLines(history).stream()
          .skip(1)
          .filter(line -> isBefore(line, report.iteration()))
          .forEach(lines::add);
    }
    lines.add(report.toCsv());
    WholeFile.write(history, String.join("\n", lines) + "\n");
  }

  private static boolean isBefore(String line, long iteration) {
    String[] cells = line.split(",", 3);
    return cells.length == 3 && iteration(cells[1]) < iteration;
  }

  private static long iteration(String cell) {
    try {
      return Long.parseLong(cell);
    } catch (NumberFormatException e) {
      return Long.MAX_VALUE;
    }
  }

  @Override
  public void close() throws IOException {
    lockFile.close();
  }
}
