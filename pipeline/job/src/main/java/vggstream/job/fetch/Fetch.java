package vggstream.job.fetch;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.IntToLongFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import vggstream.job.codec.DeadLetterReason;
import vggstream.job.codec.Reference;
import vggstream.job.config.FetchOptions;

/**
 * One image on its way: attempts with pauses between them, and one deadline for all, which begins
 * with the first. Handed over at most once.
 */
final class Fetch implements Fetcher.Ticket {
  private static final Logger LOG = LoggerFactory.getLogger(Fetch.class);

  private static final int LONGEST_CAUSE = 500;

  private final Reference reference;
  private final AtomicReference<@Nullable Consumer<Fetched>> receiver;
  private final ReferenceReader reader;
  private final FetchOptions options;
  private final IntToLongFunction pauseMillis;
  private final FetchStatistics statistics;
  private final ScheduledThreadPoolExecutor reading;
  private final ScheduledThreadPoolExecutor deadlines;

  // guarded by this
  private @Nullable Future<?> attempt;
  private @Nullable Future<?> deadline;
  private int failed;

  Fetch(
      Reference reference,
      Consumer<Fetched> receiver,
      ReferenceReader reader,
      FetchOptions options,
      IntToLongFunction pauseMillis,
      FetchStatistics statistics,
      ScheduledThreadPoolExecutor reading,
      ScheduledThreadPoolExecutor deadlines) {
    this.reference = reference;
    this.receiver = new AtomicReference<>(receiver);
    this.reader = reader;
    this.options = options;
    this.pauseMillis = pauseMillis;
    this.statistics = statistics;
    this.reading = reading;
    this.deadlines = deadlines;
  }

  void begin() {
    schedule(0);
  }

  private boolean isDone() {
    return receiver.get() == null;
  }

  private synchronized void schedule(long millis) {
    if (isDone()) {
      return;
    }
    try {
      attempt = reading.schedule(this::attempt, millis, TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      receiver.set(null); // the fetcher is closed
    }
  }

  private synchronized void armDeadline() {
    if (deadline != null || isDone()) {
      return;
    }
    try {
      deadline =
          deadlines.schedule(this::timeOut, options.timeout().toMillis(), TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      receiver.set(null); // the fetcher is closed
    }
  }

  private void attempt() {
    armDeadline();
    if (isDone()) {
      return;
    }
    Fetched outcome;
    try {
      byte[] bytes = reader.read(reference);
      statistics.read(bytes.length);
      outcome = new Fetched.Image(ByteBuffer.wrap(bytes));
    } catch (FetchRefusedException e) {
      outcome = new Fetched.Refused(e.reason(), String.valueOf(e.getMessage()));
    } catch (IOException | RuntimeException e) { // file systems throw the latter too
      outcome = failed(e);
    } catch (Throwable e) { // a library, memory: not the image's fault
      outcome = new Fetched.Broken(e);
    }
    if (outcome != null) {
      complete(outcome);
    }
  }

  /** What is to be said of a failure; null if there is another attempt. */
  private synchronized @Nullable Fetched failed(Exception e) {
    failed++;
    if (reading.isShutdown()) {
      receiver.set(null);
      return null;
    }
    if (failed < options.attempts()) {
      LOG.debug("Attempt {} at {} failed", failed, reference.uri(), e);
      statistics.retried();
      schedule(pauseMillis.applyAsLong(failed));
      return null;
    }
    String cause = e.toString();
    return new Fetched.Refused(
        DeadLetterReason.REFERENCE_UNREADABLE,
        "%s could not be read at %d attempts: %s"
            .formatted(
                reference.uri(),
                failed,
                cause.length() <= LONGEST_CAUSE ? cause : cause.substring(0, LONGEST_CAUSE)));
  }

  private void timeOut() {
    complete(
        new Fetched.Refused(
            DeadLetterReason.REFERENCE_TIMEOUT,
            "%s must be read within %s: was not".formatted(reference.uri(), options.timeout())));
    cancel();
  }

  private void complete(Fetched outcome) {
    Consumer<Fetched> waiting = receiver.getAndSet(null);
    if (waiting == null) {
      return;
    }
    synchronized (this) {
      if (deadline != null) {
        deadline.cancel(false);
      }
    }
    try {
      waiting.accept(outcome);
    } catch (Throwable e) { // an error too: the thread serves all images
      LOG.warn("An image could not be handed over (its receiver is probably shutting down)", e);
    }
  }

  @Override
  public synchronized void cancel() {
    receiver.set(null);
    if (attempt != null) {
      attempt.cancel(true);
    }
    if (deadline != null) {
      deadline.cancel(false);
    }
  }
}
