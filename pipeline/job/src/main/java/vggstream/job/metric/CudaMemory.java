package vggstream.job.metric;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The memory of CUDA devices, asked for again and again by a thread of its own, so that whoever
 * wants to know never waits.
 */
final class CudaMemory implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(CudaMemory.class);

  private final NvidiaSmi cards;
  private final @Nullable String visible;
  private final ScheduledExecutorService thread;
  private volatile List<NvidiaSmi.Card> latest = List.of();
  private boolean failed; // of the one thread

  /**
   * @param visible which cards CUDA sees, in its order, as {@code CUDA_VISIBLE_DEVICES} says; null:
   *     all of them
   * @param interval from the end of one time to the next
   */
  CudaMemory(NvidiaSmi cards, @Nullable String visible, Duration interval) {
    this.cards = cards;
    this.visible = visible;
    thread =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread made = new Thread(task, "vgg-device-memory");
              made.setDaemon(true);
              return made;
            });
    thread.scheduleWithFixedDelay(this::ask, 0, interval.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void ask() {
    try {
      latest = cards.read();
      failed = false;
    } catch (IOException | RuntimeException e) {
      latest = List.of();
      if (!failed) {
        LOG.warn("The memory of the CUDA devices is not known: {}", e.getMessage());
      }
      failed = true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // closed
    }
  }

  /** As it was told last, of all processes on the device. */
  MemoryUse of(int device) {
    for (NvidiaSmi.Card card : latest) {
      if (is(card, device)) {
        return card.memory();
      }
    }
    return MemoryUse.NONE;
  }

  private boolean is(NvidiaSmi.Card card, int device) {
    if (visible == null || visible.isBlank()) {
      return card.index() == device;
    }
    String[] entries = visible.split(",", -1);
    if (device >= entries.length) {
      return false;
    }
    String entry = entries[device].strip();
    return entry.equals(Integer.toString(card.index()))
        || (entry.startsWith("GPU-") && card.uuid().startsWith(entry));
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
