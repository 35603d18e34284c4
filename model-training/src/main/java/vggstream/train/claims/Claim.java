package vggstream.train.claims;

import java.util.List;

/**
 * A statement of the paper, as a comparison of test errors.
 *
 * @param name short, unique in its plan
 * @param section of the paper, such as {@code 4.1}
 * @param says the statement in words
 * @param group whose runs are compared: all have the same images and epochs
 * @param subject what the statement is about
 * @param than what it is compared with
 * @param relation what the statement says of the two errors
 */
public record Claim(
    String name,
    String section,
    String says,
    String group,
    Measurement subject,
    Measurement than,
    Relation relation) {

  /** How the subject's error relates to the other's. */
  public enum Relation {
    /** It is lower. */
    BETTER,
    /** It is not lower. */
    NOT_BETTER
  }

  /**
   * The error of one network, or of several as an ensemble, by one evaluation.
   *
   * @param nets names of runs of the group; several are an ensemble of nets of the same seed
   * @param evaluation name of an evaluation of the group
   */
  public record Measurement(List<String> nets, String evaluation) {
    public Measurement {
      nets = List.copyOf(nets);
    }

    /** Such as {@code A + B, dense}. */
    @Override
    public String toString() {
      return String.join(" + ", nets) + ", " + evaluation;
    }
  }
}
