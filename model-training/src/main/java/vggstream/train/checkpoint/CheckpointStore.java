package vggstream.train.checkpoint;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The checkpoints of a run: {@code checkpoint-<iteration>} each. One is written to a directory
 * whose name begins with a dot, forced to disk file by file, and then renamed; only then are older
 * ones deleted, but for the one with the best validation accuracy. So a process that dies at any
 * instant leaves the newest complete checkpoint in place, and a run needs room for three.
 */
public final class CheckpointStore {
  private static final Logger LOG = LoggerFactory.getLogger(CheckpointStore.class);
  private static final Pattern NAME = Pattern.compile("checkpoint-\\d{9,}");
  private static final String UNFINISHED = ".unfinished-";
  private static final boolean FORCES_DIRECTORIES =
      !System.getProperty("os.name", "").toLowerCase(Locale.ROOT).contains("windows");

  /** Told of each step of a write; tests end the process there. */
  @FunctionalInterface
  interface Progress {
    void reached(String step);
  }

  private final Path root;
  private final Progress progress;

  /** The checkpoints below a directory, which need not exist yet. */
  public CheckpointStore(Path root) {
    this(root, step -> {});
  }

  CheckpointStore(Path root, Progress progress) {
    this.root = root;
    this.progress = progress;
  }

  /**
   * The newest complete checkpoint, open; damaged ones are reported and passed over.
   *
   * @throws IOException if there are checkpoints, but none that can be read
   */
  public Optional<Checkpoint> newest() throws IOException {
    @Nullable IOException last = null;
    for (Path directory : directories()) {
      try {
        return Optional.of(Checkpoint.open(directory));
      } catch (IOException e) {
        LOG.warn("passed over {}: {}", directory, e.getMessage());
        last = e;
      }
    }
    if (last != null) {
      throw new IOException(
          "%s: none of the checkpoints can be read: %s".formatted(root, last.getMessage()), last);
    }
    return Optional.empty();
  }

  /** Whether there is no complete checkpoint, damaged or not. */
  public boolean isEmpty() throws IOException {
    return directories().isEmpty();
  }

  /** The checkpoint of the best validation accuracy; before an epoch was validated, the newest. */
  public Optional<Checkpoint> best() throws IOException {
    Optional<Checkpoint> newest = newest();
    if (newest.isPresent()) {
      TrainingState state = newest.get().state();
      if (state.bestAccuracy() >= 0 && state.bestIteration() != state.iteration()) {
        newest.get().close();
        return Optional.of(at(state.bestIteration()));
      }
    }
    return newest;
  }

  /** The checkpoint written after a number of steps. */
  public Checkpoint at(long iteration) throws IOException {
    return Checkpoint.open(directory(iteration));
  }

  /**
   * Writes a checkpoint, and deletes those that it makes superfluous.
   *
   * @return its directory
   * @throws NotFiniteException if a tensor is not finite; nothing is changed then
   */
  public Path write(TrainingState state, List<TensorSource> tensors) throws IOException {
    Files.createDirectories(root);
    deleteUnfinished();
    Path target = directory(state.iteration());
    Path unfinished = root.resolve(UNFINISHED + state.iteration());
    Files.createDirectory(unfinished);
    try {
      progress.reached("directory made");
      SafeTensorsWriter.write(unfinished.resolve(Checkpoint.WEIGHTS), tensors);
      progress.reached("weights written");
      StateFile.write(state, unfinished.resolve(Checkpoint.STATE));
      progress.reached("state written");
      force(unfinished);
      deleteTree(target); // there only if damaged, or newest() would have begun from it
      Files.move(unfinished, target, StandardCopyOption.ATOMIC_MOVE);
      progress.reached("renamed");
      force(root);
    } catch (IOException e) {
      deleteTree(unfinished);
      throw e;
    }
    for (Path old : directories()) {
      if (!old.equals(target) && !old.equals(directory(state.bestIteration()))) {
        progress.reached("deleting");
        // renamed first, so that a half deleted one is never taken for a checkpoint
        Path condemned = root.resolve(UNFINISHED + old.getFileName());
        deleteTree(condemned);
        Files.move(old, condemned, StandardCopyOption.ATOMIC_MOVE);
        progress.reached("condemned");
        deleteTree(condemned);
      }
    }
    progress.reached("done");
    return target;
  }

  private Path directory(long iteration) {
    return root.resolve("checkpoint-%09d".formatted(iteration));
  }

  /** The directories of checkpoints, newest first. */
  private List<Path> directories() throws IOException {
    if (!Files.isDirectory(root)) {
      return List.of();
    }
    try (Stream<Path> entries = Files.list(root)) {
      return entries
          .filter(entry -> NAME.matcher(entry.getFileName().toString()).matches())
          .sorted(Comparator.comparingLong(CheckpointStore::iteration).reversed())
          .toList();
    }
  }

  private static long iteration(Path directory) {
    String name = directory.getFileName().toString();
    return Long.parseLong(name.substring(name.indexOf('-') + 1));
  }

  private void deleteUnfinished() throws IOException {
    try (Stream<Path> entries = Files.list(root)) {
      for (Path entry : entries.toList()) {
        if (entry.getFileName().toString().startsWith(UNFINISHED)) {
          deleteTree(entry);
        }
      }
    }
  }

  private static void deleteTree(Path directory) throws IOException {
    if (!Files.exists(directory)) {
      return;
    }
    try (Stream<Path> tree = Files.walk(directory)) {
      for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }

  private static void force(Path directory) throws IOException {
    if (FORCES_DIRECTORIES) {
      try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
        channel.force(true);
      }
    }
  }
}
