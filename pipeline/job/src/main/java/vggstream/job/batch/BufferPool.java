package vggstream.job.batch;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.TreeMap;
import vggstream.tensor.DirectMemory;

/**
 * Direct buffers for batches, kept for reuse: a batch's shape changes with every camera, but its
 * rounded size seldom does. Keeps at most {@code limit} bytes that are not in use, and once it is
 * closed none. Thread-safe.
 */
final class BufferPool implements AutoCloseable {
  private static final long SMALLEST = 1 << 16;

  private long limit;
  private final TreeMap<Integer, Deque<ByteBuffer>> free = new TreeMap<>();
  private long freeBytes;

  BufferPool(long limit) {
    this.limit = limit;
  }

  /** A buffer of at least this many bytes. */
  ByteBuffer take(long bytes) {
    int rounded = Math.toIntExact(roundUp(bytes));
    synchronized (this) {
      Deque<ByteBuffer> buffers = free.get(rounded);
      if (buffers != null) {
        ByteBuffer buffer = buffers.pop();
        if (buffers.isEmpty()) {
          free.remove(rounded);
        }
        freeBytes -= rounded;
        return buffer;
      }
    }
    return ByteBuffer.allocateDirect(rounded);
  }

  /**
   * Returns a buffer, which nobody may use afterwards; where too many are free, the smallest give
   * their memory back.
   */
  synchronized void give(ByteBuffer buffer) {
    free.computeIfAbsent(buffer.capacity(), size -> new ArrayDeque<>()).push(buffer);
    freeBytes += buffer.capacity();
    shrink();
  }

  private void shrink() {
    while (freeBytes > limit) {
      Map.Entry<Integer, Deque<ByteBuffer>> smallest = free.firstEntry();
      DirectMemory.free(smallest.getValue().pop());
      freeBytes -= smallest.getKey();
      if (smallest.getValue().isEmpty()) {
        free.remove(smallest.getKey());
      }
    }
  }

  /** Gives all memory back, that of the buffers in use when they are returned. */
  @Override
  public synchronized void close() {
    limit = 0;
    shrink();
  }

  /** Up to a power of two, or one of the three sizes between it and the one below. */
  static long roundUp(long bytes) {
    long atLeast = Math.max(bytes, SMALLEST);
    long step = Long.highestOneBit(atLeast - 1) >> 2;
    return (atLeast + step - 1) / step * step;
  }
}
