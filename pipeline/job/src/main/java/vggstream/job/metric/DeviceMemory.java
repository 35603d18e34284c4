package vggstream.job.metric;

import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import vggstream.model.Device;

/**
 * Memory of the devices of a process: its resident memory for the processor, and for CUDA devices
 * what the driver's {@code nvidia-smi} says. Those who ask share one thread that runs this program.
 * Thread-safe.
 */
public final class DeviceMemory implements AutoCloseable {
  private static final Duration INTERVAL = Duration.ofSeconds(10);
  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  private static final Object LOCK = new Object();
  private static @Nullable CudaMemory shared; // guarded by LOCK
  private static int users; // of the shared one; guarded by LOCK

  private final Map<String, Supplier<MemoryUse>> devices;
  private final Runnable release;
  private boolean closed;

  private DeviceMemory(Map<String, Supplier<MemoryUse>> devices, Runnable release) {
    this.devices = devices;
    this.release = release;
  }

  /**
   * For the processor and the CUDA devices among these; {@link Device.Auto} is the first one.
   *
   * @param used at least one
   */
  public static DeviceMemory open(Set<Device> used) {
    Optional<Path> program =
        used.stream().anyMatch(device -> !(device instanceof Device.Cpu))
            ? NvidiaSmi.find(System.getenv("PATH"))
            : Optional.empty();
    return open(
        used,
        new ProcessMemory(ProcessMemory.STATUS),
        program.map(DeviceMemory::acquire).orElse(null),
        program.isPresent() ? DeviceMemory::release : () -> {});
  }

  /**
   * @param cuda null where nobody tells
   */
  static DeviceMemory open(
      Set<Device> used, ProcessMemory process, @Nullable CudaMemory cuda, Runnable release) {
    Map<String, Supplier<MemoryUse>> devices = new LinkedHashMap<>();
    if (process.isKnown()) {
      devices.put(new Device.Cpu().toString(), process::read);
    }
    for (Device device : used) {
      if (cuda != null && !(device instanceof Device.Cpu)) {
        Device.Cuda known = device instanceof Device.Cuda given ? given : new Device.Cuda(0);
        devices.put(known.toString(), () -> cuda.of(known.index()));
      }
    }
    return new DeviceMemory(devices, release);
  }

  private static CudaMemory acquire(Path program) {
    synchronized (LOCK) {
      CudaMemory memory = shared;
      if (memory == null) {
        memory =
            new CudaMemory(
                new NvidiaSmi(program, TIMEOUT), System.getenv("CUDA_VISIBLE_DEVICES"), INTERVAL);
        shared = memory;
      }
      users++;
      return memory;
    }
  }

  private static void release() {
    synchronized (LOCK) {
      users--;
      if (users == 0 && shared != null) {
        shared.close();
        shared = null;
      }
    }
  }

  /** The devices whose memory can be told here, such as {@code cpu} and {@code cuda:0}. */
  public Set<String> devices() {
    return devices.keySet();
  }

  /**
   * The memory of a device as it is now; of a CUDA device as it was at most some seconds ago.
   *
   * @param device one of {@link #devices}
   */
  public MemoryUse of(String device) {
    Supplier<MemoryUse> memory = devices.get(device);
    if (memory == null) {
      throw new IllegalArgumentException(
          "device must be one of %s: was %s".formatted(devices.keySet(), device));
    }
    return memory.get();
  }

  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      release.run();
    }
  }
}
