package vggstream.train.step;

/**
 * What decides which outputs a step drops, beside the layer and the output's index: the same key
 * gives the same masks after a resume, in another batch split or on another device.
 *
 * @param seed of the training
 * @param iteration number of the step
 * @param firstImage index, in the whole batch of the iteration, of the first image of this batch
 */
public record DropoutKey(long seed, long iteration, int firstImage) {
  /** The key of a batch that is the whole batch of its iteration. */
  public DropoutKey(long seed, long iteration) {
    this(seed, iteration, 0);
  }
}
