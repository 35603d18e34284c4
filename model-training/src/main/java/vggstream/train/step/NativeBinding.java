package vggstream.train.step;

import static org.bytedeco.onnxruntime.global.onnxruntime.ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT;
import static org.bytedeco.onnxruntime.global.onnxruntime.ONNX_TENSOR_ELEMENT_DATA_TYPE_INT64;
import static org.bytedeco.onnxruntime.global.onnxruntime.ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT8;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.onnxruntime.IoBinding;
import org.bytedeco.onnxruntime.Value;

/**
 * Which memory a session reads and writes. What is bound stays bound, and is not copied where it
 * lies on the session's device; an input that lies elsewhere is copied when it is bound. The memory
 * must outlive the binding's runs.
 */
@SuppressWarnings("try") // a PointerScope works by being open
final class NativeBinding implements AutoCloseable {
  private final IoBinding binding;
  private final NativeSession session;

  NativeBinding(IoBinding binding, NativeSession session) {
    this.binding = binding;
    this.session = session;
  }

  IoBinding nativeBinding() {
    return binding;
  }

  /** Binds a part of a tensor, as a tensor of a shape, to an input. */
  NativeBinding input(String name, NativeTensor tensor, long first, long... shape) {
    try (PointerScope scope = new PointerScope()) {
      binding.BindInput(name, session.view(tensor, first, shape));
    }
    return this;
  }

  /** Binds a part of a tensor, as a tensor of a shape, to an output. */
  NativeBinding output(String name, NativeTensor tensor, long first, long... shape) {
    try (PointerScope scope = new PointerScope()) {
      binding.BindOutput(name, session.view(tensor, first, shape));
    }
    return this;
  }

  // Slices, for JavaCPP counts a void pointer's position in bytes, whatever the buffer holds.

  /** Binds what a direct buffer has remaining to a uint8 input. */
  void bytes(String name, ByteBuffer data, long... shape) {
    try (PointerScope scope = new PointerScope()) {
      bind(
          name,
          new BytePointer(data),
          data.remaining(),
          shape,
          ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT8);
    }
  }

  /** Binds what a direct buffer has remaining to an int64 input. */
  void longs(String name, LongBuffer data, long... shape) {
    try (PointerScope scope = new PointerScope()) {
      long size = (long) data.remaining() * Long.BYTES;
      bind(name, new LongPointer(data.slice()), size, shape, ONNX_TENSOR_ELEMENT_DATA_TYPE_INT64);
    }
  }

  /** Binds what a direct buffer has remaining to a float input. */
  void floats(String name, FloatBuffer data, long... shape) {
    try (PointerScope scope = new PointerScope()) {
      long size = (long) data.remaining() * Float.BYTES;
      bind(name, new FloatPointer(data.slice()), size, shape, ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT);
    }
  }

  private void bind(String name, Pointer data, long bytes, long[] shape, int type) {
    binding.BindInput(
        name,
        Value.CreateTensor(NativeSession.hostMemory(), data, bytes, shape, shape.length, type));
  }

  @Override
  public void close() {
    binding.releaseReference();
  }
}
