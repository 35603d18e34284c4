package vggstream.model;

/** What a network can be asked for. {@link #graphName} is the output's name in the model file. */
public enum Output {
  /** Class scores, (N, K): the spatial mean of the score map, before soft-max. */
  SCORES("scores"),
  /** Class score map, (N, K, h, w), before soft-max. */
  SCORE_MAP("score_map"),
  /** Features of the penultimate layer, (N, F): their spatial mean. */
  FEATURES("features"),
  /**
   * Box map, (N, 4 or 4K, h, w): centre x, centre y, width, height as fractions of the window's
   * side, origin at the window's top left (paper, appendix A).
   */
  BOX_MAP("box_map");

  private final String graphName;

  Output(String graphName) {
    this.graphName = graphName;
  }

  public String graphName() {
    return graphName;
  }
}
