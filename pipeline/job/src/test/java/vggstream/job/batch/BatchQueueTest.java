package vggstream.job.batch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import vggstream.classify.Protocol;
import vggstream.classify.RescaleLimit;
import vggstream.classify.ScaledView;
import vggstream.image.Size;

/** Who is woken when. */
@Timeout(60)
class BatchQueueTest {
  private static final int BYTES = 8 * 8 * 3;
  private static final long LINGER = TimeUnit.SECONDS.toNanos(2);

  private final BatchQueue queue = new BatchQueue(new RunLimit(4, 1 << 20), LINGER, 4 * BYTES);

  private static Request request() {
    return new Request(ByteBuffer.allocate(0), outcome -> {});
  }

  private static ScaledView view(int width, int height) throws Exception {
    return new ViewMaker(new Protocol(List.of(8), false), new RescaleLimit(10_000), 1, 8)
        .views(new Size(width, height))
        .get(0);
  }

  private static void await(BooleanSupplier condition) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (!condition.getAsBoolean()) {
      assertEquals(true, System.nanoTime() < end, "not within 30 s");
      Thread.onSpinWait();
    }
  }

  /**
   * While somebody waits for memory, batches are due as soon as they are written, and their
   * deadlines do not matter; once he is gone, they do again.
   */
  @Test
  void batchLingersNoLongerThanItsLingerAlsoWhereSomebodyWaitedForMemoryAndWent() throws Exception {
    Batch.Place place = queue.reserve(view(8, 8), request()); // takes all the memory
    Thread waiting =
        new Thread(
            () -> {
              try {
                queue.reserve(view(8, 16), request());
              } catch (Exception e) {
                // it was interrupted
              }
            });
    waiting.start();
    await(() -> waiting.getState() == Thread.State.WAITING);
    CompletableFuture<Batch> taken = new CompletableFuture<>();
    Thread inference = new Thread(() -> taken.complete(queue.take()));
    inference.start();
    await(
        () ->
            inference.getState() == Thread.State.WAITING
                || inference.getState() == Thread.State.TIMED_WAITING);
    waiting.interrupt();
    waiting.join();
    queue.written(place);
    assertNotNull(taken.get(10, TimeUnit.SECONDS));
    queue.close();
  }
}
