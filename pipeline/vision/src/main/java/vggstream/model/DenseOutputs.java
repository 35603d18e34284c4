package vggstream.model;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;

/**
 * The memory that a run writes its outputs to: one direct float buffer an output asked for. Made
 * once for a batch shape and reused ({@link OutputMemory}: for any shape); what is not asked for is
 * not copied out of the runtime.
 */
public final class DenseOutputs {
  private final int count;
  private final int height;
  private final int width;
  private final Map<Output, FloatBuffer> buffers;
  private final Map<Output, long[]> shapes;

  private DenseOutputs(
      int count,
      int height,
      int width,
      Map<Output, FloatBuffer> buffers,
      Map<Output, long[]> shapes) {
    this.count = count;
    this.height = height;
    this.width = width;
    this.buffers = buffers;
    this.shapes = shapes;
  }

  /**
   * Memory for the outputs of a batch of {@code count} images of {@code height} x {@code width}.
   *
   * @throws IllegalArgumentException if the model has not one of the outputs, or a side is too
   *     small
   */
  public static DenseOutputs allocate(
      ModelCard card, int count, int height, int width, Set<Output> wanted) {
    return of(
        card,
        count,
        height,
        width,
        wanted,
        (output, elements) ->
            ByteBuffer.allocateDirect(Math.multiplyExact(elements, Float.BYTES))
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer());
  }

  /** Where the memory of an output comes from. */
  interface Memory {
    /** Direct, in native order, of this capacity. */
    FloatBuffer floats(Output output, int elements);
  }

  static DenseOutputs of(
      ModelCard card, int count, int height, int width, Set<Output> wanted, Memory memory) {
    if (wanted.isEmpty()) {
      throw new IllegalArgumentException("at least one output must be asked for");
    }
    Map<Output, FloatBuffer> buffers = new EnumMap<>(Output.class);
    Map<Output, long[]> shapes = new EnumMap<>(Output.class);
    for (Output output : wanted) {
      long[] shape = shape(card, output, count, height, width);
      long elements = 1;
      for (long d : shape) {
        elements = Math.multiplyExact(elements, d);
      }
      buffers.put(output, memory.floats(output, Math.toIntExact(elements)));
      shapes.put(output, shape);
    }
    return new DenseOutputs(count, height, width, buffers, shapes);
  }

  /**
   * The memory of the first images, for a batch that is not full; a view, not a copy.
   *
   * @param images 1..{@link #count}
   */
  public DenseOutputs first(int images) {
    if (images < 1 || images > count) {
      throw new IllegalArgumentException(
          "images must be within 1..%d: was %d".formatted(count, images));
    }
    Map<Output, FloatBuffer> firstBuffers = new EnumMap<>(Output.class);
    Map<Output, long[]> firstShapes = new EnumMap<>(Output.class);
    buffers.forEach(
        (output, buffer) ->
            firstBuffers.put(output, buffer.slice(0, buffer.capacity() / count * images)));
    shapes.forEach(
        (output, shape) -> {
          long[] firstShape = shape.clone();
          firstShape[0] = images;
          firstShapes.put(output, firstShape);
        });
    return new DenseOutputs(images, height, width, firstBuffers, firstShapes);
  }

  /**
   * The shape of an output for a batch.
   *
   * @throws IllegalArgumentException if a model of this card has no such output
   */
  public static long[] shape(ModelCard card, Output output, int count, int height, int width) {
    if (!card.task().outputs().contains(output)) {
      throw new IllegalArgumentException(
          "a model of task %s has no output %s".formatted(card.task(), output.graphName()));
    }
    long h = card.mapSide(height);
    long w = card.mapSide(width);
    return switch (output) {
      case SCORES -> new long[] {count, card.classCount()}; // (N, K)
      case SCORE_MAP -> new long[] {count, card.classCount(), h, w}; // (N, K, h, w)
      case FEATURES -> new long[] {count, card.featureCount()}; // (N, F)
      case BOX_MAP -> new long[] {count, card.boxChannels(), h, w}; // (N, 4 or 4K, h, w)
    };
  }

  /** Number of images, N. */
  public int count() {
    return count;
  }

  /** Height of the input images. */
  public int height() {
    return height;
  }

  /** Width of the input images. */
  public int width() {
    return width;
  }

  /** The outputs asked for. */
  public Set<Output> wanted() {
    return buffers.keySet();
  }

  /**
   * The values of an output, row-major, from index 0; the buffer itself, not a copy.
   *
   * @throws IllegalArgumentException if it was not asked for
   */
  public FloatBuffer get(Output output) {
    FloatBuffer buffer = buffers.get(output);
    if (buffer == null) {
      throw new IllegalArgumentException(output.graphName() + " was not asked for");
    }
    return buffer;
  }

  /** The shape of an output. */
  public long[] shape(Output output) {
    long[] shape = shapes.get(output);
    if (shape == null) {
      throw new IllegalArgumentException(output.graphName() + " was not asked for");
    }
    return shape.clone();
  }
}
