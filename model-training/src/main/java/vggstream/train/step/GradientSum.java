package vggstream.train.step;

import vggstream.model.Device;
import vggstream.train.network.SumGraph;

/** Adds gradients to others, in place and in pieces whose values stay in the cache. */
final class GradientSum implements AutoCloseable {
  private final NativeSession session;
  private final long piece;

  GradientSum(int threads, Device device) {
    session = NativeSession.open(SumGraph.model(), threads, device, true);
    piece = MomentumUpdate.piece(device);
  }

  /** Adds each value of the second to that of the first; both lie on this sum's device. */
  void add(ParameterMemory sum, ParameterMemory addend) {
    long all = sum.tensor().elements();
    try (NativeBinding binding = session.bind()) {
      for (long first = 0; first < all; first += piece) {
        long n = Math.min(piece, all - first);
        binding
            .input(SumGraph.SUM, sum.tensor(), first, n)
            .input(SumGraph.ADDEND, addend.tensor(), first, n)
            .output(SumGraph.NEW_SUM, sum.tensor(), first, n);
        session.run(binding);
      }
    }
  }

  @Override
  public void close() {
    session.close();
  }
}
