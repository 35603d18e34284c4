package vggstream.train.recipe;

/**
 * The learning rate falls when validation accuracy stops to improve (paper, section 3.1: divided by
 * 10, three times). After an epoch whose accuracy is at least {@code minimumImprovement} above the
 * best so far, that is the best; after {@code patience} epochs in a row that are not, the rate is
 * multiplied by {@code factor}, and the count begins anew. When that would happen for one time more
 * than {@code drops}, training ends. It depends on the accuracies alone, not on how many epochs a
 * run is allowed. A localiser's accuracy is its mean intersection over union.
 *
 * @param factor within 0..1, exclusive (paper: 0.1)
 * @param patience epochs without improvement before the rate falls, at least 1
 * @param minimumImprovement least gain of accuracy, 0..1, that counts as one
 * @param drops times that the rate may fall, at least 0 (paper: 3)
 */
public record PlateauSchedule(double factor, int patience, double minimumImprovement, int drops) {
  /** Accuracies are ratios: a gain that equals the minimum in decimals counts. */
  private static final double ROUNDING = 1e-12;

  public PlateauSchedule {
    if (!(factor > 0 && factor < 1)) {
      throw new IllegalArgumentException("factor must be between 0 and 1: was " + factor);
    }
    if (patience < 1 || drops < 0) {
      throw new IllegalArgumentException(
          "patience must be at least 1 and drops at least 0: were %d, %d"
              .formatted(patience, drops));
    }
    if (!(minimumImprovement >= 0 && minimumImprovement < 1)) {
      throw new IllegalArgumentException(
          "minimumImprovement must be within 0..1: was " + minimumImprovement);
    }
  }

  /**
   * What the schedule remembers.
   *
   * @param learningRate in force
   * @param reference accuracy that an epoch must pass by the minimal improvement; below 0 at first
   * @param stale epochs in a row that did not
   * @param fallen times that the rate has fallen
   * @param finished whether training is over
   */
  public record State(
      double learningRate, double reference, int stale, int fallen, boolean finished) {}

  /** The state before the first epoch. */
  public State start(double learningRate) {
    return new State(learningRate, -1, 0, 0, false);
  }

  /** The state after an epoch with this validation accuracy, 0..1. */
  public State after(State state, double accuracy) {
    double reference = state.reference();
    if (accuracy > reference && accuracy - reference >= minimumImprovement - ROUNDING) {
      return new State(state.learningRate(), accuracy, 0, state.fallen(), state.finished());
    }
    int stale = state.stale() + 1;
    if (stale < patience) {
      return new State(state.learningRate(), reference, stale, state.fallen(), state.finished());
    }
    if (state.fallen() == drops) {
      return new State(state.learningRate(), reference, stale, state.fallen(), true);
    }
    return new State(state.learningRate() * factor, reference, 0, state.fallen() + 1, false);
  }
}
