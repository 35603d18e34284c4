package vggstream.model;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Whether this machine has an NVIDIA driver: asked before a runtime unpacks its CUDA libraries. */
final class NvidiaDriver {
  /** What the driver shows on Linux; the last under WSL. */
  static final List<Path> DEVICES =
      List.of(
          Path.of("/dev/nvidiactl"), Path.of("/proc/driver/nvidia/version"), Path.of("/dev/dxg"));

  private NvidiaDriver() {}

  /** Why there is none; empty if there is one, or it cannot be told. */
  static Optional<String> absence() {
    return absence(System.getProperty("os.name", ""), DEVICES);
  }

  static Optional<String> absence(String os, List<Path> devices) {
    String system = os.toLowerCase(Locale.ROOT);
    if (system.contains("mac")) {
      return Optional.of("there is no CUDA on " + os);
    }
    if (!system.contains("linux") || devices.stream().anyMatch(Files::exists)) {
      return Optional.empty();
    }
    return Optional.of("this machine has no NVIDIA driver: none of " + devices + " exists");
  }
}
