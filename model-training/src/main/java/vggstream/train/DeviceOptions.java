package vggstream.train;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import vggstream.model.Device;

/** The options that say where and with how many threads to compute. */
final class DeviceOptions {
  @Option(
      names = "--device",
      defaultValue = "cpu",
      description =
          "cpu or cuda:N (default: ${DEFAULT-VALUE}); train takes several, such as cuda:0,cuda:1,"
              + " which share the images of a step.")
  private String device;

  @Option(
      names = "--threads",
      description = "Threads that compute, of each replica (default: one a core in all).")
  private int threads;

  @Option(
      names = "--loader-threads",
      description = "Threads that decode images (default: one for two cores).")
  private int loaderThreads;

  Device device(CommandSpec spec) {
    List<Device> devices = devices(spec, 1);
    if (devices.size() != 1) {
      throw new ParameterException(
          spec.commandLine(), "--device must be one device here: was " + device);
    }
    return devices.get(0);
  }

  /**
   * The devices of the replicas that train together.
   *
   * @param replicas on the processor; more than one only there
   */
  List<Device> devices(CommandSpec spec, int replicas) {
    List<Device> devices = new ArrayList<>();
    try {
      for (String one : device.split(",", -1)) {
        devices.add(Device.parse(one.strip()));
      }
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
    if (replicas == 1) {
      return devices;
    }
    if (replicas < 1 || !devices.equals(List.of(new Device.Cpu()))) {
      throw new ParameterException(
          spec.commandLine(),
          "--replicas must be at least 1, and 1 unless --device is cpu: was %d with %s"
              .formatted(replicas, device));
    }
    return Collections.nCopies(replicas, devices.get(0));
  }

  int threads(CommandSpec spec) {
    return threads(spec, List.of(new Device.Cpu()));
  }

  /** Threads of each replica: by default the replicas on the processor share its cores. */
  int threads(CommandSpec spec, List<Device> devices) {
    int cores = Runtime.getRuntime().availableProcessors();
    int sharing = (int) devices.stream().filter(Device.Cpu.class::isInstance).count();
    return atLeastOne(spec, "--threads", threads, Math.max(1, cores / Math.max(1, sharing)));
  }

  int loaderThreads(CommandSpec spec) {
    int preset = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
    return atLeastOne(spec, "--loader-threads", loaderThreads, preset);
  }

  private static int atLeastOne(CommandSpec spec, String option, int value, int preset) {
    if (value < 0) {
      throw new ParameterException(
          spec.commandLine(), "%s must be at least 1: was %d".formatted(option, value));
    }
    return value == 0 ? preset : value;
  }
}
