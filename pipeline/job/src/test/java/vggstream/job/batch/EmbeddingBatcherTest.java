package vggstream.job.batch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import vggstream.image.Size;
import vggstream.job.config.ClassifierOptions;
import vggstream.model.ModelCard.Task;
import vggstream.model.Output;

/** Features in place of classes. */
@Timeout(60)
class EmbeddingBatcherTest {
  private final Fakes.Model model = new Fakes.Model();
  private final Fakes.Answers answers = new Fakes.Answers();

  private static ClassifierOptions options(Path file) {
    return Fakes.options(
            4,
            Duration.ofMillis(1),
            Map.of("model", file.toString(), "scales", "8,16", "flip", "true"))
        .withEmbedding();
  }

  @Test
  void anImageIsAnsweredByTheMeanOfItsViewsFeaturesAndNothingElseIsAskedFor(@TempDir Path directory)
      throws Exception {
    Path file = Files.writeString(directory.resolve("m"), "abc");
    try (Classifier classifier = Fakes.shared(model).acquire(options(file))) {
      classifier.submit(Fakes.png(9, 8, 64, 128, 32), answers);
      Outcome.Embedded embedded = assertInstanceOf(Outcome.Embedded.class, answers.next());
      assertArrayEquals(new float[] {1, 2, 0.5f}, embedded.features(), 1e-6f);
      assertEquals(new Size(9, 8), embedded.originalSize());
      assertEquals(Set.of(Set.of(Output.FEATURES)), model.asked);
    }
  }

  @Test
  void featuresThatAreNoNumbersAreRejected(@TempDir Path directory) throws Exception {
    Path file = Files.writeString(directory.resolve("m"), "abc");
    try (Classifier classifier = Fakes.shared(model).acquire(options(file))) {
      classifier.submit(Fakes.png(8, 8, 5, 99, 5), answers);
      Outcome.Rejected rejected = assertInstanceOf(Outcome.Rejected.class, answers.next());
      assertEquals("SCORES_NOT_FINITE", rejected.reason());
      assertEquals("features must be finite: feature 1 was NaN", rejected.message());
    }
  }

  @Test
  void classesAndFeaturesOfOneFileAreTwoModels(@TempDir Path directory) throws Exception {
    Path file = Files.writeString(directory.resolve("m"), "abc");
    SharedClassifiers shared = Fakes.shared(model);
    ClassifierOptions classes =
        Fakes.options(4, Duration.ofMillis(1), Map.of("model", file.toString()));
    try (Classifier one = shared.acquire(classes);
        Classifier two = shared.acquire(classes.withEmbedding())) {
      assertEquals(one.sha256(), two.sha256());
      assertEquals(2, shared.size());
    }
  }

  @Test
  void anEmbeddingIsOfOneModelWithFeatures() {
    Fakes.Model boxes = new Fakes.Model();
    boxes.card = Fakes.card(Task.LOCALISE_SCR, "red", "green", "blue");
    assertEquals(
        "an embedding must be of one model: were 2; an embedding must be of a task with features:"
            + " fake is of LOCALISE_SCR",
        assertThrows(
                IllegalArgumentException.class, () -> Networks.embedding(List.of(model, boxes)))
            .getMessage());
  }
}
