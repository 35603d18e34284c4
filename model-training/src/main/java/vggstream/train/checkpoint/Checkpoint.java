package vggstream.train.checkpoint;

import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** A complete checkpoint, open for reading. Not thread-safe. */
public final class Checkpoint implements AutoCloseable {
  static final String WEIGHTS = "weights.safetensors";
  static final String STATE = "state.json";

  private final Path directory;
  private final TrainingState state;
  private final SafeTensors tensors;

  Checkpoint(Path directory, TrainingState state, SafeTensors tensors) {
    this.directory = directory;
    this.state = state;
    this.tensors = tensors;
  }

  /**
   * Opens a checkpoint's directory.
   *
   * @throws IOException if it is not complete
   */
  public static Checkpoint open(Path directory) throws IOException {
    TrainingState state = StateFile.read(directory.resolve(STATE));
    return new Checkpoint(directory, state, SafeTensors.open(directory.resolve(WEIGHTS)));
  }

  public Path directory() {
    return directory;
  }

  public TrainingState state() {
    return state;
  }

  /** Names of the tensors. */
  public Set<String> names() {
    return tensors.names();
  }

  /** The shape of a tensor. */
  public List<Long> shape(String name) throws IOException {
    return tensors.shape(name);
  }

  /** Copies a tensor's values to the buffer, from its index 0 on. */
  public void read(String name, FloatBuffer into) throws IOException {
    tensors.read(name, into);
  }

  @Override
  public void close() throws IOException {
    tensors.close();
  }
}
