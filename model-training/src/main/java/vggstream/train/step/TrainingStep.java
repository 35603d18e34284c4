package vggstream.train.step;

import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import vggstream.tensor.PixelBatch;
import vggstream.train.network.Initialisation;
import vggstream.train.network.Network;
import vggstream.train.network.Preprocessing;

/**
 * A network in training: its parameters and momentum in native memory, and the step that changes
 * them. Not thread-safe.
 */
public final class TrainingStep implements AutoCloseable {

  /**
   * Prepares steps over batches of exactly {@code batch} images; parameters and momentum are zero.
   */
  public TrainingStep(
      Network network, int batch, Preprocessing preprocessing, StepOptions options) {}

  /** Gives all parameters their starting values, and momentum zero. */
  public void initialise(Initialisation initialisation, long seed) {
    throw new UnsupportedOperationException();
  }

  /**
   * One step of mini-batch gradient descent with momentum: {@code v' = momentum * v - learningRate
   * * (gradient + weightDecay * w)}, {@code w' = w + v'}.
   *
   * @param pixels (batch, crop, crop, 3), count = batch; read without a copy
   * @param labels (batch) class indices from the buffer's position on, direct; read without a copy
   * @throws IllegalArgumentException if a shape does not fit, a label is not a class, or the labels
   *     are not direct
   */
  public StepResult run(
      PixelBatch pixels,
      LongBuffer labels,
      StepHyperparameters hyperparameters,
      DropoutKey dropout) {
    throw new UnsupportedOperationException();
  }

  /** Copies a parameter's values to the buffer, from its index 0 on. */
  public void readParameter(String name, FloatBuffer into) {
    throw new UnsupportedOperationException();
  }

  /** Copies a parameter's values from the buffer, from its index 0 on. */
  public void loadParameter(String name, FloatBuffer from) {
    throw new UnsupportedOperationException();
  }

  /** Copies a parameter's momentum to the buffer, from its index 0 on. */
  public void readMomentum(String name, FloatBuffer into) {
    throw new UnsupportedOperationException();
  }

  /** Copies a parameter's momentum from the buffer, from its index 0 on. */
  public void loadMomentum(String name, FloatBuffer from) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void close() {}
}
