package vggstream.job.batch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import vggstream.classify.Protocol;
import vggstream.job.config.ClassifierOptions;

@Timeout(120)
class MicroBatcherTest {
  private static final Duration LONG = Duration.ofSeconds(50);
  private static final Duration SHORT = Duration.ofMillis(5);

  private final Fakes.Model model = new Fakes.Model();
  private final Fakes.Answers answers = new Fakes.Answers();

  private MicroBatcher batcher(int batchSize, Duration linger, Map<String, String> more) {
    ClassifierOptions options = Fakes.options(batchSize, linger, more);
    return new MicroBatcher(
        Networks.of(model), new Protocol(options.scales(), options.flip()), options);
  }

  private static void awaitTrue(java.util.function.BooleanSupplier condition) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (!condition.getAsBoolean()) {
      assertTrue(System.nanoTime() < end, "not within 30 s");
      Thread.onSpinWait();
    }
  }

  private static int strongest(Outcome outcome) {
    double[] posterior = assertInstanceOf(Outcome.Classified.class, outcome).posterior();
    return IntStream.range(0, 3).reduce((a, b) -> posterior[a] >= posterior[b] ? a : b).orElse(-1);
  }

  @Test
  void fullBatchRunsAtOnceHoweverLongTheLinger() throws Exception {
    try (MicroBatcher batcher = batcher(4, LONG, Map.of())) {
      for (int i = 0; i < 8; i++) {
        batcher.submit(Fakes.png(16, 16, 0, 200, 0), answers);
      }
      for (Outcome outcome : answers.next(8)) {
        assertEquals(1, strongest(outcome));
        assertEquals(4, ((Outcome.Classified) outcome).timings().batchSize());
      }
      assertEquals(List.of(new Fakes.Run(4, 8, 8), new Fakes.Run(4, 8, 8)), model.runs);
      assertEquals(2, batcher.statistics().batches());
      assertEquals(2, batcher.statistics().batchesBySize()[4]);
    }
  }

  @Test
  void partialBatchRunsAfterItsLinger() throws Exception {
    try (MicroBatcher batcher = batcher(4, SHORT, Map.of())) {
      batcher.submit(Fakes.png(16, 16, 0, 0, 200), answers);
      assertEquals(2, strongest(answers.next()));
      assertEquals(List.of(new Fakes.Run(1, 8, 8)), model.runs);
    }
  }

  @Test
  void imagesAreBatchedWithThoseOfTheirShapeOnly() throws Exception {
    try (MicroBatcher batcher = batcher(3, LONG, Map.of())) {
      for (int i = 0; i < 3; i++) {
        batcher.submit(Fakes.png(16, 16, 0, 200, 0), answers);
        batcher.submit(Fakes.png(32, 16, 0, 200, 0), answers);
        batcher.submit(Fakes.png(16, 32, 0, 200, 0), answers);
      }
      answers.next(9);
      assertEquals(3, model.runs.size());
      assertTrue(
          model.runs.containsAll(
              List.of(new Fakes.Run(3, 8, 8), new Fakes.Run(3, 8, 16), new Fakes.Run(3, 16, 8))),
          model.runs::toString);
    }
  }

  @Test
  void mirrorImagesAndScalesAreViewsOfOneImage() throws Exception {
    try (MicroBatcher batcher = batcher(2, SHORT, Map.of("scales", "8,16", "flip", "true"))) {
      batcher.submit(Fakes.png(20, 20, 200, 0, 0), answers);
      Outcome.Classified classified = (Outcome.Classified) answers.next();
      assertEquals(0, strongest(classified));
      assertEquals(1, classified.timings().batchSize());
      assertEquals("20x20", classified.originalSize().toString());
      assertEquals(
          1, IntStream.range(0, 3).mapToDouble(k -> classified.posterior()[k]).sum(), 1e-9);
      assertTrue(
          model.runs.containsAll(List.of(new Fakes.Run(2, 8, 8), new Fakes.Run(2, 16, 16))),
          model.runs::toString);
    }
  }

  @Test
  void failingBatchIsSplitUntilTheCulpritIsAlone() throws Exception {
    try (MicroBatcher batcher = batcher(8, LONG, Map.of())) {
      List<Fakes.Answers> each = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        Fakes.Answers answer = new Fakes.Answers();
        each.add(answer);
        batcher.submit(Fakes.png(8, 8, i == 5 ? Fakes.Model.POISON : 0, 200, 0), answer);
      }
      for (int i = 0; i < 8; i++) {
        Outcome outcome = each.get(i).next();
        if (i == 5) {
          Outcome.Rejected rejected = assertInstanceOf(Outcome.Rejected.class, outcome);
          assertEquals("INFERENCE_FAILED", rejected.reason());
          assertEquals(Stage.INFER, rejected.stage());
          assertTrue(rejected.message().contains("chokes"), rejected.message());
        } else {
          assertEquals(1, strongest(outcome));
        }
      }
      assertEquals(3, batcher.statistics().splits());
    }
  }

  @Test
  void scoresThatAreNoNumbersRejectTheirImageOnly() throws Exception {
    try (MicroBatcher batcher = batcher(2, LONG, Map.of())) {
      Fakes.Answers bad = new Fakes.Answers();
      batcher.submit(Fakes.png(8, 8, 99, 0, 0), bad);
      batcher.submit(Fakes.png(8, 8, 0, 0, 200), answers);
      assertEquals(
          "SCORES_NOT_FINITE", assertInstanceOf(Outcome.Rejected.class, bad.next()).reason());
      assertEquals(2, strongest(answers.next()));
    }
  }

  @Test
  void whatIsNoImageIsRejectedWithItsReason() throws Exception {
    try (MicroBatcher batcher = batcher(2, SHORT, Map.of("max-rescaled-pixels", "1000"))) {
      batcher.submit(ByteBuffer.allocate(0), answers);
      Outcome.Rejected empty = assertInstanceOf(Outcome.Rejected.class, answers.next());
      assertEquals("EMPTY", empty.reason());
      assertEquals(Stage.DECODE, empty.stage());
      batcher.submit(Fakes.png(1, 200, 0, 0, 0), answers);
      Outcome.Rejected large = assertInstanceOf(Outcome.Rejected.class, answers.next());
      assertEquals("TOO_LARGE", large.reason());
      assertEquals(Stage.RESCALE, large.stage());
      batcher.submit(Fakes.png(16, 16, 0, 200, 0), answers);
      assertEquals(1, strongest(answers.next()));
    }
  }

  @Test
  void memoryBoundsWhatIsDecodedAndPressureEndsLingering() throws Exception {
    Map<String, String> tight =
        Map.of("batch-memory", "30000", "max-rescaled-pixels", "1000", "decode-threads", "3");
    try (MicroBatcher batcher = batcher(4, LONG, tight)) {
      for (int i = 0; i < 12; i++) { // twelve shapes, none ever full; of any three two have room
        batcher.submit(Fakes.png(8, 105 + i, 0, 200, 0), answers);
      }
      long most = 0;
      for (int i = 0; i < 10; i++) {
        assertEquals(1, strongest(answers.next()));
        most = Math.max(most, batcher.bytesInUse());
      }
      assertTrue(most <= 30_000, "bytes in use: " + most);
    }
    List<Outcome> last = answers.next(2); // whoever came last was still lingering
    assertTrue(last.stream().anyMatch(Outcome.Broken.class::isInstance), last.toString());
  }

  @Test
  void rareShapeIsNotStarvedByABusyOne() throws Exception {
    model.hold();
    try (MicroBatcher batcher = batcher(2, Duration.ofMillis(50), Map.of("decode-threads", "1"))) {
      batcher.submit(Fakes.png(16, 16, 0, 200, 0), answers);
      batcher.submit(Fakes.png(16, 16, 0, 200, 0), answers);
      awaitTrue(() -> model.allowed.hasQueuedThreads()); // the only inference thread is busy
      Fakes.Answers rare = new Fakes.Answers();
      batcher.submit(Fakes.png(16, 48, 0, 0, 200), rare);
      awaitTrue(() -> batcher.bytesInUse() > 2 * 192);
      long opened = System.nanoTime();
      for (int i = 0; i < 20; i++) {
        batcher.submit(Fakes.png(16, 16, 0, 200, 0), answers);
      }
      awaitTrue(() -> batcher.bytesInUse() > 2 * 192 + 2 * 576); // so the rare one was written
      awaitTrue(() -> System.nanoTime() - opened > TimeUnit.MILLISECONDS.toNanos(60));
      model.allowed.release(2); // the busy batch, and one more: the oldest that is due
      assertEquals(2, strongest(rare.next()));
      assertEquals(List.of(new Fakes.Run(2, 8, 8), new Fakes.Run(1, 24, 8)), model.runs);
      model.allowed.release(1000);
      answers.next(22);
    }
  }

  @Test
  void cancelledImagesAreNotAnswered() throws Exception {
    try (MicroBatcher batcher = batcher(2, LONG, Map.of())) {
      Fakes.Answers cancelled = new Fakes.Answers();
      batcher.submit(Fakes.png(8, 8, 200, 0, 0), cancelled).cancel();
      batcher.submit(Fakes.png(8, 8, 0, 200, 0), answers);
      batcher.submit(Fakes.png(8, 8, 0, 200, 0), answers);
      answers.next();
      assertNull(cancelled.queue.poll());
    }
  }

  @Test
  void closeAnswersEverythingAndLeavesNoThread() throws Exception {
    int before = threads();
    MicroBatcher batcher = batcher(4, LONG, Map.of("inference-concurrency", "2"));
    for (int i = 0; i < 50; i++) {
      batcher.submit(Fakes.png(8, 8 + i % 10, 0, 200, 0), answers);
    }
    batcher.close();
    batcher.submit(Fakes.png(8, 8, 0, 200, 0), answers);
    int broken = 0;
    for (Outcome outcome : answers.next(51)) {
      if (outcome instanceof Outcome.Broken b) {
        assertInstanceOf(CancellationException.class, b.cause());
        broken++;
      }
    }
    assertTrue(broken > 0);
    assertNull(answers.queue.poll());
    assertEquals(before, threads());
    assertEquals(false, model.closed);
  }

  private static int threads() {
    return (int)
        Thread.getAllStackTraces().keySet().stream()
            .filter(t -> t.getName().startsWith("vgg-"))
            .count();
  }

  @Test
  void receiverThatThrowsDoesNotStopTheBatcher() throws Exception {
    try (MicroBatcher batcher = batcher(1, SHORT, Map.of())) {
      batcher.submit(
          Fakes.png(8, 8, 0, 200, 0),
          outcome -> {
            throw new IllegalStateException("mailbox is closed");
          });
      batcher.submit(
          Fakes.png(8, 8, 0, 200, 0),
          outcome -> {
            throw new NoClassDefFoundError("a class loader is closed");
          });
      batcher.submit(Fakes.png(8, 8, 0, 200, 0), answers);
      assertEquals(1, strongest(answers.next()));
    }
  }

  @Test
  void manySubmittersGetTheirOwnAnswers() throws Exception {
    Map<String, String> many =
        Map.of("inference-concurrency", "2", "decode-threads", "4", "scales", "8,16");
    ByteBuffer[] colours = {
      Fakes.png(24, 16, 200, 0, 0), Fakes.png(16, 24, 0, 200, 0), Fakes.png(16, 16, 0, 0, 200)
    };
    try (MicroBatcher batcher = batcher(5, SHORT, many)) {
      List<Thread> submitters = new ArrayList<>();
      List<Fakes.Answers> byColour =
          List.of(new Fakes.Answers(), new Fakes.Answers(), new Fakes.Answers());
      for (int t = 0; t < 4; t++) {
        Random random = new Random(t);
        int[] order = IntStream.range(0, 150).map(i -> i % 3).toArray();
        for (int i = order.length - 1; i > 0; i--) {
          int j = random.nextInt(i + 1);
          int swap = order[i];
          order[i] = order[j];
          order[j] = swap;
        }
        Thread thread =
            new Thread(
                () -> {
                  for (int c : order) {
                    batcher.submit(colours[c].duplicate(), byColour.get(c));
                  }
                });
        submitters.add(thread);
        thread.start();
      }
      for (Thread thread : submitters) {
        thread.join();
      }
      for (int c = 0; c < 3; c++) {
        for (Outcome outcome : byColour.get(c).next(200)) {
          assertEquals(c, strongest(outcome));
        }
      }
      assertTrue(batcher.statistics().images() >= 1200);
      awaitTrue(() -> batcher.bytesInUse() == 0);
    }
  }
}
