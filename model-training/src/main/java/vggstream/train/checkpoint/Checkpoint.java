package vggstream.train.checkpoint;

import java.io.IOException;
import java.io.InputStream;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
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

  /** Whether a directory is that of a checkpoint. */
  public static boolean isIn(Path directory) {
    return Files.exists(directory.resolve(STATE));
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

  /** Copies a tensor's values from its index {@code first} on to what the buffer has remaining. */
  public void read(String name, long first, FloatBuffer into) throws IOException {
    tensors.read(name, first, into);
  }

  /** SHA-256 of the weights file, hexadecimal. */
  public String sha256() throws IOException {
    MessageDigest digest;
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
    try (InputStream weights = Files.newInputStream(directory.resolve(WEIGHTS))) {
      byte[] chunk = new byte[1 << 16];
      for (int n = weights.read(chunk); n >= 0; n = weights.read(chunk)) {
        digest.update(chunk, 0, n);
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  @Override
  public void close() throws IOException {
    tensors.close();
  }
}
