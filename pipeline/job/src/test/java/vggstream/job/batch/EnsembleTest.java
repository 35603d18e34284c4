package vggstream.job.batch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import vggstream.localise.LocatedClass;
import vggstream.model.ModelCard;

/** Several networks that answer together, and one network on several devices. */
@Timeout(60)
class EnsembleTest {
  private final Fakes.Model first = new Fakes.Model();
  private final Fakes.Model second = new Fakes.Model();
  private final SharedClassifiers shared =
      Fakes.shared(file -> file.endsWith("b") ? second : first);
  private final Fakes.Answers answers = new Fakes.Answers();

  @TempDir private Path directory;

  private Classifier open(Map<String, String> more) throws Exception {
    Path a = Files.writeString(directory.resolve("a"), "abc");
    Path b = Files.writeString(directory.resolve("b"), "abcd");
    Map<String, String> words = new java.util.HashMap<>(more);
    words.putIfAbsent("model", a + "," + b);
    return shared.acquire(Fakes.options(1, Duration.ofMillis(1), words));
  }

  private double[] posterior() throws Exception {
    return ((Outcome.Classified) answers.next()).posterior();
  }

  @Test
  void posteriorsOfAnEnsembleAreAveraged() throws Exception {
    second.tilt = 2;
    double[] tilted;
    double[] plain;
    try (Classifier alone = open(Map.of("model", file("a")))) {
      alone.submit(Fakes.png(8, 8, 10, 60, 30), answers);
      plain = posterior();
    }
    try (Classifier alone = open(Map.of("model", file("b")))) {
      alone.submit(Fakes.png(8, 8, 10, 60, 30), answers);
      tilted = posterior();
    }
    try (Classifier both = open(Map.of())) {
      both.submit(Fakes.png(8, 8, 10, 60, 30), answers);
      double[] mean = posterior();
      for (int k = 0; k < 3; k++) {
        assertEquals((plain[k] + tilted[k]) / 2, mean[k], 1e-9);
      }
      assertEquals("fake+fake", both.name());
      assertEquals("1+1", both.version());
      assertEquals(2 * 64 + 1, both.sha256().length());
    }
    assertTrue(first.closed && second.closed);
  }

  private String file(String name) throws Exception {
    return Files.writeString(directory.resolve(name), name.equals("a") ? "abc" : "abcd").toString();
  }

  @Test
  void ensembleOfOtherLabelsIsRefusedAndClosed() {
    second.card = Fakes.card(ModelCard.Task.CLASSIFY, "red", "blue", "green");
    IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> open(Map.of()));
    assertTrue(e.getMessage().contains("class 1 is green in fake, blue in fake"), e.getMessage());
    assertTrue(first.closed && second.closed);
    assertEquals(0, shared.size());
  }

  @Test
  void joinedNetworkOfAnEnsembleGivesItsBoxes() throws Exception {
    second.card = Fakes.card(ModelCard.Task.CLASSIFY_LOCALISE_SCR, "red", "green", "blue");
    try (Classifier both = open(Map.of())) {
      both.submit(Fakes.png(8, 8, 10, 60, 30), answers);
      Outcome.Classified classified = (Outcome.Classified) answers.next();
      assertEquals(
          List.of(1, 2, 0), classified.boxes().stream().map(LocatedClass::classIndex).toList());
    }
  }

  @Test
  void networkOnSeveralDevicesIsRunByAllOfThem() throws Exception {
    SharedClassifiers devices =
        Fakes.sharedByDevice(device -> device.equals("cuda:1") ? second : first);
    Path a = Files.writeString(directory.resolve("a"), "abc");
    first.hold(); // so that the other device must take what follows
    second.hold();
    try (Classifier classifier =
        devices.acquire(
            Fakes.options(
                1,
                Duration.ofMillis(1),
                Map.of("model", a.toString(), "device", "cuda:0,cuda:1")))) {
      classifier.submit(Fakes.png(8, 8, 0, 200, 0), answers);
      classifier.submit(Fakes.png(8, 8, 0, 200, 0), answers);
      while (!first.allowed.hasQueuedThreads() || !second.allowed.hasQueuedThreads()) {
        Thread.onSpinWait();
      }
      first.allowed.release();
      second.allowed.release();
      answers.next(2);
      assertEquals(1, first.runs.size());
      assertEquals(1, second.runs.size());
    }
    assertTrue(first.closed && second.closed);
  }

  @Test
  void networksAreRunBeforeTheFirstImage() throws Exception {
    try (Classifier classifier =
        open(Map.of("warm-up", "true", "scales", "8,16", "warm-up-sizes", "16x12"))) {
      List<Fakes.Run> expected = List.of(new Fakes.Run(1, 8, 11), new Fakes.Run(1, 16, 21));
      assertEquals(expected, first.runs);
      assertEquals(expected, second.runs);
      assertTrue(classifier.loadNanos() > 0);
    }
  }

  @Test
  void modelThatIsLoadedLaterIsRunWithTheSizesThatCame() throws Exception {
    try (Classifier one = open(Map.of("model", file("a"), "warm-up", "true"))) {
      assertEquals(List.of(new Fakes.Run(1, 8, 8)), first.runs); // nothing is known yet
      one.submit(Fakes.png(24, 16, 0, 200, 0), answers);
      answers.next();
      try (Classifier two = open(Map.of("model", file("b"), "warm-up", "true"))) {
        assertEquals(List.of(new Fakes.Run(1, 8, 12)), second.runs);
        assertEquals(1, two.protocol().scales().size());
      }
    }
  }

  @Test
  void networkThatFailsItsFirstRunIsNotServed() {
    first.lost = true;
    assertThrows(RuntimeException.class, () -> open(Map.of("warm-up", "true")));
    assertTrue(first.closed && second.closed);
  }
}
