package vggstream.train.step;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import org.jspecify.annotations.Nullable;
import vggstream.model.Device;
import vggstream.train.network.CopyGraph;

/**
 * Copies between the host's buffers and a device's memory: in place on the processor; on CUDA by a
 * graph that only copies, in pieces through one staging tensor, for ONNX Runtime moves what is
 * bound on two sides.
 */
final class DeviceCopy implements AutoCloseable {
  private static final int PIECE = 1 << 20;

  private final @Nullable NativeSession session;
  private final @Nullable NativeTensor staging;

  DeviceCopy(Device device) {
    if (device instanceof Device.Cuda) {
      session = NativeSession.open(CopyGraph.model(), 1, device, true);
      staging = NativeSession.allocateOnHost(PIECE);
    } else {
      session = null;
      staging = null;
    }
  }

  /** Memory of the device, not zeroed; to be closed before this. */
  NativeTensor allocate(long elements) {
    return session == null
        ? NativeSession.allocateOnHost(elements)
        : session.allocateOnDevice(elements);
  }

  /** Copies all of a tensor to one of another device. */
  void transfer(NativeTensor from, NativeTensor to, DeviceCopy other) {
    FloatBuffer piece =
        ByteBuffer.allocateDirect(PIECE * Float.BYTES)
            .order(ByteOrder.nativeOrder())
            .asFloatBuffer();
    for (long first = 0; first < from.elements(); first += PIECE) {
      int n = (int) Math.min(PIECE, from.elements() - first);
      read(from, first, piece.clear().limit(n));
      other.load(to, first, piece.flip());
    }
  }

  /** Copies values of a tensor from an index on to what the buffer has left. */
  void read(NativeTensor from, long first, FloatBuffer into) {
    while (into.hasRemaining()) {
      int n = Math.min(PIECE, into.remaining());
      if (session == null || staging == null) {
        into.put(from.values(first, n));
      } else {
        move(session, from, first, staging, 0, n);
        into.put(staging.values(0, n));
      }
      first += n;
    }
  }

  /** Copies what the buffer has left to values of a tensor from an index on. */
  void load(NativeTensor to, long first, FloatBuffer from) {
    while (from.hasRemaining()) {
      int n = Math.min(PIECE, from.remaining());
      FloatBuffer piece = from.slice(from.position(), n);
      if (session == null || staging == null) {
        to.values(first, n).put(piece);
      } else {
        staging.values(0, n).put(piece);
        move(session, staging, 0, to, first, n);
      }
      from.position(from.position() + n);
      first += n;
    }
  }

  /** Sets all values to zero. */
  void zero(NativeTensor tensor) {
    FloatBuffer zeros = FloatBuffer.allocate((int) Math.min(PIECE, tensor.elements()));
    for (long first = 0; first < tensor.elements(); first += PIECE) {
      load(tensor, first, zeros.clear().limit((int) Math.min(PIECE, tensor.elements() - first)));
    }
  }

  private static void move(
      NativeSession session, NativeTensor from, long first, NativeTensor to, long at, int n) {
    try (NativeBinding binding = session.bind()) {
      binding.input(CopyGraph.FROM, from, first, n).output(CopyGraph.TO, to, at, n);
      session.run(binding);
    }
  }

  @Override
  public void close() {
    if (staging != null) {
      staging.close();
    }
    if (session != null) {
      session.close();
    }
  }
}
