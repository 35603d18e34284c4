package vggstream.job.batch;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.TreeMap;

/**
 * Direct buffers for batches, kept for reuse: a batch's shape changes with every camera, but its
 * rounded size seldom does. Keeps at most {@code limit} bytes that are not in use. Thread-safe.
 */
final class BufferPool {
  private static final long SMALLEST = 1 << 16;

  private final long limit;
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

  /** Returns a buffer; where too many are free, the smallest are forgotten. */
  synchronized void give(ByteBuffer buffer) {
    free.computeIfAbsent(buffer.capacity(), size -> new ArrayDeque<>()).push(buffer);
    freeBytes += buffer.capacity();
    while (freeBytes > limit) {
      Map.Entry<Integer, Deque<ByteBuffer>> smallest = free.firstEntry();
      smallest.getValue().pop();
      freeBytes -= smallest.getKey();
      if (smallest.getValue().isEmpty()) {
        free.remove(smallest.getKey());
      }
    }
  }

  /** Up to a power of two, or one of the three sizes between it and the one below. */
  static long roundUp(long bytes) {
    long atLeast = Math.max(bytes, SMALLEST);
    long step = Long.highestOneBit(atLeast - 1) >> 2;
    return (atLeast + step - 1) / step * step;
  }
}
