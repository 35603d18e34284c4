package vggstream.train.data;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Direct memory for images of many sizes that are let go of all at once: cut off large chunks one
 * after another, and cut anew after each {@link #reset}. It grows to what the largest batch has
 * needed. Thread-safe.
 */
final class PixelArena {
  /** Size of a chunk, and most bytes that are given at once; RescaleLimit's images are smaller. */
  static final int CHUNK = 64 << 20;

  private final List<ByteBuffer> chunks = new ArrayList<>();
  private int current; // the chunk that is cut
  private int used; // bytes of it

  /** Memory of its own, position 0, limit and capacity {@code bytes}, of any content. */
  synchronized ByteBuffer allocate(int bytes) {
    if (bytes > CHUNK) {
      throw new IllegalArgumentException(
          "bytes must be at most %d: was %d".formatted(CHUNK, bytes));
    }
    if (current < chunks.size() && used + bytes > CHUNK) {
      current++;
      used = 0;
    }
    if (current == chunks.size()) {
      chunks.add(ByteBuffer.allocateDirect(CHUNK));
    }
    ByteBuffer memory = chunks.get(current).slice(used, bytes);
    used += bytes;
    return memory;
  }

  /** Takes all memory back. */
  synchronized void reset() {
    current = 0;
    used = 0;
  }
}
