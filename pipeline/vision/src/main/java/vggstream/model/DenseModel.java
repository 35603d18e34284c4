package vggstream.model;

import vggstream.tensor.PixelBatch;

/**
 * A fully convolutional network (paper, section 3.2): one batch of images of any size in, maps out.
 * Thread-safe: several threads may run it at once.
 */
public interface DenseModel extends AutoCloseable {

  /** What the model file says of itself. */
  ModelCard card();

  /** Where it runs: {@link Device.Cpu} or {@link Device.Cuda}. */
  Device device();

  /**
   * Runs the network over a batch.
   *
   * @param pixels uint8 (N, H, W, 3); H and W at least {@link ModelCard#cropSide}; only read
   * @param outputs made for this N, H, W ({@link DenseOutputs#allocate}); filled on return
   * @throws ModelException if the runtime fails, with its reason; outputs are then undefined
   * @throws ModelMemoryException if it fails for want of memory
   * @throws IllegalStateException if the model is closed
   */
  void run(PixelBatch pixels, DenseOutputs outputs);

  /** Frees the native memory once running calls have ended; later calls of it do nothing. */
  @Override
  void close();
}
