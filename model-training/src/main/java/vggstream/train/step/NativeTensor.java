package vggstream.train.step;

import java.nio.FloatBuffer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.onnxruntime.Value;

/**
 * A float tensor in native memory, on the host or on the device; freed by {@link #close}.
 *
 * @param value the native tensor
 * @param elements number of values
 * @param onHost whether the host can read it
 */
record NativeTensor(Value value, long elements, boolean onHost) implements AutoCloseable {

  /** Address of a value. */
  FloatPointer at(long index) {
    return value.GetTensorMutableDataFloat().getPointer(index);
  }

  /** The values from an index on; valid until the tensor is closed. */
  FloatBuffer values(long first, int count) {
    if (!onHost) {
      throw new IllegalStateException("the tensor is not in the host's memory");
    }
    if (first < 0 || first + count > elements) {
      throw new IndexOutOfBoundsException(
          "values must be within 0..%d: were %d..%d".formatted(elements, first, first + count));
    }
    return at(first).capacity(count).asBuffer();
  }

  @Override
  public void close() {
    value.releaseReference();
  }
}
