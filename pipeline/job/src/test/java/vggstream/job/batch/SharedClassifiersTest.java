package vggstream.job.batch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import vggstream.job.config.ClassifierOptions;
import vggstream.model.ModelCard;
import vggstream.model.ModelException;

@Timeout(60)
class SharedClassifiersTest {
  private final Fakes.Model model = new Fakes.Model();
  private final SharedClassifiers shared = Fakes.shared(model);

  private static ClassifierOptions options(Path file, String scales) {
    return Fakes.options(
        4, Duration.ofMillis(1), Map.of("model", file.toString(), "scales", scales));
  }

  @Test
  void oneModelAndBatcherServeAllUntilTheLastIsDone(@TempDir Path directory) throws Exception {
    Path file = Files.writeString(directory.resolve("m"), "abc");
    Classifier first = shared.acquire(options(file, "8"));
    Classifier second = shared.acquire(options(file, "8"));
    assertEquals(1, shared.size());
    assertSame(first.statistics(), second.statistics());
    assertEquals(
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", first.sha256());
    first.close();
    first.close(); // a second time changes nothing
    assertFalse(model.closed);
    Fakes.Answers answers = new Fakes.Answers();
    second.submit(Fakes.png(8, 8, 0, 0, 9), answers);
    assertTrue(answers.next() instanceof Outcome.Classified);
    second.close();
    assertTrue(model.closed);
    assertEquals(0, shared.size());
  }

  @Test
  void otherOptionsOrAnotherFileAreAnotherModel(@TempDir Path directory) throws Exception {
    Path file = Files.writeString(directory.resolve("m"), "abc");
    try (Classifier one = shared.acquire(options(file, "8"));
        Classifier two = shared.acquire(options(file, "8,16"))) {
      assertEquals(2, shared.size());
      Files.writeString(file, "abcd");
      try (Classifier three = shared.acquire(options(file, "8"))) {
        assertEquals(3, shared.size());
        assertFalse(one.sha256().equals(three.sha256()));
        assertEquals(one.sha256(), two.sha256());
      }
    }
    assertEquals(0, shared.size());
  }

  @Test
  void defaultScalesAreTheModelsSeveral(@TempDir Path directory) throws Exception {
    Path file = Files.writeString(directory.resolve("m"), "abc");
    ClassifierOptions options =
        vggstream.job.config.JobOptions.of(
                Map.of("bootstrap-servers", "n:1", "model", file.toString()))
            .classifier();
    try (Classifier classifier = shared.acquire(options)) {
      assertEquals(java.util.List.of(8, 9), classifier.protocol().scales());
      assertTrue(classifier.protocol().flip());
    }
  }

  @Test
  void scaleBelowTheCropClosesTheModelAgain(@TempDir Path directory) throws Exception {
    Path file = Files.writeString(directory.resolve("m"), "abc");
    assertThrows(IllegalArgumentException.class, () -> shared.acquire(options(file, "4")));
    assertTrue(model.closed);
    assertEquals(0, shared.size());
  }

  @Test
  void modelThatDoesNotClassifyIsRefusedWhenItIsLoaded(@TempDir Path directory) throws Exception {
    Path file = Files.writeString(directory.resolve("m"), "abc");
    model.card = Fakes.card(ModelCard.Task.LOCALISE_SCR, "red", "green", "blue");
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> shared.acquire(options(file, "8")));
    assertTrue(e.getMessage().contains("LOCALISE_SCR"), e.getMessage());
    assertTrue(model.closed);
    assertEquals(0, shared.size());
  }

  private final Fakes.Model localiser = new Fakes.Model();
  private final SharedClassifiers pairs =
      Fakes.shared(file -> file.endsWith("boxes") ? localiser : model);

  private static ClassifierOptions pair(Path file, Path boxes) {
    return Fakes.options(
        4,
        Duration.ofMillis(1),
        Map.of("model", file.toString(), "localiser", boxes.toString(), "scales", "8"));
  }

  @Test
  void localiserIsLoadedOnceAndClosedWithTheLastUser(@TempDir Path directory) throws Exception {
    Path file = Files.writeString(directory.resolve("m"), "abc");
    Path boxes = Files.writeString(directory.resolve("boxes"), "abcd");
    localiser.card = Fakes.card(ModelCard.Task.LOCALISE_PCR, "red", "green", "blue");
    Classifier first = pairs.acquire(pair(file, boxes));
    Classifier second = pairs.acquire(pair(file, boxes));
    assertEquals(1, pairs.size());
    assertEquals(localiser.card, first.localiserCard());
    assertEquals(
        "88d4266fd4e6338d13b845fcf289579d209c897823b9217da3e161936f031589",
        first.localiserSha256());
    Files.writeString(boxes, "abcde"); // another file is another pair
    try (Classifier third = pairs.acquire(pair(file, boxes))) {
      assertEquals(2, pairs.size());
      assertFalse(third.localiserSha256().equals(first.localiserSha256()));
    }
    localiser.closed = false; // the fake stands for both
    first.close();
    assertFalse(localiser.closed);
    Fakes.Answers answers = new Fakes.Answers();
    second.submit(Fakes.png(8, 8, 0, 0, 9), answers);
    assertEquals(3, ((Outcome.Classified) answers.next()).boxes().size());
    second.close();
    assertTrue(localiser.closed && model.closed);
    assertEquals(0, pairs.size());
  }

  @Test
  void localiserThatDoesNotFitClosesBoth(@TempDir Path directory) throws Exception {
    Path file = Files.writeString(directory.resolve("m"), "abc");
    Path boxes = Files.writeString(directory.resolve("boxes"), "abcd");
    localiser.card = Fakes.card(ModelCard.Task.LOCALISE_SCR, "red", "blue", "green");
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> pairs.acquire(pair(file, boxes)));
    assertTrue(e.getMessage().contains("class 1 is green in fake, blue in fake"), e.getMessage());
    assertTrue(localiser.closed && model.closed);
    assertEquals(0, pairs.size());
  }

  @Test
  void joinedFileGivenAsBothIsLoadedOnce(@TempDir Path directory) throws Exception {
    Path file = Files.writeString(directory.resolve("m"), "abc");
    Path copy = Files.writeString(directory.resolve("boxes"), "abc");
    model.card = Fakes.card(ModelCard.Task.CLASSIFY_LOCALISE_SCR, "red", "green", "blue");
    try (Classifier classifier = pairs.acquire(pair(file, copy))) {
      assertNull(classifier.localiserCard());
      assertNull(classifier.localiserSha256());
      Fakes.Answers answers = new Fakes.Answers();
      classifier.submit(Fakes.png(8, 8, 0, 0, 9), answers);
      assertEquals(3, ((Outcome.Classified) answers.next()).boxes().size());
    }
    assertTrue(localiser.runs.isEmpty());
  }

  @Test
  void missingFileIsNamed(@TempDir Path directory) {
    Path file = directory.resolve("none.onnx");
    ModelException e = assertThrows(ModelException.class, () -> shared.acquire(options(file, "8")));
    assertTrue(e.getMessage().contains(file.toString()), e.getMessage());
  }
}
