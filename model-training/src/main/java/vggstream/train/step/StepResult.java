package vggstream.train.step;

/**
 * How the network did on a step's batch before the step, dropout on.
 *
 * @param loss mean multinomial logistic loss, nats; of a network that localises, Euclidean loss,
 *     the sum of the squared differences of the boxes' values over twice the number of images
 * @param agreement sum over the images of how far the prediction agrees with the truth, each 0..1:
 *     1 if the highest score is the label's, else 0; of a network that localises, the intersection
 *     over union of predicted and true box
 */
public record StepResult(float loss, double agreement) {}
