package vggstream.job.batch;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import vggstream.classify.ScaledView;
import vggstream.image.Size;

/**
 * The batches that are being filled or wait to be run, one open batch a size. Bounded by memory:
 * who needs a new batch waits until there is room, and while anybody waits, batches do not linger.
 *
 * <p>A batch is run when it is full, its first image has waited for the linger, or somebody waits
 * for memory; of several the oldest first, so no size starves.
 */
final class BatchQueue {
  private final RunLimit limit;
  private final long lingerNanos;
  private final long memory;
  private final BufferPool pool;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition runnable = lock.newCondition();
  private final Condition room = lock.newCondition();
  private final Map<Size, Batch> open = new HashMap<>();
  private final Set<Batch> waiting = new LinkedHashSet<>(); // oldest first; the open ones too
  private final List<Batch> abandoned = new ArrayList<>(); // since it is closed
  private long bytesInUse;
  private int waitingForRoom;
  private boolean closed;

  /**
   * @param limit most images of a batch
   * @param lingerNanos how long an image may wait for others
   * @param memory most bytes of all batches, unless there is only one
   */
  BatchQueue(RunLimit limit, long lingerNanos, long memory) {
    this.limit = limit;
    this.lingerNanos = lingerNanos;
    this.memory = memory;
    this.pool = new BufferPool(memory);
  }

  /**
   * A place for an image in a batch of its size; waits while there is no memory for a new batch.
   *
   * @throws CancellationException if the queue is closed
   */
  Batch.Place reserve(ScaledView view, Request request) throws InterruptedException {
    Size size = view.size();
    long start = System.nanoTime();
    lock.lockInterruptibly();
    try {
      while (true) {
        if (closed) {
          throw new CancellationException("the batcher is closed");
        }
        Batch batch = open.get(size);
        if (batch == null) {
          batch = openBatch(view);
          if (batch != null) {
            runnable.signal(); // a new deadline to wait for
          }
        }
        if (batch != null) {
          Batch.Place place = batch.add(request, view, System.nanoTime() - start);
          if (batch.isFull()) {
            open.remove(size);
          }
          return place;
        }
        waitingForRoom++;
        try {
          runnable.signalAll();
          room.await();
        } finally {
          waitingForRoom--;
        }
      }
    } finally {
      lock.unlock();
    }
  }

  private @Nullable Batch openBatch(ScaledView view) {
    Size size = view.size();
    int slots = view.slots();
    int capacity = limit.images(size, slots);
    while (capacity > 1 && Batch.bytes(size, slots, capacity) > memory) {
      capacity--;
    }
    long bytes = Batch.bytes(size, slots, capacity);
    if (bytesInUse > 0 && bytesInUse + bytes > memory) {
      return null;
    }
    Batch batch = new Batch(size, slots, capacity, System.nanoTime() + lingerNanos, pool);
    bytesInUse += bytes;
    open.put(size, batch);
    waiting.add(batch);
    return batch;
  }

  /** The pixels of a place were written, or never will be. */
  void written(Batch.Place place) {
    lock.lock();
    try {
      Batch batch = place.batch();
      long now = System.nanoTime();
      batch.written(place, now);
      if (batch.isWritten() && isDue(batch, now)) {
        runnable.signal();
      }
    } finally {
      lock.unlock();
    }
  }

  /** The next batch to run, waiting for it; null once the queue is closed. */
  @Nullable Batch take() {
    lock.lock();
    try {
      while (!closed) {
        long now = System.nanoTime();
        long wait = Long.MAX_VALUE;
        for (Batch batch : waiting) {
          long left = batch.deadlineNanos() - now;
          boolean due = isDue(batch, now);
          if (due && batch.isWritten()) {
            waiting.remove(batch);
            open.remove(batch.size(), batch);
            if (!waiting.isEmpty()) {
              runnable.signal(); // somebody else must watch the others' deadlines
            }
            return batch;
          }
          if (left > 0) { // also of those that are due now: whoever waits for memory may go
            wait = Math.min(wait, left);
          }
        }
        if (wait == Long.MAX_VALUE) {
          runnable.awaitUninterruptibly();
        } else {
          awaitNanos(wait);
        }
      }
      return null;
    } finally {
      lock.unlock();
    }
  }

  /** Whether a batch is run as soon as its images are written. */
  private boolean isDue(Batch batch, long now) {
    return batch.isFull() || batch.deadlineNanos() - now <= 0 || waitingForRoom > 0;
  }

  @SuppressWarnings("WaitNotInLoop") // take() is the loop
  private void awaitNanos(long nanos) {
    try {
      long left = runnable.awaitNanos(nanos);
      assert left <= nanos;
    } catch (InterruptedException e) {
      // only close() ends the batcher's threads
    }
  }

  /** A batch was run: its memory is free again. */
  void release(Batch batch) {
    batch.free();
    lock.lock();
    try {
      bytesInUse -= batch.bytes();
      room.signalAll();
    } finally {
      lock.unlock();
    }
  }

  long bytesInUse() {
    lock.lock();
    try {
      return bytesInUse;
    } finally {
      lock.unlock();
    }
  }

  /** Gives the memory of batches back, that of one that runs when it is {@link #release}d. */
  void freeMemory() {
    List<Batch> left;
    lock.lock();
    try {
      left = List.copyOf(abandoned);
      abandoned.clear();
    } finally {
      lock.unlock();
    }
    left.forEach(this::release);
    pool.close();
  }

  /**
   * Wakes everybody with the news, and returns the images that will not be run. Their batches may
   * still be written; {@link #freeMemory} is for when nobody does any more.
   */
  List<Request> close() {
    lock.lock();
    try {
      closed = true;
      List<Request> left = new ArrayList<>();
      waiting.forEach(batch -> left.addAll(batch.requests()));
      abandoned.addAll(waiting);
      waiting.clear();
      open.clear();
      runnable.signalAll();
      room.signalAll();
      return left;
    } finally {
      lock.unlock();
    }
  }
}
