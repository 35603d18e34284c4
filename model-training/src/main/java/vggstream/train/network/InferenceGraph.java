package vggstream.train.network;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/** Writes the model file: the trained network made fully convolutional (paper, section 3.2). */
public final class InferenceGraph {
  private InferenceGraph() {}

  /**
   * Writes a model file whole or not at all: to a temporary file beside it, forced to disk, then
   * renamed.
   *
   * @param metadata of the file: the model card's
   */
  public static void write(
      Network network,
      Preprocessing preprocessing,
      Map<String, String> metadata,
      ParameterSource parameters,
      Path file)
      throws IOException {
    throw new UnsupportedOperationException(file.toString());
  }
}
