package vggstream.train.claims;

import java.util.ArrayList;
import java.util.List;

/**
 * What the results say of a claim.
 *
 * @param claim that was put to the test
 * @param subjectErrors top-1 error of its subject, 0..1, by seed
 * @param thanErrors of what it is compared with
 * @param difference mean over the seeds of how much lower the subject's error is, -1..1
 * @param least of the seeds' differences
 * @param most of the seeds' differences
 * @param standardError of the mean difference, from the number of test images
 * @param verdict on the claim
 */
public record Finding(
    Claim claim,
    List<Double> subjectErrors,
    List<Double> thanErrors,
    double difference,
    double least,
    double most,
    double standardError,
    Verdict verdict) {

  /** Standard errors that a difference must pass to count as more than chance. */
  private static final double SIGNIFICANT = 2;

  /** What became of a claim at this size. */
  public enum Verdict {
    /** The errors differ as the claim says, with every seed and by more than chance. */
    HOLDS("holds"),
    /** They do not. */
    DOES_NOT_HOLD("does not hold at this size"),
    /** They differ as the claim says, but not with every seed or not by more than chance. */
    UNDECIDED("undecided: within the spread"),
    /** A net that is compared did not reach the accuracy of a trained one. */
    NOT_TRAINED("a net is not trained: supports nothing");

    private final String words;

    Verdict(String words) {
      this.words = words;
    }

    /** The verdict in words. */
    public String words() {
      return words;
    }
  }

  /**
   * Compares the outcomes of a claim's two sides.
   *
   * @param subject by seed
   * @param than by seed, in the same order and of the same images
   * @param allTrained whether each net that takes part is trained
   */
  public static Finding of(
      Claim claim, List<Outcome> subject, List<Outcome> than, boolean allTrained) {
    if (subject.size() != than.size() || subject.isEmpty()) {
      throw new IllegalArgumentException(
          "both sides must have the same seeds, at least one: had %d and %d"
              .formatted(subject.size(), than.size()));
    }
    List<Outcome.Difference> differences = new ArrayList<>();
    for (int i = 0; i < subject.size(); i++) {
      differences.add(subject.get(i).below(than.get(i)));
    }
    double mean =
        differences.stream().mapToDouble(Outcome.Difference::value).average().orElseThrow();
    double least = differences.stream().mapToDouble(Outcome.Difference::value).min().orElseThrow();
    double most = differences.stream().mapToDouble(Outcome.Difference::value).max().orElseThrow();
    double standardError =
        Math.sqrt(differences.stream().mapToDouble(d -> square(d.standardError())).sum())
            / differences.size();
    boolean clearlyBetter = least > 0 && mean > SIGNIFICANT * standardError;
    Verdict verdict;
    if (!allTrained) {
      verdict = Verdict.NOT_TRAINED;
    } else {
      verdict =
          switch (claim.relation()) {
            case BETTER ->
                clearlyBetter
                    ? Verdict.HOLDS
                    : mean > 0 ? Verdict.UNDECIDED : Verdict.DOES_NOT_HOLD;
            case NOT_BETTER -> clearlyBetter ? Verdict.DOES_NOT_HOLD : Verdict.HOLDS;
          };
    }
    return new Finding(
        claim, errors(subject), errors(than), mean, least, most, standardError, verdict);
  }

  private static List<Double> errors(List<Outcome> outcomes) {
    return outcomes.stream().map(Outcome::error).toList();
  }

  private static double square(double x) {
    return x * x;
  }
}
