package vggstream.train.step;

/**
 * What a step may change from one to the next.
 *
 * @param learningRate at least 0 (paper: 1e-2 at first)
 * @param momentum within 0..1, 1 excluded (paper: 0.9)
 * @param weightDecay multiplier of the L2 penalty, at least 0 (paper: 5e-4); on weights, not on
 *     biases
 * @param dropout share of the first two fully-connected layers' outputs that is dropped, within
 *     0..1, 1 excluded (paper: 0.5)
 */
public record StepHyperparameters(
    float learningRate, float momentum, float weightDecay, float dropout) {
  public StepHyperparameters {
    if (!(learningRate >= 0 && learningRate <= Float.MAX_VALUE)) {
      throw new IllegalArgumentException("learning rate must be at least 0: was " + learningRate);
    }
    if (!(momentum >= 0 && momentum < 1)) {
      throw new IllegalArgumentException("momentum must be within 0..1: was " + momentum);
    }
    if (!(weightDecay >= 0 && weightDecay <= Float.MAX_VALUE)) {
      throw new IllegalArgumentException("weight decay must be at least 0: was " + weightDecay);
    }
    if (!(dropout >= 0 && dropout < 1)) {
      throw new IllegalArgumentException("dropout must be within 0..1: was " + dropout);
    }
  }
}
