package vggstream.train;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import vggstream.model.Device;

/** The options that say where and with how many threads to compute. */
final class DeviceOptions {
  @Option(
      names = "--device",
      defaultValue = "cpu",
      description = "cpu or cuda:N (default: ${DEFAULT-VALUE}).")
  private String device;

  @Option(names = "--threads", description = "Threads that compute (default: one a core).")
  private int threads;

  @Option(
      names = "--loader-threads",
      description = "Threads that decode images (default: one for two cores).")
  private int loaderThreads;

  Device device(CommandSpec spec) {
    try {
      return Device.parse(device);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
  }

  int threads(CommandSpec spec) {
    return atLeastOne(spec, "--threads", threads, Runtime.getRuntime().availableProcessors());
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
