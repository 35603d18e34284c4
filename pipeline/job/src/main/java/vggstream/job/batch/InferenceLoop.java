package vggstream.job.batch;

import java.nio.ByteBuffer;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import vggstream.model.ModelMemoryException;
import vggstream.tensor.PixelBatch;

/**
 * One thread that runs batches. A run that fails is repeated in halves until the culprit is alone;
 * one for which memory did not suffice, too, and from then on no batch is larger than the half that
 * was tried next.
 */
final class InferenceLoop implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(InferenceLoop.class);

  private final NetworkRun networks;
  private final BatchQueue queue;
  private final RunLimit limit;
  private final BatchStatistics statistics;

  InferenceLoop(Networks networks, BatchQueue queue, RunLimit limit, BatchStatistics statistics) {
    this.networks = new NetworkRun(networks);
    this.queue = queue;
    this.limit = limit;
    this.statistics = statistics;
  }

  @Override
  public void run() {
    try {
      runBatches();
    } finally {
      networks.close();
    }
  }

  private void runBatches() {
    for (Batch batch = queue.take(); batch != null; batch = queue.take()) {
      List<Request> requests = batch.requests();
      try {
        if (!requests.stream().allMatch(Request::isDone)) {
          run(batch, 0, requests.size());
        }
      } catch (Throwable e) { // a native library, memory, the device: not the images' fault
        LOG.error("A batch of {} images {} failed", requests.size(), batch.size(), e);
        requests.forEach(request -> request.complete(new Outcome.Broken(e)));
      } finally {
        queue.release(batch);
      }
    }
  }

  private void run(Batch batch, int from, int to) {
    int most = limit.images(batch.size(), batch.slots());
    if (to - from > most) { // it was put together before the limit was halved
      for (int i = from; i < to; i += most) {
        run(batch, i, Math.min(to, i + most));
      }
      return;
    }
    int images = to - from;
    PixelBatch pixels = part(batch, from, images);
    long start = System.nanoTime();
    NetworkRun.Said said;
    try {
      said = networks.run(pixels);
    } catch (RuntimeException e) {
      failed(batch, from, to, e);
      return;
    }
    long nanos = System.nanoTime() - start;
    statistics.ran(images, batch.capacity(), nanos);
    for (int i = from; i < to; i++) {
      Request request = batch.requests().get(i);
      if (!request.isDone()) {
        request.scored(
            batch.scaledViews().get(i),
            (i - from) * batch.slots(),
            said,
            Math.max(0, start - batch.waitingSince(i)),
            nanos,
            images);
      }
    }
  }

  private void failed(Batch batch, int from, int to, RuntimeException e) {
    int images = to - from;
    boolean memory = e instanceof ModelMemoryException;
    if (images == 1) {
      LOG.warn("An image {} failed, alone in its batch", batch.size(), e);
      requireNetworks(e);
      batch.requests().get(from).complete(rejected(memory, e));
      return;
    }
    if (memory) {
      limit.exceeded(batch.size(), batch.slots(), images);
      LOG.warn(
          "Memory does not suffice for {} images {}: from now on no run has more than {} pixels",
          images,
          batch.size(),
          limit.pixels(),
          e);
    } else {
      LOG.warn("A batch of {} images {} failed and is split", images, batch.size(), e);
    }
    statistics.split();
    int middle = from + images / 2;
    run(batch, from, middle);
    run(batch, middle, to);
  }

  /** Before an image is blamed: do the networks run at all? */
  private void requireNetworks(RuntimeException onImage) {
    try {
      networks.probe();
    } catch (RuntimeException e) {
      throw new NetworkLostException(e, onImage);
    }
  }

  private static PixelBatch part(Batch batch, int from, int images) {
    PixelBatch all = batch.pixels();
    int height = batch.size().height();
    int width = batch.size().width();
    int count = images * batch.slots();
    if (from == 0) {
      all.setCount(count);
      return all;
    }
    all.setCount(all.capacity());
    int start = Math.toIntExact(PixelBatch.bytes(from * batch.slots(), height, width));
    int bytes = Math.toIntExact(PixelBatch.bytes(count, height, width));
    ByteBuffer slots = all.pixels().slice(start, bytes);
    return new PixelBatch(slots, count, height, width); // (N, H, W, 3)
  }

  private static Outcome rejected(boolean memory, RuntimeException e) {
    String message = e.getMessage() == null ? e.toString() : e.getMessage();
    FailureReason reason = memory ? FailureReason.OUT_OF_MEMORY : FailureReason.INFERENCE_FAILED;
    return new Outcome.Rejected(Stage.INFER, reason.name(), message);
  }
}
