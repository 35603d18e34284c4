package vggstream.train.step;

/**
 * How the network did on a step's batch before the step, dropout on.
 *
 * @param loss mean multinomial logistic loss, nats
 * @param correct number of images whose highest score is their label's
 */
public record StepResult(float loss, int correct) {}
