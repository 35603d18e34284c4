package vggstream.train.step;

import java.nio.FloatBuffer;
import org.bytedeco.javacpp.FloatPointer;

/**
 * Floats in native memory, on the host or on the device; freed by {@link #close}.
 *
 * @param memory address of the first
 * @param elements number of values
 * @param onHost whether the host can read them
 * @param free gives the memory back
 */
record NativeTensor(FloatPointer memory, long elements, boolean onHost, Runnable free)
    implements AutoCloseable {

  /** Address of a value. */
  FloatPointer at(long index) {
    return memory.getPointer(index);
  }

  /** The values from an index on; valid until the tensor is closed. */
  FloatBuffer values(long first, int count) {
    if (!onHost) {
      throw new IllegalStateException("the tensor is not in the host's memory");
    }
    requireWithin(first, count);
    return at(first).capacity(count).asBuffer();
  }

  void requireWithin(long first, long count) {
    if (first < 0 || first + count > elements) {
      throw new IndexOutOfBoundsException(
          "values must be within 0..%d: were %d..%d".formatted(elements, first, first + count));
    }
  }

  @Override
  public void close() {
    free.run();
  }
}
