package vggstream.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import vggstream.tensor.PixelBatch;

/** What does not depend on the runtime: choice of device, close, freeing after a refusal. */
@Timeout(60)
class CheckedModelTest {
  private static final Optional<String> DRIVER = Optional.empty();
  private static final Optional<String> NO_DRIVER = Optional.of("no driver here");

  @TempDir Path folder;
  private Path file;

  /** A runtime of our own, which records on which device it was asked to open what. */
  private final List<Device> opened = new ArrayList<>();

  private final FakeSession session = new FakeSession();

  @BeforeEach
  void writeFile() throws IOException {
    file = Files.writeString(folder.resolve("m.onnx"), "x");
  }

  private static final class FakeSession implements GraphSession {
    Map<String, String> metadata = TinyNet.card().toMetadata();
    final CountDownLatch entered = new CountDownLatch(1);
    final CountDownLatch mayLeave = new CountDownLatch(1);
    final AtomicBoolean blocks = new AtomicBoolean();
    final AtomicBoolean closed = new AtomicBoolean();

    @Override
    public Map<String, String> metadata() {
      return metadata;
    }

    @Override
    public GraphSignature signature() {
      return new GraphSignature(
          List.of(tensor("pixels", "uint8", -1, -1, -1, 3)),
          List.of(
              tensor("scores", "float", -1, 5),
              tensor("score_map", "float", -1, 5, -1, -1),
              tensor("features", "float", -1, 6)));
    }

    private static GraphSignature.Tensor tensor(String name, String type, long... shape) {
      List<Long> dimensions = new ArrayList<>();
      for (long d : shape) {
        dimensions.add(d);
      }
      return new GraphSignature.Tensor(name, type, dimensions);
    }

    @Override
    public void run(PixelBatch pixels, DenseOutputs outputs) {
      assertFalse(closed.get());
      if (blocks.get()) {
        entered.countDown();
        try {
          mayLeave.await();
        } catch (InterruptedException e) {
          throw new AssertionError(e);
        }
        assertFalse(closed.get());
      }
    }

    @Override
    public void close() {
      assertTrue(closed.compareAndSet(false, true), "closed twice");
    }
  }

  private DenseModel open(Device device, Optional<String> noDriver) {
    return CheckedModel.open(
        file,
        ModelOptions.on(device),
        (path, options) -> {
          assertSame(file, path);
          opened.add(options.device());
          return session;
        },
        noDriver);
  }

  private DenseModel openWithoutCuda(Device device) {
    return CheckedModel.open(
        file,
        ModelOptions.on(device),
        (path, options) -> {
          opened.add(options.device());
          if (options.device() instanceof Device.Cuda) {
            throw new ModelException("libcudnn.so.9 is missing");
          }
          return session;
        },
        DRIVER);
  }

  @Test
  void autoTakesTheFirstCudaDeviceSilently() {
    try (LogCapture log = new LogCapture(CheckedModel.class);
        DenseModel model = open(new Device.Auto(), DRIVER)) {
      assertEquals("tiny 1", model.toString());
      assertEquals(List.of(new Device.Cuda(0)), opened);
      assertEquals(List.of(), log.messages());
    }
  }

  @Test
  void autoWithoutDriverDoesNotTryCudaAndWarnsOnceWithTheReason() {
    try (LogCapture log = new LogCapture(CheckedModel.class);
        DenseModel model = open(new Device.Auto(), NO_DRIVER)) {
      assertEquals(List.of(new Device.Cpu()), opened);
      assertEquals(
          List.of(
              "WARN Device auto: tiny runs on the processor, as device cuda:0 cannot be had for "
                  + file
                  + ": no driver here"),
          log.messages());
      assertEquals(TinyNet.card(), model.card());
    }
  }

  @Test
  void autoFallsBackWithTheRuntimesReason() {
    try (LogCapture log = new LogCapture(CheckedModel.class);
        DenseModel model = openWithoutCuda(new Device.Auto())) {
      assertEquals(List.of(new Device.Cuda(0), new Device.Cpu()), opened);
      assertEquals(1, log.messages().size());
      assertTrue(log.messages().get(0).endsWith("libcudnn.so.9 is missing"));
      assertEquals(TinyNet.card(), model.card());
    }
  }

  @Test
  void cudaFailsWithTheReasonAndDoesNotFallBack() {
    ModelException e =
        assertThrows(ModelException.class, () -> openWithoutCuda(new Device.Cuda(1)));
    assertEquals(
        "device cuda:1 cannot be had for " + file + ": libcudnn.so.9 is missing", e.getMessage());
    assertEquals(List.of(new Device.Cuda(1)), opened);
    assertThrows(ModelException.class, () -> open(new Device.Cuda(0), NO_DRIVER));
    assertEquals(1, opened.size());
  }

  @Test
  void refusedModelIsFreed() {
    session.metadata = Map.of();
    assertThrows(ModelException.class, () -> open(new Device.Cpu(), DRIVER));
    assertTrue(session.closed.get());
  }

  @Test
  void closeWaitsForTheRunningCallAndLaterCallsAreRefused() throws Exception {
    DenseModel model = open(new Device.Cpu(), DRIVER);
    PixelBatch batch = PixelBatch.allocate(1, 8, 8);
    DenseOutputs outputs = DenseOutputs.allocate(model.card(), 1, 8, 8, EnumSet.of(Output.SCORES));
    session.blocks.set(true);
    CompletableFuture<Void> run = CompletableFuture.runAsync(() -> model.run(batch, outputs));
    session.entered.await();
    Thread closer = new Thread(model::close);
    closer.start();
    while (closer.getState() != Thread.State.WAITING) {
      Thread.onSpinWait();
    }
    assertFalse(session.closed.get());
    session.mayLeave.countDown();
    run.get(30, TimeUnit.SECONDS);
    closer.join();
    assertTrue(session.closed.get());
    assertThrows(IllegalStateException.class, () -> model.run(batch, outputs));
  }

  @Test
  void driverIsAbsentWhereNoneOfItsFilesIs() throws IOException {
    Path device = folder.resolve("nvidiactl");
    assertEquals(
        Optional.of("this machine has no NVIDIA driver: none of [" + device + "] exists"),
        NvidiaDriver.absence("Linux", List.of(device)));
    Files.createFile(device);
    assertEquals(Optional.empty(), NvidiaDriver.absence("Linux", List.of(device)));
    assertEquals(
        Optional.of("there is no CUDA on Mac OS X"),
        NvidiaDriver.absence("Mac OS X", List.of(device)));
    assertEquals(Optional.empty(), NvidiaDriver.absence("Windows 11", List.of()));
  }
}
