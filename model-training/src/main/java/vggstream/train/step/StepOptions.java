package vggstream.train.step;

import vggstream.model.Device;
import vggstream.train.network.GradientStyle;

/**
 * How steps are run.
 *
 * @param threads of a step on the processor, at least 1; a run repeats bit for bit with the same
 *     number
 * @param device cpu or cuda:N
 * @param gradientStyle operators of the backward pass
 */
public record StepOptions(int threads, Device device, GradientStyle gradientStyle) {
  public StepOptions {
    if (threads < 1) {
      throw new IllegalArgumentException("threads must be at least 1: was " + threads);
    }
  }

  /** Steps on the processor. */
  public static StepOptions cpu(int threads) {
    return new StepOptions(threads, new Device.Cpu(), GradientStyle.TRAINING_OPERATORS);
  }
}
