package vggstream.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import vggstream.model.ModelCard.Task;
import vggstream.model.TinyNet.Variant;
import vggstream.tensor.PixelBatch;

/** What every {@link DenseModelRuntime} must do; each extends this class with its own. */
@Timeout(120)
public abstract class DenseModelContract {
  private static final Set<Output> CLASSIFIER =
      EnumSet.of(Output.SCORES, Output.SCORE_MAP, Output.FEATURES);
  private static final ModelOptions CPU = ModelOptions.on(new Device.Cpu()).withThreads(2);

  private final TinyNet net = new TinyNet(7);

  @TempDir Path folder;

  /** The runtime under test. */
  protected abstract DenseModelRuntime runtime();

  @Test
  void serviceLoaderFindsTheRuntime() {
    assertEquals(runtime().getClass(), DenseModels.runtime().getClass());
    assertTrue(runtime().name().matches("ONNX Runtime 1\\.24\\..*"), runtime().name());
  }

  @Test
  void cardIsTheOneOfTheFile() throws IOException {
    try (DenseModel model = open(TinyNet.card(), Variant.VALID)) {
      assertEquals(TinyNet.card(), model.card());
    }
  }

  @ParameterizedTest
  @CsvSource({"1,8,8", "1,11,8", "2,12,17", "3,33,20", "5,8,40"})
  void everyOutputEqualsTheNetInDoublePrecision(int n, int height, int width) throws IOException {
    try (DenseModel model = open(TinyNet.card(), Variant.VALID)) {
      assertAgrees(model, pixels(n, height, width, 3), CLASSIFIER);
    }
  }

  @Test
  void oneModelTakesManySizesInTurn() throws IOException {
    try (DenseModel model = open(TinyNet.card(), Variant.VALID)) {
      for (int side = 8; side < 60; side += 3) {
        assertAgrees(model, pixels(1 + side % 3, side, 67 - side, side), CLASSIFIER);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Output.class,
      names = {"SCORES", "SCORE_MAP", "FEATURES"})
  void oneOutputAloneCanBeAskedFor(Output output) throws IOException {
    try (DenseModel model = open(TinyNet.card(), Variant.VALID)) {
      assertAgrees(model, pixels(2, 16, 13, 5), EnumSet.of(output));
    }
  }

  @ParameterizedTest
  @EnumSource(Task.class)
  void networkOfEveryTaskGivesItsOutputs(Task task) throws IOException {
    try (DenseModel model = open(tinyCard(task), Variant.VALID)) {
      assertEquals(task, model.card().task());
      assertAgrees(model, pixels(2, 16, 21, 5), task.outputs());
      assertAgrees(model, pixels(1, 8, 8, 6), task.outputs());
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Task.class,
      names = {"CLASSIFY_LOCALISE_SCR", "CLASSIFY_LOCALISE_PCR"})
  void joinedNetworkIsAskedForScoresOrBoxesOrBoth(Task task) throws IOException {
    try (DenseModel model = open(tinyCard(task), Variant.VALID)) {
      PixelBatch batch = pixels(3, 13, 20, 4);
      assertAgrees(model, batch, EnumSet.of(Output.SCORES));
      assertAgrees(model, batch, EnumSet.of(Output.BOX_MAP));
      assertAgrees(model, batch, EnumSet.of(Output.SCORES, Output.SCORE_MAP, Output.BOX_MAP));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "LOCALISE_SCR, 4",
    "LOCALISE_PCR, 20",
    "CLASSIFY_LOCALISE_SCR, 4",
    "CLASSIFY_LOCALISE_PCR, 20"
  })
  void boxesOfTheOtherKindAreRefused(Task task, int channels) throws IOException {
    assertRefused(
        net.write(folder.resolve("m.onnx"), tinyCard(task), Variant.BOXES_OF_THE_OTHER_KIND),
        "output box_map must be [-1, %d, -1, -1]".formatted(channels));
  }

  @Test
  void joinedCardWithoutABoxMapIsRefused() throws IOException {
    ModelCard joined = TinyNet.card(Task.CLASSIFY_LOCALISE_SCR, 3, 3, 8, 4);
    assertRefused(
        ModelFiles.colour(folder.resolve("m.onnx"), joined.toMetadata()),
        "must be [box_map, features, score_map, scores]: were [features, score_map, scores]");
  }

  private static ModelCard tinyCard(Task task) {
    return TinyNet.card(task, TinyNet.CLASSES, TinyNet.FEATURES, 8, 4);
  }

  @Test
  void halfFullBatchFillsTheFirstRowsOnly() throws IOException {
    try (DenseModel model = open(TinyNet.card(), Variant.VALID)) {
      PixelBatch batch = pixels(4, 12, 16, 9);
      batch.setCount(2);
      DenseOutputs whole = DenseOutputs.allocate(model.card(), 4, 12, 16, CLASSIFIER);
      FloatBuffer scores = whole.get(Output.SCORES);
      for (int i = 0; i < scores.capacity(); i++) {
        scores.put(i, -99);
      }
      DenseOutputs first = whole.first(2);
      model.run(batch, first);
      assertAgrees(batch, first);
      for (int i = 2 * TinyNet.CLASSES; i < scores.capacity(); i++) {
        assertEquals(-99, scores.get(i));
      }
    }
  }

  @Test
  void memoryCanBeReusedFromRunToRun() throws IOException {
    try (DenseModel model = open(TinyNet.card(), Variant.VALID)) {
      PixelBatch batch = PixelBatch.allocate(2, 12, 16);
      DenseOutputs outputs = DenseOutputs.allocate(model.card(), 2, 12, 16, CLASSIFIER);
      for (int seed = 0; seed < 5; seed++) {
        fill(batch, new Random(seed));
        model.run(batch, outputs);
        assertAgrees(batch, outputs);
      }
    }
  }

  @Test
  void manyThreadsRunOneModelAtOnce() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try (DenseModel model = open(TinyNet.card(), Variant.VALID)) {
      List<Future<?>> runs = new ArrayList<>();
      for (int t = 0; t < 64; t++) {
        int seed = t;
        runs.add(
            threads.submit(
                () -> {
                  PixelBatch batch = pixels(1 + seed % 3, 8 + seed % 5, 8 + seed % 11, seed);
                  assertAgrees(model, batch, CLASSIFIER);
                }));
      }
      for (Future<?> run : runs) {
        run.get();
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void batchAndOutputsOfDifferentShapesAreRefused() throws IOException {
    try (DenseModel model = open(TinyNet.card(), Variant.VALID)) {
      PixelBatch batch = pixels(1, 12, 16, 1);
      DenseOutputs other = DenseOutputs.allocate(model.card(), 1, 16, 12, CLASSIFIER);
      assertThrows(IllegalArgumentException.class, () -> model.run(batch, other));
      ModelCard wider = TinyNet.card(Task.CLASSIFY, 9, 6, 8, 4);
      DenseOutputs foreign = DenseOutputs.allocate(wider, 1, 12, 16, CLASSIFIER);
      assertThrows(IllegalArgumentException.class, () -> model.run(batch, foreign));
    }
  }

  // ---- closing

  @Test
  void closedModelRefusesToRun() throws IOException {
    DenseModel model = open(TinyNet.card(), Variant.VALID);
    PixelBatch batch = pixels(1, 8, 8, 1);
    DenseOutputs outputs = DenseOutputs.allocate(model.card(), 1, 8, 8, CLASSIFIER);
    model.close();
    model.close();
    assertThrows(IllegalStateException.class, () -> model.run(batch, outputs));
    assertEquals("tiny", model.card().name());
  }

  @Test
  void closingWhileOthersRunLetsThemEndAndRefusesTheRest() throws Exception {
    int workers = 4;
    ExecutorService threads = Executors.newFixedThreadPool(workers);
    try {
      DenseModel model = open(TinyNet.card(), Variant.VALID);
      CountDownLatch running = new CountDownLatch(workers);
      List<Future<?>> runs = new ArrayList<>();
      for (int t = 0; t < workers; t++) {
        PixelBatch batch = pixels(2, 96, 96, t);
        runs.add(threads.submit(() -> runUntilClosed(model, batch, running)));
      }
      assertTrue(running.await(60, TimeUnit.SECONDS));
      model.close();
      for (Future<?> run : runs) {
        ExecutionException ended = assertThrows(ExecutionException.class, run::get);
        assertEquals(IllegalStateException.class, ended.getCause().getClass());
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private static void runUntilClosed(DenseModel model, PixelBatch batch, CountDownLatch running) {
    DenseOutputs outputs = DenseOutputs.allocate(model.card(), 2, 96, 96, CLASSIFIER);
    for (int i = 0; ; i++) {
      model.run(batch, outputs);
      if (i == 0) {
        running.countDown();
      }
    }
  }

  // ---- files that are refused

  @Test
  void missingFileIsRefused() {
    assertRefused(folder.resolve("none.onnx"), "is missing");
  }

  @Test
  void folderIsRefused() {
    assertRefused(folder, "must be a file");
  }

  @Test
  void emptyFileIsRefused() throws IOException {
    assertRefused(Files.createFile(folder.resolve("empty.onnx")), "must not be empty");
  }

  @Test
  void fileThatIsNoModelIsRefused() throws IOException {
    assertRefused(Files.writeString(folder.resolve("text.onnx"), "not a model"), "cannot load");
  }

  @Test
  void truncatedModelIsRefused() throws IOException {
    Path file = net.write(folder.resolve("whole.onnx"), TinyNet.card(), Variant.VALID);
    byte[] bytes = Files.readAllBytes(file);
    Path half = folder.resolve("half.onnx");
    Files.write(half, Arrays.copyOf(bytes, bytes.length / 2));
    assertRefused(half, "half.onnx");
  }

  @Test
  void modelWithoutCardIsRefused() throws IOException {
    assertRefused(
        ModelFiles.colour(folder.resolve("bare.onnx"), Map.of()),
        "no card: metadata vggstream.card is missing");
  }

  @Test
  void cardWithAMissingEntryIsRefused() throws IOException {
    Map<String, String> metadata = new LinkedHashMap<>(TinyNet.card().toMetadata());
    metadata.remove("vggstream.stride");
    assertRefused(
        ModelFiles.colour(folder.resolve("m.onnx"), metadata), "metadata vggstream.stride");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "INPUT_NAMED_X     | only input must be pixels uint8[-1, -1, -1, 3] (-1: dynamic): was [x",
        "FLOAT_INPUT       | was [pixels float[-1, -1, -1, 3]]",
        "FIXED_SIDES       | was [pixels uint8[-1, 8, 8, 3]]",
        "FIXED_BATCH       | was [pixels uint8[2, -1, -1, 3]]",
        "TWO_INPUTS        | offset",
        "NO_FEATURES       | must be [features, score_map, scores]: were [score_map, scores]",
        "EXTRA_OUTPUT      | were [extra, features, score_map, scores]",
        "DOUBLE_SCORES     | output scores must be float",
        "SCORES_WITH_SIDES | output scores must be [-1, 5]",
      })
  void graphThatBreaksTheFormatIsRefused(Variant variant, String message) throws IOException {
    assertRefused(net.write(folder.resolve("m.onnx"), TinyNet.card(), variant), message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "CLASSIFY     | 4 | 6 | 8  | 4 | output scores must be [-1, 4]",
        "CLASSIFY     | 5 | 7 | 8  | 4 | output features must be [-1, 7]",
        "CLASSIFY     | 5 | 6 | 8  | 8 | crop-side 8, stride 8",
        "CLASSIFY     | 5 | 6 | 12 | 4 | crop-side 12, stride 4",
        "CLASSIFY     | 5 | 6 | 4  | 4 | crop-side 4, stride 4",
      })
  void cardThatContradictsTheGraphIsRefused(
      Task task, int classes, int features, int crop, int stride, String message)
      throws IOException {
    ModelCard card = TinyNet.card(task, classes, features, crop, stride);
    assertRefused(net.write(folder.resolve("m.onnx"), card, Variant.VALID), message);
  }

  private void assertRefused(Path file, String message) {
    ModelException e = assertThrows(ModelException.class, () -> runtime().open(file, CPU));
    assertTrue(
        e.getMessage().contains(message) && e.getMessage().contains(file.toString()),
        e.getMessage());
  }

  // ---- devices

  @Test
  void cudaIsRefusedWithTheReasonWhereThereIsNoDriver() throws IOException {
    Optional<String> absence = NvidiaDriver.absence();
    assumeTrue(absence.isPresent(), "this machine has an NVIDIA driver");
    Path file = net.write(folder.resolve("m.onnx"), TinyNet.card(), Variant.VALID);
    ModelOptions options = ModelOptions.on(new Device.Cuda(0));
    ModelException e = assertThrows(ModelException.class, () -> runtime().open(file, options));
    assertEquals(
        "device cuda:0 cannot be had for %s: %s".formatted(file, absence.get()), e.getMessage());
  }

  @Test
  void autoRunsOnWhatThereIs() throws IOException {
    Path file = net.write(folder.resolve("m.onnx"), TinyNet.card(), Variant.VALID);
    try (DenseModel model = runtime().open(file, ModelOptions.on(new Device.Auto()))) {
      PixelBatch batch = pixels(1, 8, 8, 1);
      DenseOutputs outputs = DenseOutputs.allocate(model.card(), 1, 8, 8, CLASSIFIER);
      model.run(batch, outputs);
      assertAgrees(batch, outputs, Task.CLASSIFY, 5e-3);
    }
  }

  /** Convolutions on CUDA may round to TensorFloat-32: hence the tolerance. */
  @Test
  @Tag("gpu")
  void cudaAgreesWithDoublePrecision() throws IOException {
    assumeTrue(NvidiaDriver.absence().isEmpty(), () -> NvidiaDriver.absence().orElseThrow());
    Path file = net.write(folder.resolve("m.onnx"), TinyNet.card(), Variant.VALID);
    try (DenseModel model = runtime().open(file, ModelOptions.on(new Device.Cuda(0)))) {
      PixelBatch batch = pixels(3, 33, 20, 3);
      DenseOutputs outputs = DenseOutputs.allocate(model.card(), 3, 33, 20, CLASSIFIER);
      model.run(batch, outputs);
      assertAgrees(batch, outputs, Task.CLASSIFY, 5e-3);
    }
  }

  // ---- the oracle

  private DenseModel open(ModelCard card, Variant variant) throws IOException {
    return runtime().open(net.write(folder.resolve("tiny.onnx"), card, variant), CPU);
  }

  private void assertAgrees(DenseModel model, PixelBatch batch, Set<Output> wanted) {
    DenseOutputs outputs =
        DenseOutputs.allocate(model.card(), batch.count(), batch.height(), batch.width(), wanted);
    model.run(batch, outputs);
    assertAgrees(batch, outputs, model.card().task(), 1e-5);
  }

  private void assertAgrees(PixelBatch batch, DenseOutputs outputs) {
    assertAgrees(batch, outputs, Task.CLASSIFY, 1e-5);
  }

  private void assertAgrees(PixelBatch batch, DenseOutputs outputs, Task task, double tolerance) {
    for (int i = 0; i < batch.count(); i++) {
      TinyNet.Result expected = net.compute(batch.slot(i), batch.height(), batch.width());
      for (Output output : outputs.wanted()) {
        double[] values = expected.of(output, task);
        FloatBuffer actual = outputs.get(output);
        assertEquals(values.length, actual.capacity() / batch.count(), output.graphName());
        for (int j = 0; j < values.length; j++) {
          assertEquals(values[j], actual.get(i * values.length + j), tolerance, output.graphName());
        }
      }
    }
  }

  private static PixelBatch pixels(int n, int height, int width, long seed) {
    PixelBatch batch = PixelBatch.allocate(n, height, width);
    fill(batch, new Random(seed));
    return batch;
  }

  private static void fill(PixelBatch batch, Random random) {
    ByteBuffer data = batch.pixels();
    byte[] bytes = new byte[data.remaining()];
    random.nextBytes(bytes);
    data.put(bytes);
  }
}
