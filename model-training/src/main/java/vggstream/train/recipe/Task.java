package vggstream.train.recipe;

import vggstream.train.network.Head;

/**
 * What a recipe trains a network for.
 *
 * @param head what the last layer predicts; {@code task: localise} takes {@code localiser: scr} or
 *     {@code pcr}
 * @param fineTune which layers are trained; all of a network that classifies
 */
public record Task(Head head, FineTune fineTune) {

  /** Which layers a localiser's training changes (paper, appendix A). */
  public enum FineTune {
    /** All layers. */
    ALL,
    /** The first two fully-connected layers, and the last one, which starts at random. */
    FC
  }

  /** Classification, all layers trained. */
  public static final Task CLASSIFY = new Task(Head.CLASSIFY, FineTune.ALL);

  public Task {
    if (head == Head.CLASSIFY && fineTune != FineTune.ALL) {
      throw new IllegalArgumentException("all layers of a network that classifies are trained");
    }
  }

  public boolean localises() {
    return head.localises();
  }
}
