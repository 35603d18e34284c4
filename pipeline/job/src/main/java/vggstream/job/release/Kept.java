package vggstream.job.release;

/**
 * A release in the state of a subtask.
 *
 * @param place what it is there
 * @param candidate the release
 */
public record Kept(Place place, Candidate candidate) {

  /** What a release is in the state. */
  public enum Place {
    /** It answers events. */
    LIVE,
    /** It did before the live one of its role; of the PRIMARY only. */
    PREVIOUS,
    /** It is to be loaded; the newest of its role first. */
    UNTRIED
  }
}
