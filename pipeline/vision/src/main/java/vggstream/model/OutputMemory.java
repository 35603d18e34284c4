package vggstream.model;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import vggstream.tensor.DirectMemory;

/**
 * Memory for what one model is asked for, grown to the largest batch so far: batches of many shapes
 * follow each other without an allocation. Of one thread at a time.
 */
public final class OutputMemory implements AutoCloseable {
  private final ModelCard card;
  private final Set<Output> wanted;
  private final Map<Output, ByteBuffer> memory = new EnumMap<>(Output.class);

  /**
   * @param wanted at least one output of the model
   */
  public OutputMemory(ModelCard card, Set<Output> wanted) {
    this.card = card;
    this.wanted = EnumSet.copyOf(wanted);
  }

  /**
   * The memory as outputs of a batch; what was given before is not valid any more, and must not be
   * read: its memory may be gone.
   *
   * @throws IllegalArgumentException if the model has not one of the outputs, or a side is too
   *     small
   */
  public DenseOutputs outputs(int count, int height, int width) {
    return DenseOutputs.of(card, count, height, width, wanted, this::floats);
  }

  private FloatBuffer floats(Output output, int elements) {
    int bytes = Math.multiplyExact(elements, Float.BYTES);
    ByteBuffer buffer = memory.get(output);
    if (buffer == null || buffer.capacity() < bytes) {
      ByteBuffer smaller = memory.remove(output);
      if (smaller != null) {
        DirectMemory.free(smaller);
      }
      buffer = ByteBuffer.allocateDirect(bytes);
      memory.put(output, buffer);
    }
    return buffer.slice(0, bytes).order(ByteOrder.nativeOrder()).asFloatBuffer();
  }

  /** Gives the memory back; no outputs that were given are valid any more. */
  @Override
  public void close() {
    memory.values().forEach(DirectMemory::free);
    memory.clear();
  }
}
