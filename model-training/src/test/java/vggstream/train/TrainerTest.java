package vggstream.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import vggstream.model.DenseModel;
import vggstream.model.DenseModels;
import vggstream.model.Device;
import vggstream.model.ModelOptions;
import vggstream.train.data.DataSets;
import vggstream.train.data.HoldOut;
import vggstream.train.data.TestImages;
import vggstream.train.recipe.Recipe;

class TrainerTest {
  private static final String RECIPE =
      """
      name: tiny
      epochs: 3
      network: {configuration: A, crop: 32, width: 0.125, fc: 32, initialisation: he}
      data: {scale: [32, 36], pixel-scale: 0.01724, hold-out: 0.2}
      optimiser: {batch: 8, learning-rate: 0.003, dropout: 0.1}
      """;

  @TempDir private static Path data;
  @TempDir private Path out;

  @BeforeAll
  static void makeImages() throws IOException {
    TestImages.folder(data.resolve("train"), 3, 16, 32);
  }

  /** Notes what it is told. */
  private static class Notes implements TrainingListener {
    final List<EpochReport> epochs = new ArrayList<>();

    @Override
    public void begins(long iteration, long iterations, int batch) {}

    @Override
    public void stepped(
        int epoch, long iteration, double loss, double accuracy, double imagesPerSecond) {}

    @Override
    public void epochEnds(EpochReport report) {
      epochs.add(report);
    }

    @Override
    public void ends() {}
  }

  private static Recipe recipe(String... overrides) throws Exception {
    return Recipe.parse(RECIPE, "test", List.of(overrides));
  }

  private static Trainer trainer(
      Recipe recipe, RunDirectory run, int loaderThreads, TrainingListener listener)
      throws IOException {
    HoldOut images = DataSets.open(data).trainAndValidation(recipe.data().holdOut(), recipe.seed());
    Trainer.Options options =
        new Trainer.Options(new Device.Cpu(), 1, loaderThreads, Duration.ofHours(1));
    return new Trainer(recipe, images, run, options, listener);
  }

  private static Notes train(Recipe recipe, Path root, boolean resume, int loaderThreads)
      throws Exception {
    Notes notes = new Notes();
    try (RunDirectory run = RunDirectory.open(root)) {
      trainer(recipe, run, loaderThreads, notes).train(resume);
    }
    return notes;
  }

  private static byte[] weights(Path root) throws IOException {
    try (Stream<Path> checkpoints = Files.list(root.resolve("checkpoints"))) {
      Path newest = checkpoints.sorted().reduce((a, b) -> b).orElseThrow();
      return Files.readAllBytes(newest.resolve("weights.safetensors"));
    }
  }

  @Test
  void aResumedRunEndsInTheWeightsOfAnUninterruptedOneBitForBit() throws Exception {
    Path straight = out.resolve("straight");
    Path resumed = out.resolve("resumed");
    train(recipe("epochs=2"), straight, false, 1);
    train(recipe("epochs=1"), resumed, false, 2);
    assertTrue(!Arrays.equals(weights(straight), weights(resumed)));
    train(recipe("epochs=2"), resumed, true, 1);
    assertArrayEquals(weights(straight), weights(resumed));
    assertEquals(
        accuracies(Files.readAllLines(straight.resolve("history.csv"))),
        accuracies(Files.readAllLines(resumed.resolve("history.csv"))));
  }

  /** The columns that do not tell of time. */
  private static List<List<String>> accuracies(List<String> history) {
    return history.stream().map(line -> List.of(line.split(",")).subList(0, 7)).toList();
  }

  @Test
  void aRunStoppedInTheMiddleOfAnEpochEndsInTheSameWeights() throws Exception {
    Path straight = out.resolve("straight");
    Path stopped = out.resolve("stopped");
    Notes whole = train(recipe("epochs=2"), straight, false, 1);
    Recipe recipe = recipe("epochs=2");
    try (RunDirectory run = RunDirectory.open(stopped)) {
      Trainer[] stopping = new Trainer[1];
      stopping[0] =
          trainer(
              recipe,
              run,
              1,
              new Notes() {
                @Override
                public void stepped(
                    int epoch, long iteration, double loss, double accuracy, double speed) {
                  if (iteration == 6) { // of 4 an epoch
                    stopping[0].requestStop();
                  }
                }
              });
      assertEquals(Trainer.Outcome.STOPPED, stopping[0].train(false));
    }
    Notes rest = train(recipe, stopped, true, 1);
    assertArrayEquals(weights(straight), weights(stopped));
    assertEquals(1, rest.epochs.size());
    assertEquals(whole.epochs.get(1).loss(), rest.epochs.get(0).loss());
  }

  @Test
  void aTinyNetworkLearnsAndTheBestEpochsModelIsKept() throws Exception {
    Recipe learning = recipe("epochs=25", "schedule.patience=25");
    Notes notes = train(learning, out, false, 1);
    double best = 0;
    for (EpochReport report : notes.epochs) {
      assertEquals(report.best(), report.validationAccuracy() > best);
      best = Math.max(best, report.validationAccuracy());
    }
    assertTrue(best > 0.8, "validation accuracy " + best);
    EpochReport bestEpoch =
        notes.epochs.stream().filter(EpochReport::best).reduce((a, b) -> b).orElseThrow();
    try (DenseModel model =
        DenseModels.open(out.resolve("model.onnx"), ModelOptions.on(new Device.Cpu()))) {
      assertEquals("tiny", model.card().name());
      assertEquals(
          "epoch-%d-step-%d".formatted(bestEpoch.epoch(), bestEpoch.iteration()),
          model.card().version());
      assertEquals(List.of("c0", "c1", "c2"), model.card().labels());
      assertEquals(32, model.card().trainingScaleMin());
      assertEquals(36, model.card().trainingScaleMax());
    }
    assertEquals(learning, Recipe.read(out.resolve("recipe.yaml"), List.of()));
  }

  @Test
  void divergenceEndsTheRunAndKeepsTheLastGoodCheckpoint() throws Exception {
    train(recipe("epochs=1", "optimiser.learning-rate=1e-3"), out, false, 1);
    byte[] good = weights(out);
    Path other = out.resolve("diverging");
    TrainingException e =
        assertThrows(
            TrainingException.class,
            () -> train(recipe("optimiser.learning-rate=900"), other, false, 1));
    assertTrue(e.getMessage().contains("diverged"), e.getMessage());
    assertArrayEquals(good, weights(out));
    assertTrue(!Files.exists(other.resolve("model.onnx")));
  }

  @Test
  void aFolderThatHoldsARunIsNotOverwritten() throws Exception {
    train(recipe("epochs=1"), out, false, 1);
    TrainingException e =
        assertThrows(TrainingException.class, () -> train(recipe("epochs=1"), out, false, 1));
    assertTrue(e.getMessage().contains("--resume"), e.getMessage());
  }

  @Test
  void aRecipeThatContradictsTheRunIsRefused() throws Exception {
    train(recipe("epochs=1"), out, false, 1);
    TrainingException e =
        assertThrows(
            TrainingException.class,
            () -> train(recipe("optimiser.batch=4", "seed=2"), out, true, 1));
    assertTrue(e.getMessage().contains("optimiser.batch"), e.getMessage());
    assertTrue(e.getMessage().contains("seed"), e.getMessage());
  }

  @Test
  void resumingWithoutACheckpointBegins() throws Exception {
    assertEquals(1, train(recipe("epochs=1"), out, true, 1).epochs.size());
    assertEquals(0, train(recipe("epochs=1"), out, true, 1).epochs.size(), "nothing is left");
  }

  @Test
  void twoRunsCannotShareAFolder() throws Exception {
    try (RunDirectory first = RunDirectory.open(out)) {
      assertEquals(out, first.root());
      assertThrows(TrainingException.class, () -> RunDirectory.open(out));
    }
  }

  @Test
  void thePlateauEndsTraining() throws Exception {
    Recipe recipe =
        recipe(
            "epochs=50",
            "schedule.patience=1",
            "schedule.drops=1",
            "schedule.minimum-improvement=0.45",
            "optimiser.learning-rate=1e-6");
    Notes notes = train(recipe, out, false, 1);
    assertEquals(3, notes.epochs.size());
    assertEquals(1e-6, notes.epochs.get(1).learningRate());
    assertEquals(1e-7, notes.epochs.get(2).learningRate(), 1e-20);
  }
}
