package vggstream.localise;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import vggstream.localise.BoxMerge.Merged;
import vggstream.localise.Candidates.Rated;

/** The merge rule on cases made by hand. */
class BoxMergeTest {

  private static Rated rated(double rating, double xMin, double yMin, double xMax, double yMax) {
    return new Rated(rating / 4, rating, new Box(xMin, yMin, xMax, yMax)); // alike weighed
  }

  private static Merged merge(Rated... candidates) {
    return BoxMerge.merge(List.of(candidates)).orElseThrow();
  }

  private static void assertBox(Box expected, Box actual) {
    assertEquals(expected.xMin(), actual.xMin(), 1e-9);
    assertEquals(expected.yMin(), actual.yMin(), 1e-9);
    assertEquals(expected.xMax(), actual.xMax(), 1e-9);
    assertEquals(expected.yMax(), actual.yMax(), 1e-9);
  }

  @Test
  void withoutCandidatesThereIsNoBox() {
    assertEquals(Optional.empty(), BoxMerge.merge(List.of()));
  }

  @Test
  void singleCandidateIsTheBox() {
    assertEquals(new Merged(new Box(1, 2, 3, 4), 0.25, 1), merge(rated(0.25, 1, 2, 3, 4)));
  }

  @Test
  void overlappingOnesAreAveragedByTheirRatings() {
    Merged merged = merge(rated(0.6, 0, 0, 10, 10), rated(0.2, 2, 0, 12, 10));
    assertBox(new Box(0.5, 0, 10.5, 10), merged.box());
    assertEquals((0.6 * 0.6 + 0.2 * 0.2) / 0.8, merged.score(), 1e-12);
    assertEquals(2, merged.members());
  }

  @Test
  void nestedOneOfLessThanHalfTheAreaIsLeftOut() {
    Merged merged = merge(rated(0.6, 0, 0, 10, 10), rated(0.5, 0, 0, 10, 4.9));
    assertEquals(new Merged(new Box(0, 0, 10, 10), 0.6, 1), merged);
  }

  @Test
  void nestedOneOfHalfTheAreaIsMerged() {
    Merged merged = merge(rated(0.5, 0, 0, 10, 10), rated(0.5, 0, 0, 10, 5));
    assertBox(new Box(0, 0, 10, 7.5), merged.box());
  }

  @Test
  void ofDistantOnesTheHigherRatedStands() {
    Merged merged = merge(rated(0.4, 0, 0, 10, 10), rated(0.5, 50, 50, 60, 60));
    assertEquals(new Merged(new Box(50, 50, 60, 60), 0.5, 1), merged);
  }

  @Test
  void twoThatAgreeOutweighAHigherRatedOne() {
    Merged merged =
        merge(rated(0.9, 50, 50, 60, 60), rated(0.6, 0, 0, 10, 10), rated(0.6, 0, 0, 10, 10));
    assertBox(new Box(0, 0, 10, 10), merged.box());
    assertEquals(0.6, merged.score(), 1e-12);
  }

  @Test
  void weightsDecideNotRatings() {
    Box left = new Box(0, 0, 10, 10);
    Box right = new Box(2, 0, 12, 10);
    Merged merged = merge(new Rated(0.3, 0.5, left), new Rated(0.1, 0.9, right));
    assertBox(new Box(0.5, 0, 10.5, 10), merged.box());
    assertEquals((0.3 * 0.5 + 0.1 * 0.9) / 0.4, merged.score(), 1e-12);
  }

  @Test
  void farCandidateDoesNotDrawTheBox() {
    Merged alone = merge(rated(0.6, 0, 0, 10, 10), rated(0.5, 1, 0, 11, 10));
    Merged withFar =
        merge(rated(0.6, 0, 0, 10, 10), rated(0.5, 1, 0, 11, 10), rated(0.7, 500, 0, 510, 10));
    assertEquals(alone, withFar);
  }

  @Test
  void chainIsMergedAroundItsMiddleOnly() {
    List<Rated> chain = new ArrayList<>();
    for (int i = 0; i < 9; i++) { // neighbours agree, the ends do not
      chain.add(rated(0.5, 2 * i, 0, 2 * i + 10, 10));
    }
    Merged merged = BoxMerge.merge(chain).orElseThrow();
    assertEquals(3, merged.members());
    assertEquals(10, merged.box().width(), 1e-9);
  }

  @Test
  void ratingsOfZeroStillGiveABox() {
    Merged merged = merge(rated(0, 0, 0, 10, 10), rated(0, 2, 0, 12, 10));
    assertBox(new Box(1, 0, 11, 10), merged.box());
    assertEquals(0, merged.score());
  }

  private static List<Rated> random(Random random, int n) {
    List<Rated> candidates = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      double x = random.nextInt(20);
      double y = random.nextInt(20);
      candidates.add(
          rated(
              random.nextInt(5) / 4.0,
              x,
              y,
              x + 1 + random.nextInt(30),
              y + 1 + random.nextInt(30)));
    }
    return candidates;
  }

  @Test
  void orderOfTheCandidatesDoesNotMatter() {
    Random random = new Random(1);
    for (int n = 1; n < 60; n++) { // coarse values: many ties
      List<Rated> candidates = random(random, n);
      Optional<Merged> merged = BoxMerge.merge(candidates);
      for (int shuffle = 0; shuffle < 5; shuffle++) {
        Collections.shuffle(candidates, random);
        assertEquals(merged, BoxMerge.merge(candidates));
      }
    }
  }

  @Test
  void mirroredCandidatesGiveTheMirroredBox() {
    Random random = new Random(2);
    for (int i = 0; i < 100; i++) {
      List<Rated> candidates = new ArrayList<>();
      for (Rated c : random(random, 40)) { // no two supports are equal
        candidates.add(new Rated(random.nextDouble(), random.nextDouble(), c.box()));
      }
      Merged merged = BoxMerge.merge(candidates).orElseThrow();
      List<Rated> mirrored =
          candidates.stream()
              .map(c -> new Rated(c.weight(), c.rating(), c.box().mirrored(60)))
              .toList();
      Merged other = BoxMerge.merge(mirrored).orElseThrow();
      assertBox(merged.box(), other.box().mirrored(60));
      assertEquals(merged.score(), other.score(), 1e-12);
    }
  }

  @Test
  void mergedBoxLiesWithinTheHullOfTheCandidates() {
    Random random = new Random(3);
    for (int i = 0; i < 100; i++) {
      List<Rated> candidates = random(random, 30);
      Merged merged = BoxMerge.merge(candidates).orElseThrow();
      assertTrue(merged.score() >= 0 && merged.score() <= 1);
      assertTrue(merged.box().xMin() >= 0 && merged.box().yMin() >= 0 && merged.box().xMax() <= 50);
    }
  }

  @Test
  void highestRatedCandidateIsKnownHoweverSmallItsWeight() {
    Candidates candidates = new Candidates(1);
    candidates.add(0, 1e-9f, 0.75f, 1, 2, 3, 4);
    for (int i = 0; i < 2 * Candidates.MOST; i++) {
      candidates.add(0, 0.5f, 0.5f, i, 0, i + 1, 1);
    }
    assertEquals(new Box(1, 2, 3, 4), candidates.best(0).orElseThrow().box());
    assertEquals(0.5, candidates.of(0).get(Candidates.MOST - 1).weight());
    candidates.clear();
    assertEquals(Optional.empty(), candidates.best(0));
  }

  @Test
  void windowsThatRateAClassLowCountOnlyWhereNoneRatesItHigher() {
    Candidates candidates = new Candidates(1);
    candidates.add(0, 1e-4f, 1e-4f, 0, 0, 1, 1);
    candidates.add(0, 1e-3f, 9e-4f, 1, 0, 2, 1);
    candidates.add(0, 1e-4f, 2e-4f, 2, 0, 3, 1);
    assertEquals(List.of(new Box(1, 0, 2, 1)), boxes(candidates));
    candidates.add(0, 1e-6f, 2e-3f, 3, 0, 4, 1);
    assertEquals(List.of(new Box(3, 0, 4, 1)), boxes(candidates));
  }

  private static List<Box> boxes(Candidates candidates) {
    return candidates.of(0).stream().map(Rated::box).toList();
  }

  @Test
  void exponentialIsThatOfDoublePrecision() {
    float[] x = new float[20_001];
    for (int i = 0; i < x.length; i++) {
      x[i] = -64f * i / (x.length - 1);
    }
    float[] e = x.clone();
    WindowRatings.exp(e, e.length);
    for (int i = 0; i < x.length; i++) {
      assertEquals(1, e[i] / Math.exp(x[i]), x[i] < -16 ? 4e-3 : 4e-5);
    }
    assertEquals(1, e[0]);
    float[] least = {-1000, Float.NEGATIVE_INFINITY, 0};
    WindowRatings.exp(least, 2);
    assertArrayEquals(new float[] {0, 0, 0}, least, 1e-27f);
  }

  @Test
  void onlyTheHeaviestCandidatesOfAClassAreKeptWhateverTheOrder() {
    Random random = new Random(4);
    List<Rated> all = random(random, 3 * Candidates.MOST); // many ties
    List<Rated> expected = new ArrayList<>(all);
    expected.removeIf(c -> c.rating() < Candidates.LEAST_RATING);
    expected.sort(Candidates.ORDER);
    Candidates candidates = new Candidates(3);
    for (int shuffle = 0; shuffle < 5; shuffle++) {
      candidates.clear();
      for (Rated c : all) {
        if (candidates.wants(1, (float) c.weight(), (float) c.rating())) {
          Box b = c.box();
          candidates.add(
              1,
              (float) c.weight(),
              (float) c.rating(),
              (float) b.xMin(),
              (float) b.yMin(),
              (float) b.xMax(),
              (float) b.yMax());
        }
      }
      assertEquals(expected.subList(0, Candidates.MOST), candidates.of(1));
      assertEquals(List.of(), candidates.of(0));
      assertEquals(expected.get(0), candidates.best(1).orElseThrow());
      Collections.shuffle(all, random);
    }
  }
}
