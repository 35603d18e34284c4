package vggstream.model;

import java.nio.file.Path;
import java.util.Map;
import vggstream.tensor.PixelBatch;

/**
 * A model file loaded by a runtime: the bare native session, before its card is known. What a
 * {@link DenseModelRuntime} implements; {@link CheckedModel} makes a {@link DenseModel} of it.
 */
public interface GraphSession extends AutoCloseable {

  /** Loads model files. */
  @FunctionalInterface
  interface Opener {
    /**
     * Loads a file that exists and is not empty.
     *
     * @param options whose device is {@link Device.Cpu} or {@link Device.Cuda}
     * @throws ModelException with the runtime's reason
     */
    GraphSession open(Path file, ModelOptions options);
  }

  /** The file's own metadata; at least the entries of {@link ModelCard#metadataKeys} it holds. */
  Map<String, String> metadata();

  /** The graph's inputs and outputs. */
  GraphSignature signature();

  /**
   * Runs the graph; called by several threads at once. Arguments are already checked.
   *
   * @throws ModelException with the runtime's reason
   */
  void run(PixelBatch pixels, DenseOutputs outputs);

  /** Frees the native memory; called once, and not while {@link #run} is. */
  @Override
  void close();
}
