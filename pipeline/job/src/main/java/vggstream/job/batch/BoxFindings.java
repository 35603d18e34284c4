package vggstream.job.batch;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.jspecify.annotations.Nullable;
import vggstream.classify.ScaledView;
import vggstream.image.ImageFormat;
import vggstream.image.Size;
import vggstream.localise.Localisation;
import vggstream.model.ModelCard;

/**
 * Classes and boxes. An image's candidates may take megabytes, so the memory for them is taken when
 * the first view was run, and handed on to another image at the end.
 */
final class BoxFindings implements Findings {

  /** Memory that no image uses at the moment. Thread-safe. */
  static final class Memory {
    private final ModelCard card;
    private final BlockingQueue<Localisation> free;

    /**
     * @param most images whose memory is kept
     */
    Memory(ModelCard card, int most) {
      this.card = card;
      this.free = new ArrayBlockingQueue<>(most);
    }

    private Localisation take(Size original) {
      Localisation localisation = free.poll();
      if (localisation == null) {
        return new Localisation(card, original);
      }
      localisation.restart(original);
      return localisation;
    }

    private void give(Localisation localisation) {
      boolean kept = free.offer(localisation);
      assert kept || free.remainingCapacity() == 0;
    }
  }

  private final Memory memory;
  private final Size original;
  private final int most;
  private @Nullable Localisation localisation;

  /**
   * @param original size of the upright original
   * @param most boxes of an answer, at least 1
   */
  BoxFindings(Memory memory, Size original, int most) {
    this.memory = memory;
    this.original = original;
    this.most = most;
  }

  private Localisation localisation() {
    if (localisation == null) {
      localisation = memory.take(original);
    }
    return localisation;
  }

  @Override
  public void add(ScaledView view, int slot, NetworkRun.Said said) {
    localisation().add(view, slot, said.classes(), said.boxes(), said.ratings());
  }

  @Override
  public Outcome outcome(Size size, ImageFormat format, Timings timings) {
    Localisation found = localisation();
    return new Outcome.Classified(found.posterior(), found.top(most), size, format, timings);
  }

  @Override
  public void end() {
    if (localisation != null) {
      memory.give(localisation);
      localisation = null;
    }
  }
}
