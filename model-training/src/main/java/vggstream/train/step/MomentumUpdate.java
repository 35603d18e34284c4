package vggstream.train.step;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import vggstream.model.Device;
import vggstream.model.ModelException;
import vggstream.train.network.UpdateGraph;

/**
 * The momentum update, in place. On the processor it runs in pieces whose intermediate values stay
 * in the cache; it then passes over the memory once, and needs next to none of its own. Each thread
 * takes pieces of its own, so that none waits for the others within a piece.
 */
final class MomentumUpdate implements AutoCloseable {
  /** Values a piece, on the processor: seven such arrays must fit the cache. */
  private static final long PIECE = 1 << 16;

  /** Values a piece on a GPU: two temporary arrays of 256 MiB. */
  private static final long CUDA_PIECE = 1 << 26;

  private final NativeSession session;
  private final ExecutorService workers;
  private final int threads;
  private final DeviceCopy copy;
  private final NativeTensor scalars;
  private final List<NativeBinding> pieces = new ArrayList<>();

  MomentumUpdate(
      ParameterMemory parameters,
      ParameterMemory momentum,
      List<ParameterMemory> gradients,
      StepOptions options,
      DeviceCopy copy) {
    this.copy = copy;
    Device device = options.devices().get(0);
    boolean onDevice = device instanceof Device.Cuda;
    threads = onDevice ? 1 : options.threads();
    workers = Executors.newFixedThreadPool(threads, MomentumUpdate::thread);
    session = NativeSession.open(UpdateGraph.model(gradients.size()), 1, device, true);
    scalars = session.allocateOnDevice(4);
    long all = momentum.tensor().elements(); // the trained ones, which come first
    long piece = piece(device);
    for (long first = 0; first < all; ) {
      boolean weights = first < parameters.weights();
      long n = Math.min(piece, (weights ? parameters.weights() : all) - first);
      NativeBinding binding =
          session
              .bind()
              .input(UpdateGraph.LEARNING_RATE, scalars, 0)
              .input(UpdateGraph.MOMENTUM_FACTOR, scalars, 1)
              .input(UpdateGraph.WEIGHT_DECAY, scalars, weights ? 2 : 3)
              .input(UpdateGraph.PARAMETER, parameters.tensor(), first, n)
              .input(UpdateGraph.MOMENTUM, momentum.tensor(), first, n)
              .output(UpdateGraph.NEW_PARAMETER, parameters.tensor(), first, n)
              .output(UpdateGraph.NEW_MOMENTUM, momentum.tensor(), first, n);
      for (int r = 0; r < gradients.size(); r++) {
        binding.input(UpdateGraph.gradient(r), gradients.get(r).tensor(), first, n);
      }
      pieces.add(binding);
      first += n;
    }
  }

  /** Values that elementwise passes over a device's memory take at a time. */
  static long piece(Device device) {
    return device instanceof Device.Cuda ? CUDA_PIECE : PIECE;
  }

  void run(StepHyperparameters h) {
    copy.load(
        scalars,
        0,
        FloatBuffer.wrap(new float[] {h.learningRate(), h.momentum(), h.weightDecay(), 0f}));
    List<Future<?>> shares = new ArrayList<>();
    for (int t = 0; t < threads; t++) {
      int first = (int) ((long) pieces.size() * t / threads);
      int end = (int) ((long) pieces.size() * (t + 1) / threads);
      shares.add(workers.submit(() -> pieces.subList(first, end).forEach(session::run)));
    }
    await(shares);
  }

  /** Waits for all, also where one failed: they use the memory. */
  private static void await(List<Future<?>> shares) {
    RuntimeException failure = null;
    boolean interrupted = false;
    for (Future<?> share : shares) {
      while (true) {
        try {
          share.get();
          break;
        } catch (InterruptedException e) {
          interrupted = true;
        } catch (ExecutionException e) {
          failure = new ModelException("the update failed: " + e.getCause(), e);
          break;
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    if (failure != null) {
      throw failure;
    }
  }

  private static Thread thread(Runnable work) {
    Thread thread = new Thread(work, "vgg-update");
    thread.setDaemon(true);
    return thread;
  }

  @Override
  public void close() {
    workers.shutdown();
    pieces.forEach(NativeBinding::close);
    scalars.close();
    session.close();
  }
}
