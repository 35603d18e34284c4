package vggstream.job.batch;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import vggstream.classify.Protocol;
import vggstream.image.ImageEncoder;
import vggstream.image.Size;
import vggstream.job.config.ClassifierOptions;

/**
 * What an image costs of the heap on its way from its bytes to its answer: less than a copy of
 * these bytes.
 */
@Timeout(60)
class AllocationTest {
  private static final int SIDE = 224;
  private static final int BATCH = 8;
  private static final int IMAGES = 40 * BATCH;

  private static ByteBuffer jpeg() {
    byte[] rgb = new byte[SIDE * SIDE * 3];
    new Random(1).nextBytes(rgb);
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] = (byte) (128 + rgb[i] / 3); // compresses about as a photograph does
    }
    return ByteBuffer.wrap(ImageEncoder.jpeg(ByteBuffer.wrap(rgb), new Size(SIDE, SIDE), 75));
  }

  /** By the threads that decode and run. */
  private static long allocated() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("vgg-"))
        .mapToLong(thread -> threads.getThreadAllocatedBytes(thread.getId()))
        .sum();
  }

  @Test
  void imageTakesLessOfTheHeapThanItsJpeg() throws Exception {
    ByteBuffer jpeg = jpeg();
    ClassifierOptions options =
        Fakes.options(BATCH, Duration.ofSeconds(5), Map.of("scales", "224,256", "flip", "true"));
    Fakes.Answers answers = new Fakes.Answers();
    try (MicroBatcher batcher =
        new MicroBatcher(
            Networks.of(new Fakes.Model()), new Protocol(options.scales(), true), options)) {
      classify(batcher, jpeg, answers); // what is made once
      long before = allocated();
      classify(batcher, jpeg, answers);
      long each = (allocated() - before) / IMAGES;
      assertTrue(
          each < jpeg.remaining(),
          () -> "an image of %d bytes takes %d of the heap".formatted(jpeg.remaining(), each));
    }
  }

  private static void classify(MicroBatcher batcher, ByteBuffer jpeg, Fakes.Answers answers)
      throws InterruptedException {
    for (int i = 0; i < IMAGES; i++) {
      batcher.submit(jpeg.duplicate(), answers);
    }
    answers.next(IMAGES);
  }
}
