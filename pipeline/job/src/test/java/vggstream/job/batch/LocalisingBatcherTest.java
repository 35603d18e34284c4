package vggstream.job.batch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import vggstream.classify.Protocol;
import vggstream.image.Size;
import vggstream.job.config.ClassifierOptions;
import vggstream.localise.Box;
import vggstream.localise.LocatedClass;
import vggstream.model.ModelCard.Task;
import vggstream.model.Output;

/** Boxes beside classes. */
@Timeout(60)
class LocalisingBatcherTest {
  private static final Set<Output> WITH_MAP = Set.of(Output.SCORES, Output.SCORE_MAP);
  private static final Set<Output> BOXES = Set.of(Output.BOX_MAP);

  private final Fakes.Model classifier = new Fakes.Model();
  private final Fakes.Model localiser = new Fakes.Model();
  private final Fakes.Answers answers = new Fakes.Answers();

  @BeforeEach
  void makeLocaliser() {
    localiser.card = Fakes.card(Task.LOCALISE_SCR, "red", "green", "blue");
  }

  private static MicroBatcher batcher(Networks networks, String... more) {
    Map<String, String> words = new java.util.HashMap<>();
    for (int i = 0; i < more.length; i += 2) {
      words.put(more[i], more[i + 1]);
    }
    ClassifierOptions options = Fakes.options(4, Duration.ofMillis(2), words);
    return new MicroBatcher(networks, new Protocol(options.scales(), options.flip()), options);
  }

  private static Outcome.Classified classified(Outcome outcome) {
    return assertInstanceOf(Outcome.Classified.class, outcome);
  }

  @Test
  void bothNetworksRunOnTheSameBatchAndBoxesComeByDescendingPosterior() throws Exception {
    try (MicroBatcher batcher = batcher(new Networks(classifier, localiser))) {
      batcher.submit(Fakes.png(16, 16, 60, 200, 120), answers);
      Outcome.Classified outcome = classified(answers.next());
      assertEquals(
          List.of(1, 2, 0), outcome.boxes().stream().map(LocatedClass::classIndex).toList());
      for (LocatedClass located : outcome.boxes()) { // one window, rescaled by one half
        assertEquals(new Box(0, 0, 8, 16), located.box());
        assertEquals(outcome.posterior()[located.classIndex()], located.score(), 1e-6);
      }
    }
    assertEquals(classifier.runs, localiser.runs);
    assertEquals(Set.of(WITH_MAP), classifier.asked);
    assertEquals(Set.of(BOXES), localiser.asked);
  }

  @Test
  void joinedNetworkRunsOnce() throws Exception {
    classifier.card = Fakes.card(Task.CLASSIFY_LOCALISE_PCR, "red", "green", "blue");
    try (MicroBatcher batcher = batcher(Networks.of(classifier))) {
      batcher.submit(Fakes.png(16, 16, 60, 200, 120), answers);
      assertEquals(new Box(0, 0, 8, 16), classified(answers.next()).boxes().get(0).box());
    }
    assertEquals(List.of(new Fakes.Run(1, 8, 8)), classifier.runs);
    assertEquals(Set.of(Set.of(Output.SCORES, Output.SCORE_MAP, Output.BOX_MAP)), classifier.asked);
  }

  @Test
  void withoutALocaliserNothingButScoresIsAskedForAndThereAreNoBoxes() throws Exception {
    try (MicroBatcher batcher = batcher(Networks.of(classifier))) {
      batcher.submit(Fakes.png(16, 16, 60, 200, 120), answers);
      assertEquals(List.of(), classified(answers.next()).boxes());
    }
    assertEquals(Set.of(Set.of(Output.SCORES)), classifier.asked);
  }

  @Test
  void thereAreNoMoreBoxesThanClassesInAnAnswer() throws Exception {
    try (MicroBatcher batcher = batcher(new Networks(classifier, localiser), "top-k", "2")) {
      batcher.submit(Fakes.png(16, 16, 60, 200, 120), answers);
      assertEquals(2, classified(answers.next()).boxes().size());
    }
  }

  @Test
  void boxesThatAreNoNumbersRejectTheirImageOnly() throws Exception {
    try (MicroBatcher batcher = batcher(new Networks(classifier, localiser), "scales", "8,16")) {
      Fakes.Answers bad = new Fakes.Answers();
      batcher.submit(Fakes.png(8, 8, 0, 98, 0), bad);
      batcher.submit(Fakes.png(8, 8, 0, 0, 200), answers);
      Outcome.Rejected rejected = assertInstanceOf(Outcome.Rejected.class, bad.next());
      assertEquals("BOXES_NOT_FINITE", rejected.reason());
      assertEquals(Stage.INFER, rejected.stage());
      assertEquals(3, classified(answers.next()).boxes().size());
    }
  }

  @Test
  void memoryIsHandedOnFromImageToImageAndForgetsTheOneBefore() throws Exception {
    try (MicroBatcher batcher =
        batcher(new Networks(classifier, localiser), "scales", "8,12,20", "flip", "true")) {
      for (int i = 0; i < 60; i++) {
        List<Fakes.Answers> each = new ArrayList<>();
        List<Size> sizes = new ArrayList<>();
        for (int j = 0; j < 5; j++) {
          Size size = new Size(20 + 13 * ((i + j) % 4), 20 + 10 * (i * j % 3));
          Fakes.Answers answer = new Fakes.Answers();
          batcher.submit(Fakes.png(size.width(), size.height(), 10, 100, 60 + j), answer);
          each.add(answer);
          sizes.add(size);
        }
        for (int j = 0; j < 5; j++) {
          Outcome.Classified outcome = classified(each.get(j).next());
          assertEquals(sizes.get(j), outcome.originalSize());
          assertEquals(3, outcome.boxes().size());
          for (LocatedClass located : outcome.boxes()) {
            assertTrue(located.box().isWithin(sizes.get(j)), located::toString);
            assertTrue(located.box().area() > 0, located::toString);
          }
        }
      }
    }
  }

  @Test
  void networksThatDoNotFitAreRefusedWithEveryReason() {
    localiser.card = Fakes.card(Task.CLASSIFY, "red", "green");
    classifier.card = Fakes.card(Task.LOCALISE_PCR, "red", "green", "blue");
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> new Networks(classifier, localiser));
    for (String part :
        List.of("fake is of LOCALISE_PCR", "fake is of CLASSIFY", "fake has 3, fake has 2")) {
      assertTrue(e.getMessage().contains(part), e.getMessage());
    }
  }
}
