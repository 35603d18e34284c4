package vggstream.model;

/**
 * How a model is run.
 *
 * @param device where
 * @param threads threads of one run on the processor; 0: as many as there are cores
 * @param spinning whether idle threads of a run spin while they wait for work: faster for one run
 *     at a time on a machine of its own, wasteful beside other work
 * @param gpuMemoryLimit bytes that the CUDA arena may take; 0: no limit
 */
public record ModelOptions(Device device, int threads, boolean spinning, long gpuMemoryLimit) {

  public ModelOptions {
    if (threads < 0) {
      throw new IllegalArgumentException("threads must be at least 0: was " + threads);
    }
    if (gpuMemoryLimit < 0) {
      throw new IllegalArgumentException(
          "gpuMemoryLimit must be at least 0: was " + gpuMemoryLimit);
    }
  }

  /** One run at a time with all cores, no limit. */
  public static ModelOptions on(Device device) {
    return new ModelOptions(device, 0, true, 0);
  }

  public ModelOptions withDevice(Device newDevice) {
    return new ModelOptions(newDevice, threads, spinning, gpuMemoryLimit);
  }

  /** {@link #threads}, resolved: at least 1. */
  public int effectiveThreads() {
    return threads == 0 ? Runtime.getRuntime().availableProcessors() : threads;
  }

  public ModelOptions withThreads(int newThreads) {
    return new ModelOptions(device, newThreads, spinning, gpuMemoryLimit);
  }

  public ModelOptions withSpinning(boolean newSpinning) {
    return new ModelOptions(device, threads, newSpinning, gpuMemoryLimit);
  }
}
