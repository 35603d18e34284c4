package vggstream.job.batch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import vggstream.classify.Protocol;
import vggstream.job.config.ClassifierOptions;

/** Memory that does not suffice, and a device that is lost. */
@Timeout(120)
class FailingRunsTest {
  private static final Duration LONG = Duration.ofSeconds(50);
  private static final int PIXELS = 8 * 8;

  private final Fakes.Model model = new Fakes.Model();
  private final Fakes.Answers answers = new Fakes.Answers();

  private MicroBatcher batcher(int batchSize, String... more) {
    Map<String, String> words = new java.util.HashMap<>();
    for (int i = 0; i < more.length; i += 2) {
      words.put(more[i], more[i + 1]);
    }
    ClassifierOptions options = Fakes.options(batchSize, LONG, words);
    return new MicroBatcher(
        Networks.of(model), new Protocol(options.scales(), options.flip()), options);
  }

  private void submit(MicroBatcher batcher, int images) {
    for (int i = 0; i < images; i++) {
      batcher.submit(Fakes.png(8, 8, 0, 200, 0), answers);
    }
  }

  private void requireClassified(int images) throws Exception {
    for (Outcome outcome : answers.next(images)) {
      assertInstanceOf(Outcome.Classified.class, outcome);
    }
  }

  @Test
  void batchTooLargeForMemoryIsHalvedAndTheHalfIsRemembered() throws Exception {
    model.memoryPixels = 3 * PIXELS;
    try (MicroBatcher batcher = batcher(8)) {
      submit(batcher, 8);
      requireClassified(8);
      assertEquals(2, batcher.halvings()); // 8, 4
      assertEquals(2 * PIXELS, batcher.runPixels());
      assertEquals(2, batcher.statistics().splits());
      model.runs.clear();
      submit(batcher, 6); // three batches of two now, which do not linger
      requireClassified(6);
      assertEquals(
          List.of(new Fakes.Run(2, 8, 8), new Fakes.Run(2, 8, 8), new Fakes.Run(2, 8, 8)),
          model.runs);
      assertEquals(2, batcher.statistics().splits());
    }
  }

  @Test
  void smallerImagesMayStillBeBatchedByTheirPixels() throws Exception {
    model.memoryPixels = 4 * 4 * PIXELS;
    try (MicroBatcher batcher = batcher(4, "scales", "16")) {
      submit(batcher, 4);
      requireClassified(4);
      assertEquals(0, batcher.halvings());
      batcher.submit(Fakes.png(8, 32, 0, 200, 0), answers); // 16 x 64: four of them are too large
      batcher.submit(Fakes.png(8, 32, 0, 200, 0), answers);
      batcher.submit(Fakes.png(8, 32, 0, 200, 0), answers);
      batcher.submit(Fakes.png(8, 32, 0, 200, 0), answers);
      requireClassified(4);
      assertTrue(batcher.halvings() > 0);
    }
  }

  @Test
  void imageTooLargeForMemoryEvenAloneIsRejectedAndOthersGoOn() throws Exception {
    model.memoryPixels = 4 * PIXELS;
    try (MicroBatcher batcher = batcher(1)) {
      Fakes.Answers large = new Fakes.Answers();
      batcher.submit(Fakes.png(8, 80, 0, 200, 0), large);
      Outcome.Rejected rejected = assertInstanceOf(Outcome.Rejected.class, large.next());
      assertEquals("OUT_OF_MEMORY", rejected.reason());
      assertEquals(Stage.INFER, rejected.stage());
      submit(batcher, 1);
      requireClassified(1);
    }
  }

  @Test
  void lostDeviceIsNobodysFault() throws Exception {
    try (MicroBatcher batcher = batcher(4)) {
      submit(batcher, 4);
      requireClassified(4);
      model.lost = true;
      submit(batcher, 4);
      for (Outcome outcome : answers.next(4)) {
        Outcome.Broken broken = assertInstanceOf(Outcome.Broken.class, outcome);
        assertInstanceOf(NetworkLostException.class, broken.cause());
        assertTrue(broken.cause().getMessage().contains("the device is lost"));
      }
    }
  }
}
