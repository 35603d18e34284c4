package vggstream.train;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;
import vggstream.train.checkpoint.CheckpointStore;
import vggstream.train.journal.History;
import vggstream.train.journal.WholeFile;

/**
 * The folder of a run: {@code run.json}, {@code recipe.yaml} (resolved), {@code history.csv},
 * {@code curves.png}, TensorBoard's events, {@code checkpoints/}, {@code model.onnx} (the best
 * epoch's). One process at a time holds it.
 */
public final class RunDirectory implements AutoCloseable {
  /** The folder of the checkpoints. */
  static final String CHECKPOINTS = "checkpoints";

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
    return new CheckpointStore(root.resolve(CHECKPOINTS));
  }

  /** The model file of the best epoch. */
  public Path model() {
    return root.resolve("model.onnx");
  }

  /** Where an epoch's model is written before it is validated. */
  Path candidate() {
    return root.resolve(".candidate.onnx");
  }

  History history() {
    return new History(root.resolve("history.csv"));
  }

  Path curves() {
    return root.resolve("curves.png");
  }

  void writeRecipe(String yaml) throws IOException {
    WholeFile.write(root.resolve("recipe.yaml"), yaml);
  }

  TrainingException diverged(String what) throws IOException {
    String kept =
        checkpoints().isEmpty()
            ? "There is no checkpoint yet"
            : "The last good checkpoint and model are kept in " + root;
    return new TrainingException(
        what
            + ": training has diverged. "
            + kept
            + "; a lower optimiser.learning-rate or data.pixel-scale may help");
  }

  TrainingException notWritten(IOException e) {
    String what =
        e instanceof FileSystemException f ? f.getFile() + ": " + f.getReason() : e.getMessage();
    return new TrainingException(
        "the run could not be written to %s: %s. The last good checkpoint is kept; when that is put"
                .formatted(root, what)
            + " right, the same command with --resume goes on",
        e);
  }

  @Override
  public void close() throws IOException {
    lockFile.close();
  }
}
