package vggstream.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import vggstream.image.ImageEncoder;
import vggstream.image.Size;
import vggstream.localise.Box;
import vggstream.model.DenseModel;
import vggstream.model.DenseModels;
import vggstream.model.DenseOutputs;
import vggstream.model.Device;
import vggstream.model.ModelCard;
import vggstream.model.ModelOptions;
import vggstream.model.Output;
import vggstream.tensor.PixelBatch;
import vggstream.train.checkpoint.Checkpoint;
import vggstream.train.checkpoint.CheckpointStore;
import vggstream.train.data.HoldOut;
import vggstream.train.data.ImageSet;
import vggstream.train.data.ObjectBoxes;
import vggstream.train.data.Sample;
import vggstream.train.data.Storage;
import vggstream.train.journal.EpochReport;
import vggstream.train.journal.EventFileContent;
import vggstream.train.journal.Measures;
import vggstream.train.network.Precision;
import vggstream.train.recipe.Recipe;

/** Localisers from a network that classifies to a joined file. */
class LocalisationTrainerTest {
  private static final int SIDE = 36;
  private static final int EACH = 40;

  private static final String RECIPE =
      """
      name: tiny
      epochs: 1
      network: {configuration: A, crop: 32, width: 0.125, fc: 32, initialisation: he}
      data: {scale: 36, colour-shift: 0, pixel-scale: 0.01724, flip: true}
      optimiser: {batch: 8, learning-rate: 0.001, dropout: 0}
      """;

  @TempDir private static Path folder;
  private static HoldOut images;
  private static Path classifier;

  @BeforeAll
  static void makeImagesAndAClassifier() throws Exception {
    images = new HoldOut(images(0, EACH), images(1, 10));
    classifier = folder.resolve("classifier");
    train(recipe(), classifier, null, false);
  }

  /** Noise with a red or blue rectangle, by class. */
  private static ImageSet images(int seed, int each) throws IOException {
    Path root = folder.resolve("images" + seed);
    Random random = new Random(seed);
    List<Sample> samples = new ArrayList<>();
    List<ObjectBoxes.Annotated> boxes = new ArrayList<>();
    Size size = new Size(SIDE, SIDE);
    for (int i = 0; i < 2 * each; i++) {
      int x = 2 + random.nextInt(10);
      int y = 2 + random.nextInt(10);
      Box box = new Box(x, y, x + 10 + random.nextInt(12), y + 10 + random.nextInt(12));
      ByteBuffer rgb = ByteBuffer.allocate(3 * SIDE * SIDE);
      for (int p = 0; p < SIDE * SIDE; p++) {
        boolean inside =
            p % SIDE >= box.xMin()
                && p % SIDE < box.xMax()
                && p / SIDE >= box.yMin()
                && p / SIDE < box.yMax();
        for (int c = 0; c < 3; c++) {
          int value = inside ? (c == 2 * (i % 2) ? 230 : 20) : 90 + random.nextInt(40);
          rgb.put((byte) value);
        }
      }
      String path = i % 2 + "/" + i + ".png";
      Files.createDirectories(root.resolve(path).getParent());
      Files.write(root.resolve(path), ImageEncoder.png(rgb.flip(), size));
      samples.add(new Sample(path, i % 2));
      boxes.add(new ObjectBoxes.Annotated(size, List.of(box)));
    }
    return new ImageSet(
        root, List.of("red", "blue"), samples, Storage.FILES, ObjectBoxes.of(boxes));
  }

  private static ImageSet withoutBoxes(ImageSet set) {
    return new ImageSet(set.root(), set.labels(), set.samples(), set.storage());
  }

  private static Recipe recipe(String... overrides) throws Exception {
    return Recipe.parse(RECIPE, "test", List.of(overrides));
  }

  private static Recipe localiser(String kind, String fineTune, String... overrides)
      throws Exception {
    List<String> all = new ArrayList<>(List.of(overrides));
    all.addAll(0, List.of("task=localise", "localiser=" + kind, "fine-tune=" + fineTune));
    return Recipe.parse(RECIPE, "test", all);
  }

  /** Trains; returns the epochs. */
  private static List<EpochReport> train(Recipe recipe, Path root, Path from, boolean resume)
      throws Exception {
    return train(recipe, root, from, resume, new ArrayList<>());
  }

  private static List<EpochReport> train(
      Recipe recipe, Path root, Path from, boolean resume, List<String> lines) throws Exception {
    List<EpochReport> epochs = new ArrayList<>();
    TrainingListener notes =
        new TrainingListener() {
          @Override
          public void note(String line) {
            lines.add(line);
          }

          @Override
          public void begins(long iteration, long iterations, int batch, String agreesBy) {}

          @Override
          public void stepped(
              int epoch, long iteration, double loss, double agreement, double imagesPerSecond) {}

          @Override
          public void epochEnds(EpochReport report) {
            epochs.add(report);
          }

          @Override
          public void ends() {}
        };
    HoldOut seen =
        recipe.task().localises()
            ? images
            : new HoldOut(withoutBoxes(images.train()), withoutBoxes(images.validation()));
    Trainer.Options options =
        new Trainer.Options(List.of(new Device.Cpu()), 1, 1, Duration.ofHours(1));
    try (RunDirectory run = RunDirectory.open(root)) {
      new Trainer(recipe, seen, run, options, from, notes, new StopSignal()).train(resume);
    }
    return epochs;
  }

  private static Measures.Overlaps overlaps(EpochReport report) {
    return (Measures.Overlaps) report.measures();
  }

  private static float[] tensor(Path root, String name) throws IOException {
    try (Checkpoint c = new CheckpointStore(root.resolve("checkpoints")).newest().orElseThrow()) {
      int n = c.shape(name).stream().mapToInt(Long::intValue).reduce(1, (a, b) -> a * b);
      FloatBuffer values = FloatBuffer.allocate(n);
      c.read(name, values);
      return values.array();
    }
  }

  private static Set<String> names(Path root) throws IOException {
    try (Checkpoint c = new CheckpointStore(root.resolve("checkpoints")).newest().orElseThrow()) {
      return Set.copyOf(c.names());
    }
  }

  @Test
  void aLocaliserLearnsAndItsHistoryTellsHow(@TempDir Path run) throws Exception {
    List<String> lines = new ArrayList<>();
    Recipe recipe = localiser("scr", "all", "epochs=30", "schedule.patience=30");
    List<EpochReport> epochs = train(recipe, run, classifier, false, lines);
    double best = 0;
    for (EpochReport report : epochs) {
      assertEquals(report.best(), overlaps(report).meanIou() > best);
      best = Math.max(best, overlaps(report).meanIou());
    }
    EpochReport first = epochs.get(0);
    EpochReport last = epochs.get(epochs.size() - 1);
    assertTrue(last.loss() < first.loss() / 2, first + " " + last);
    assertTrue(best > 0.6, "mean IoU " + best);
    assertTrue(overlaps(last).loss() < overlaps(first).loss(), first + " " + last);
    assertEquals(
        "  taken: conv1_1, conv2_1, conv3_1, conv3_2, conv4_1, conv4_2, conv5_1, conv5_2, fc6, fc7",
        lines.get(1));
    assertEquals("  not taken: fc8: it predicts something else there", lines.get(2));
    assertEquals(3, lines.size(), lines::toString);
    assertTrue(
        Files.readString(run.resolve("history.csv"))
            .startsWith(
                "epoch,iteration,learning_rate,loss,train_mean_iou,validation_loss,"
                    + "validation_mean_iou,validation_error,"));
    List<String> tags =
        EventFileContent.ofRun(run).scalars().stream().map(s -> s.tag()).distinct().toList();
    assertTrue(
        tags.containsAll(
            List.of(
                "train/loss",
                "train/mean_iou",
                "validation/loss",
                "validation/mean_iou",
                "validation/localisation_error")),
        tags::toString);
    try (DenseModel model =
        DenseModels.open(run.resolve("model.onnx"), ModelOptions.on(new Device.Cpu()))) {
      assertEquals(ModelCard.Task.LOCALISE_SCR, model.card().task());
      assertEquals(List.of("red", "blue"), model.card().labels());
    }
    assertEquals(recipe, Recipe.read(run.resolve("recipe.yaml"), List.of()));
  }

  @Test
  void fixedLayersKeepTheirWeightsAndAResumedRunEndsAsAStraightOne(@TempDir Path out)
      throws Exception {
    Path straight = out.resolve("straight");
    Path resumed = out.resolve("resumed");
    train(localiser("pcr", "fc", "epochs=2"), straight, classifier, false);
    train(localiser("pcr", "fc", "epochs=1"), resumed, classifier, false);
    train(localiser("pcr", "fc", "epochs=2"), resumed, null, true);
    for (String name : names(straight)) {
      assertArrayEquals(tensor(straight, name), tensor(resumed, name), name);
    }
    for (String name : names(straight)) {
      if (name.startsWith("conv")) {
        assertFalse(name.endsWith(".momentum"), name);
        assertArrayEquals(tensor(classifier, name), tensor(straight, name), name);
      }
    }
    assertTrue(names(straight).contains("fc6.weight.momentum"));
    assertFalse(Arrays.equals(tensor(classifier, "fc6.weight"), tensor(straight, "fc6.weight")));
  }

  @Test
  void aModelFileIsAsGoodAStartAsTheRunItIsOf(@TempDir Path out) throws Exception {
    List<String> lines = new ArrayList<>();
    Recipe recipe = localiser("scr", "fc");
    train(recipe, out.resolve("run"), classifier, false);
    train(recipe, out.resolve("model"), classifier.resolve("model.onnx"), false, lines);
    for (String name : names(out.resolve("run"))) {
      assertArrayEquals(tensor(out.resolve("run"), name), tensor(out.resolve("model"), name), name);
    }
    assertTrue(lines.get(0).contains("model.onnx (VGG-A, tiny epoch-1-step-10)"), lines.get(0));
  }

  @Test
  void whatALocaliserMayNotBeginWithIsRefused(@TempDir Path out) throws Exception {
    assertRefused("--init-from must say whose", localiser("scr", "fc"), out.resolve("a"), null);
    assertRefused(
        "data.pixel-scale must be that of the network to begin with",
        localiser("scr", "all", "data.pixel-scale=1"),
        out.resolve("b"),
        classifier);
    assertRefused(
        "fine-tune: fc fixes conv1_2",
        localiser("scr", "fc", "network.configuration=B"),
        out.resolve("c"),
        classifier);
    List<String> lines = new ArrayList<>();
    train(localiser("scr", "all", "data.scale=40"), out.resolve("d"), classifier, false, lines);
    assertTrue(
        lines.get(3).contains("warning: these weights were trained at S = 36"), lines::toString);
    Recipe recipe = localiser("scr", "all");
    HoldOut none = new HoldOut(withoutBoxes(images.train()), withoutBoxes(images.validation()));
    Trainer.Options options =
        new Trainer.Options(List.of(new Device.Cpu()), 1, 1, Duration.ofHours(1));
    try (RunDirectory run = RunDirectory.open(out.resolve("e"))) {
      Trainer trainer =
          new Trainer(
              recipe,
              none,
              run,
              options,
              null,
              new TrainingConsole(new PrintWriter(System.err), false),
              new StopSignal());
      TrainingException e = assertThrows(TrainingException.class, () -> trainer.train(false));
      assertTrue(e.getMessage().contains("needs images with boxes"), e.getMessage());
    }
  }

  private static void assertRefused(String message, Recipe recipe, Path out, Path from) {
    TrainingException e =
        assertThrows(TrainingException.class, () -> train(recipe, out, from, false));
    assertTrue(e.getMessage().contains(message), e.getMessage());
  }

  @Test
  void aJoinedFileGivesTheOutputsOfBoth(@TempDir Path out) throws Exception {
    for (String kind : List.of("scr", "pcr")) {
      Path run = out.resolve(kind);
      train(localiser(kind, "fc"), run, classifier, false);
      Path joined = out.resolve(kind + ".onnx");
      try (JoinedExport export = JoinedExport.open(classifier, run)) {
        export.write(Precision.FP32, joined);
        assertEquals("the two share 8 convolutional layers, conv1_1 to conv5_2", export.line());
      }
      try (DenseModel first = open(classifier.resolve("model.onnx"));
          DenseModel second = open(run.resolve("model.onnx"));
          DenseModel both = open(joined)) {
        assertEquals(first.card().task().joinedWith(second.card().task()), both.card().task());
        PixelBatch pixels = PixelBatch.allocate(2, 64, 96);
        byte[] noise = new byte[3 * 64 * 96];
        new Random(5).nextBytes(noise);
        pixels.slot(0).put(noise);
        for (Output output : Output.values()) {
          DenseModel one = output == Output.BOX_MAP ? second : first;
          assertArrayEquals(run(one, pixels, output), run(both, pixels, output), 1e-5f);
        }
      }
      long saved =
          Files.size(classifier.resolve("model.onnx")) + Files.size(run.resolve("model.onnx"));
      assertTrue(Files.size(joined) < saved, "shared layers stand in the file once");
    }
  }

  private static DenseModel open(Path file) {
    return DenseModels.open(file, ModelOptions.on(new Device.Cpu()).withThreads(1));
  }

  private static float[] run(DenseModel model, PixelBatch pixels, Output output) {
    DenseOutputs outputs =
        DenseOutputs.allocate(
            model.card(), pixels.count(), pixels.height(), pixels.width(), Set.of(output));
    model.run(pixels, outputs);
    float[] values = new float[outputs.get(output).capacity()];
    outputs.get(output).get(0, values);
    return values;
  }

  @Test
  void whatCannotBeJoinedIsRefusedWithItsLayers(@TempDir Path out) throws Exception {
    Path run = out.resolve("all");
    train(localiser("scr", "all"), run, classifier, false);
    assertNotJoined("conv1_1, conv2_1, conv3_1", classifier, run);
    assertNotJoined("the first file's task must be to classify", run, classifier);
    assertNotJoined("the second file's task must be to localise", classifier, classifier);
    Path other = out.resolve("other");
    train(localiser("scr", "all", "data.scale=40"), other, classifier, false);
    assertNotJoined("training scale must be the same to join", classifier, other);
  }

  private static void assertNotJoined(String message, Path first, Path second) {
    TrainingException e =
        assertThrows(TrainingException.class, () -> JoinedExport.open(first, second).close());
    assertTrue(e.getMessage().contains(message), e.getMessage());
  }
}
