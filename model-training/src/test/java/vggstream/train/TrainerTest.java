package vggstream.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import vggstream.model.DenseModel;
import vggstream.model.DenseModels;
import vggstream.model.Device;
import vggstream.model.ModelOptions;
import vggstream.train.checkpoint.Checkpoint;
import vggstream.train.checkpoint.CheckpointStore;
import vggstream.train.data.DataSets;
import vggstream.train.data.HoldOut;
import vggstream.train.data.TestImages;
import vggstream.train.journal.EpochReport;
import vggstream.train.journal.EventFileContent;
import vggstream.train.recipe.Recipe;

class TrainerTest {
  private static final String RECIPE =
      """
      name: tiny
      epochs: 3
      network: {configuration: A, crop: 32, width: 0.125, fc: 32, initialisation: he}
      data: {scale: [32, 36], colour-shift: 0, pixel-scale: 0.01724, hold-out: 0.2}
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
    final List<String> lines = new ArrayList<>();

    @Override
    public void note(String line) {
      lines.add(line);
    }

    @Override
    public void begins(long iteration, long iterations, int batch, String agreesBy) {}

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
      Recipe recipe,
      RunDirectory run,
      int loaderThreads,
      Path initFrom,
      TrainingListener listener,
      StopSignal stop)
      throws IOException {
    HoldOut images = DataSets.open(data).trainAndValidation(recipe.data().holdOut(), recipe.seed());
    Trainer.Options options =
        new Trainer.Options(List.of(new Device.Cpu()), 1, loaderThreads, Duration.ofHours(1));
    return new Trainer(recipe, images, run, options, initFrom, listener, stop);
  }

  private static Notes train(Recipe recipe, Path root, boolean resume, int loaderThreads)
      throws Exception {
    return train(recipe, root, resume, loaderThreads, null);
  }

  private static Notes train(
      Recipe recipe, Path root, boolean resume, int loaderThreads, Path initFrom) throws Exception {
    Notes notes = new Notes();
    try (RunDirectory run = RunDirectory.open(root)) {
      trainer(recipe, run, loaderThreads, initFrom, notes, new StopSignal()).train(resume);
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

  private static final Predicate<EventFileContent.Scalar> isNoTime =
      scalar -> !scalar.tag().equals("images_per_second");

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
      StopSignal stop = new StopSignal();
      Notes stopping =
          new Notes() {
            @Override
            public void stepped(
                int epoch, long iteration, double loss, double accuracy, double speed) {
              if (iteration == 6) { // of 4 an epoch
                stop.request();
              }
            }
          };
      RunSummary summary = trainer(recipe, run, 1, null, stopping, stop).train(false);
      assertEquals(RunSummary.Outcome.STOPPED, summary.outcome());
      assertEquals(6, summary.lastStep());
      assertEquals(6 * 8, summary.images());
    }
    Notes rest = train(recipe, stopped, true, 1);
    assertArrayEquals(weights(straight), weights(stopped));
    assertEquals(
        EventFileContent.ofRun(straight).scalars().stream().filter(isNoTime).toList(),
        EventFileContent.ofRun(stopped).scalars().stream().filter(isNoTime).toList());
    assertEquals(1, rest.epochs.size());
    assertEquals(whole.epochs.get(1).loss(), rest.epochs.get(0).loss());
  }

  @Test
  void aTinyNetworkLearnsAndTheBestEpochsModelIsKept() throws Exception {
    Recipe learning = recipe("epochs=25", "schedule.patience=25");
    Notes notes = train(learning, out, false, 1);
    double best = 0;
    for (EpochReport report : notes.epochs) {
      assertEquals(report.best(), report.measures().validation() > best);
      best = Math.max(best, report.measures().validation());
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
  void aRunThatDivergesAtOnceLeavesNoModel() throws Exception {
    TrainingException e =
        assertThrows(
            TrainingException.class,
            () -> train(recipe("optimiser.learning-rate=900"), out, false, 1));
    assertTrue(e.getMessage().contains("diverged. There is no checkpoint yet"), e.getMessage());
    assertTrue(!Files.exists(out.resolve("model.onnx")));
  }

  @Test
  void divergenceEndsTheRunAndKeepsTheLastGoodCheckpointAndModel() throws Exception {
    train(recipe("epochs=1"), out, false, 1);
    blowUp(out);
    byte[] before = weights(out);
    byte[] model = Files.readAllBytes(out.resolve("model.onnx"));
    TrainingException e =
        assertThrows(TrainingException.class, () -> train(recipe("epochs=2"), out, true, 1));
    assertTrue(
        e.getMessage().contains("diverged. The last good checkpoint and model are kept"),
        e.getMessage());
    assertArrayEquals(before, weights(out));
    assertArrayEquals(model, Files.readAllBytes(out.resolve("model.onnx")));
  }

  @Test
  void imagesThatCannotBeReadAreCountedAtTheEnd(@TempDir Path other) throws Exception {
    TestImages.folder(other.resolve("train"), 2, 10, 32);
    TestImages.folder(other.resolve("val"), 2, 2, 32);
    Path folder;
    try (Stream<Path> folders = Files.list(other.resolve("train"))) {
      folder = folders.sorted().findFirst().orElseThrow();
    }
    Files.writeString(folder.resolve("a.jpg"), "no image");
    Recipe recipe = recipe("epochs=1", "data.unreadable-limit=0.1");
    Notes notes = new Notes();
    try (RunDirectory run = RunDirectory.open(out)) {
      new Trainer(
              recipe,
              DataSets.open(other).trainAndValidation(0.1, 1),
              run,
              new Trainer.Options(List.of(new Device.Cpu()), 1, 1, Duration.ofHours(1)),
              null,
              notes,
              new StopSignal())
          .train(false);
    }
    assertEquals(
        List.of("1 of 21 images to train on could not be read and were left out; see the warnings"),
        notes.lines);
  }

  /** Makes the newest checkpoint's values so large, though finite, that the next step overflows. */
  private static void blowUp(Path root) throws IOException {
    try (Stream<Path> checkpoints = Files.list(root.resolve("checkpoints"))) {
      Path newest = checkpoints.sorted().reduce((a, b) -> b).orElseThrow();
      Path file = newest.resolve("weights.safetensors");
      byte[] bytes = Files.readAllBytes(file);
      ByteBuffer values = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
      int header = Long.BYTES + Math.toIntExact(values.getLong(0));
      for (int i = header; i < bytes.length; i += Float.BYTES) {
        values.putFloat(i, 1e30f);
      }
      Files.write(file, bytes);
    }
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

  @Test
  void aRunThatWasKilledAfterItsHistoryWasWrittenMakesTheEpochAgain() throws Exception {
    train(recipe("epochs=1"), out, false, 1);
    Path history = out.resolve("history.csv");
    List<String> lines = Files.readAllLines(history);
    Files.writeString(
        history,
        lines.get(0)
            + "\n"
            + lines.get(1)
            + "\n"
            + lines.get(1).replaceFirst("1,4,", "2,8,")
            + "\n");
    train(recipe("epochs=2"), out, true, 1);
    assertEquals(3, Files.readAllLines(history).size());
    assertTrue(Files.size(out.resolve("curves.png")) > 1000);
  }

  @Test
  void fineTuningTakesAllLayersAndMomentumStartsAtZero() throws Exception {
    Path source = out.resolve("source");
    Path tuned = out.resolve("tuned");
    train(recipe("epochs=2"), source, false, 1);
    Notes notes =
        train(
            recipe("epochs=1", "optimiser.learning-rate=1e-12", "data.scale=40"),
            tuned,
            false,
            1,
            source);
    assertTrue(notes.lines.get(0).startsWith("weights from " + source), notes.lines.get(0));
    assertEquals(2, notes.lines.size(), "all are taken: " + notes.lines);
    assertTrue(notes.lines.get(1).contains("conv1_1") && notes.lines.get(1).contains("fc8"));
    try (Checkpoint before =
            new CheckpointStore(source.resolve("checkpoints")).best().orElseThrow();
        Checkpoint after = new CheckpointStore(tuned.resolve("checkpoints")).best().orElseThrow()) {
      assertEquals(before.sha256(), after.state().initialisedFrom().sha256());
      for (String tensor : before.names()) {
        int n = before.shape(tensor).stream().mapToInt(Long::intValue).reduce(1, (a, b) -> a * b);
        FloatBuffer old = FloatBuffer.allocate(n);
        FloatBuffer now = FloatBuffer.allocate(n);
        before.read(tensor, old);
        after.read(tensor, now);
        for (int i = 0; i < n; i++) {
          float expected = tensor.endsWith(".momentum") ? 0 : old.get(i);
          assertEquals(expected, now.get(i), 1e-6f, tensor);
        }
      }
    }
  }

  @Test
  void anotherConfigurationTakesThePapersLayersAndSaysWhatItLeaves() throws Exception {
    Path source = out.resolve("source");
    train(recipe("epochs=1"), source, false, 1);
    Notes notes =
        train(
            recipe("epochs=1", "network.configuration=B", "network.fc=16"),
            out.resolve("b"),
            false,
            1,
            source.resolve("checkpoints/checkpoint-000000004"));
    List<String> lines = notes.lines;
    assertEquals("  taken: conv1_1, conv2_1, conv3_1, conv3_2", lines.get(1));
    assertTrue(
        lines.contains("  not taken: fc6: its shape is [32, 64] there, [16, 64] here"),
        lines::toString);
    assertTrue(
        lines.contains(
            "  not taken: conv5_2: from another configuration only the first four convolutional"
                + " and the last three fully-connected layers are taken"),
        lines::toString);
    assertEquals(1 + 1 + 9, lines.size(), lines::toString);
  }

  @Test
  void aResumedRunChecksWhatItWasInitialisedFrom() throws Exception {
    Path source = out.resolve("source");
    Path other = out.resolve("other");
    Path run = out.resolve("run");
    train(recipe("epochs=1"), source, false, 1);
    train(recipe("epochs=1", "seed=9"), other, false, 1);
    train(recipe("epochs=1"), run, false, 1, source);
    assertEquals(1, train(recipe("epochs=2"), run, true, 1, source).epochs.size());
    assertEquals(1, train(recipe("epochs=3"), run, true, 1).epochs.size(), "need not be repeated");
    TrainingException e =
        assertThrows(TrainingException.class, () -> train(recipe("epochs=4"), run, true, 1, other));
    assertTrue(e.getMessage().contains("--init-from"), e.getMessage());
    assertThrows(
        TrainingException.class, () -> train(recipe("epochs=1"), out.resolve("x"), false, 1, data));
  }

  @Test
  void replicasMicroBatchesAndColourShiftTrainAndResume() throws Exception {
    Recipe recipe =
        recipe(
            "epochs=2",
            "data.colour-shift=0.1",
            "optimiser.micro-batch=3",
            "optimiser.dropout=0.5");
    Path straight = out.resolve("straight");
    Path resumed = out.resolve("resumed");
    trainOnTwo(recipe, straight, false);
    trainOnTwo(
        recipe(
            "epochs=1",
            "data.colour-shift=0.1",
            "optimiser.micro-batch=3",
            "optimiser.dropout=0.5"),
        resumed,
        false);
    trainOnTwo(recipe, resumed, true);
    assertArrayEquals(weights(straight), weights(resumed));
    Path unshifted = out.resolve("unshifted");
    trainOnTwo(
        recipe("epochs=2", "optimiser.micro-batch=3", "optimiser.dropout=0.5"), unshifted, false);
    assertTrue(!Arrays.equals(weights(straight), weights(unshifted)), "colours are shifted");
  }

  private static void trainOnTwo(Recipe recipe, Path root, boolean resume) throws Exception {
    HoldOut images = DataSets.open(data).trainAndValidation(recipe.data().holdOut(), recipe.seed());
    Trainer.Options options =
        new Trainer.Options(List.of(new Device.Cpu(), new Device.Cpu()), 1, 1, Duration.ofHours(1));
    try (RunDirectory run = RunDirectory.open(root)) {
      new Trainer(recipe, images, run, options, null, new Notes(), new StopSignal()).train(resume);
    }
  }

  @Test
  void wholeImagesOfSeveralSizesTrain() throws Exception {
    Notes notes =
        train(recipe("epochs=1", "data.whole-images=true", "data.scale=[32, 96]"), out, false, 1);
    assertTrue(Double.isFinite(notes.epochs.get(0).loss()));
    assertTrue(Files.exists(out.resolve("model.onnx")));
  }
}
