package vggstream.job.batch;

import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import vggstream.classify.ScaledView;
import vggstream.image.ImageFormat;
import vggstream.image.RgbImage;
import vggstream.image.Size;
import vggstream.localise.NotFiniteException;

/** One image on its way: gathers what is said of its views and is answered exactly once. */
final class Request implements MicroBatcher.Ticket {
  private static final Logger LOG = LoggerFactory.getLogger(Request.class);

  /** Who waits for the answer; null once answered or cancelled, so that nothing of it is held. */
  private final AtomicReference<@Nullable Consumer<Outcome>> receiver;

  private volatile @Nullable ByteBuffer encoded;

  // guarded by this
  private @Nullable Findings findings;
  private int scalesLeft;
  private @Nullable Size originalSize;
  private @Nullable ImageFormat format;
  private long decodeNanos;
  private long queueNanos;
  private long inferenceNanos;
  private int batchSize;

  Request(ByteBuffer encoded, Consumer<Outcome> answer) {
    this.encoded = encoded;
    this.receiver = new AtomicReference<>(answer);
  }

  /** The encoded bytes, once: they are not held any longer. Null if the request was cancelled. */
  @Nullable ByteBuffer takeEncoded() {
    ByteBuffer bytes = encoded;
    encoded = null;
    return isDone() ? null : bytes;
  }

  boolean isDone() {
    return receiver.get() == null;
  }

  @Override
  public void cancel() {
    receiver.set(null);
    encoded = null;
  }

  /** Called before the first view is handed to a batch. */
  synchronized void decoded(RgbImage image, int scales, Findings empty) {
    originalSize = image.originalSize();
    format = image.format();
    scalesLeft = scales;
    findings = empty;
  }

  synchronized void addDecodeNanos(long nanos) {
    decodeNanos += nanos;
  }

  /**
   * What the networks say of this image at one scale.
   *
   * @param slot of the view in the batch
   */
  void scored(
      ScaledView view,
      int slot,
      NetworkRun.Said said,
      long waitedNanos,
      long ranNanos,
      int imagesInBatch) {
    Outcome outcome;
    synchronized (this) {
      if (scalesLeft == 0) {
        return; // it was rejected at another scale
      }
      outcome = gather(view, slot, said, waitedNanos, ranNanos, imagesInBatch);
    }
    if (outcome != null) {
      complete(outcome);
    }
  }

  private @Nullable Outcome gather(
      ScaledView view,
      int slot,
      NetworkRun.Said said,
      long waitedNanos,
      long ranNanos,
      int imagesInBatch) {
    Findings found = findings;
    Size original = originalSize;
    ImageFormat encoding = format;
    if (found == null || original == null || encoding == null) {
      throw new IllegalStateException("scores before decoding");
    }
    Outcome outcome = null;
    try {
      found.add(view, slot, said);
      queueNanos = Math.max(queueNanos, waitedNanos);
      inferenceNanos += ranNanos;
      batchSize = Math.max(batchSize, imagesInBatch);
      scalesLeft--;
      if (scalesLeft == 0) {
        outcome = found.outcome(original, encoding, timings());
      }
    } catch (NotFiniteException e) {
      outcome = rejected(FailureReason.BOXES_NOT_FINITE, e);
    } catch (IllegalArgumentException e) {
      outcome = rejected(FailureReason.SCORES_NOT_FINITE, e);
    }
    if (outcome != null) {
      scalesLeft = 0;
      findings = null;
      found.end();
    }
    return outcome;
  }

  private static Outcome rejected(FailureReason reason, IllegalArgumentException e) {
    return new Outcome.Rejected(Stage.INFER, reason.name(), String.valueOf(e.getMessage()));
  }

  private Timings timings() {
    return new Timings(
        TimeUnit.NANOSECONDS.toMicros(decodeNanos),
        TimeUnit.NANOSECONDS.toMicros(queueNanos),
        TimeUnit.NANOSECONDS.toMicros(inferenceNanos),
        batchSize);
  }

  /** Answers unless it was answered or cancelled. Whoever asked must not break the batcher. */
  void complete(Outcome outcome) {
    Consumer<Outcome> answer = receiver.getAndSet(null);
    if (answer == null) {
      return;
    }
    encoded = null;
    try {
      answer.accept(outcome);
    } catch (Throwable e) { // an error too: the thread serves all images
      LOG.warn("An answer could not be delivered (its receiver is probably shutting down)", e);
    }
  }
}
