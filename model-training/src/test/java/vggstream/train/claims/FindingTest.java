package vggstream.train.claims;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.BitSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import vggstream.train.claims.Claim.Measurement;
import vggstream.train.claims.Claim.Relation;
import vggstream.train.claims.Finding.Verdict;

class FindingTest {
  private static final int IMAGES = 1000;

  private static Claim claim(Relation relation) {
    return new Claim(
        "depth",
        "4.1",
        "B is better than A",
        "cifar10",
        new Measurement(List.of("B"), "single"),
        new Measurement(List.of("A"), "single"),
        relation);
  }

  /** Wrong are the images from {@code first} on, {@code count} of them. */
  private static Outcome wrong(int first, int count) {
    BitSet wrong = new BitSet();
    wrong.set(first, first + count);
    return new Outcome(IMAGES, wrong);
  }

  private static Verdict verdict(Relation relation, List<Outcome> subject, List<Outcome> than) {
    return Finding.of(claim(relation), subject, than, true).verdict();
  }

  @Test
  void aClearGainWithEverySeedHolds() {
    List<Outcome> better = List.of(wrong(0, 200), wrong(0, 210));
    List<Outcome> worse = List.of(wrong(0, 300), wrong(0, 290));
    Finding finding = Finding.of(claim(Relation.BETTER), better, worse, true);
    assertEquals(Verdict.HOLDS, finding.verdict());
    assertEquals(0.09, finding.difference(), 1e-12);
    assertEquals(0.08, finding.least(), 1e-12);
    assertEquals(0.10, finding.most(), 1e-12);
    assertEquals(Verdict.DOES_NOT_HOLD, verdict(Relation.BETTER, worse, better));
    assertEquals(Verdict.DOES_NOT_HOLD, verdict(Relation.NOT_BETTER, better, worse));
    assertEquals(Verdict.HOLDS, verdict(Relation.NOT_BETTER, worse, better));
  }

  @Test
  void aGainThatOneSeedContradictsIsUndecided() {
    List<Outcome> subject = List.of(wrong(0, 200), wrong(0, 301));
    List<Outcome> than = List.of(wrong(0, 300), wrong(0, 300));
    assertEquals(Verdict.UNDECIDED, verdict(Relation.BETTER, subject, than));
    assertEquals(Verdict.HOLDS, verdict(Relation.NOT_BETTER, subject, than));
  }

  @Test
  void aGainWithinChanceIsUndecided() {
    // 10 of 1000 images better, where 590 tell the two apart
    List<Outcome> subject = List.of(wrong(0, 290), wrong(0, 290));
    List<Outcome> than = List.of(wrong(500, 300), wrong(500, 300));
    Finding finding = Finding.of(claim(Relation.BETTER), subject, than, true);
    double ofOneSeed = Math.sqrt((0.59 - 0.01 * 0.01) / IMAGES);
    assertEquals(ofOneSeed / Math.sqrt(2), finding.standardError(), 1e-12);
    assertEquals(Verdict.UNDECIDED, finding.verdict());
  }

  @Test
  void anUntrainedNetSupportsNothing() {
    List<Outcome> better = List.of(wrong(0, 200));
    List<Outcome> worse = List.of(wrong(0, 900));
    Finding finding = Finding.of(claim(Relation.BETTER), better, worse, false);
    assertEquals(Verdict.NOT_TRAINED, finding.verdict());
  }

  @Test
  void otherImagesCannotBeCompared() {
    List<Outcome> few = List.of(new Outcome(10, new BitSet()));
    List<Outcome> many = List.of(wrong(0, 1));
    assertThrows(
        IllegalArgumentException.class, () -> Finding.of(claim(Relation.BETTER), few, many, true));
  }

  @Test
  void theTableNamesClaimNetsFiguresAndVerdict() {
    List<Outcome> better = List.of(wrong(0, 200), wrong(0, 210));
    List<Outcome> worse = List.of(wrong(0, 300), wrong(0, 290));
    String table =
        ClaimsTable.markdown(List.of(Finding.of(claim(Relation.BETTER), better, worse, true)));
    assertEquals(
        "| B is better than A (`depth`) | 4.1 | B, single: 20.0 %, 21.0 % |"
            + " A, single: 30.0 %, 29.0 % | +9.0 (+8.0 to +10.0) ± 1.3 | holds |",
        table.lines().skip(2).findFirst().orElseThrow());
  }
}
