package vggstream.job.metric;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Resident memory of this process, heap and native memory together, as Linux tells it. */
final class ProcessMemory {
  /** Where Linux tells it. */
  static final Path STATUS = Path.of("/proc/self/status");

  private static final Pattern RESIDENT = Pattern.compile("VmRSS:\\s+(\\d{1,15}) kB");

  private final Path status;

  ProcessMemory(Path status) {
    this.status = status;
  }

  /** Whether it is told here. */
  boolean isKnown() {
    return read().used() >= 0;
  }

  /**
   * The bytes in use, of those that the container may have or, without a limit, the machine has.
   */
  MemoryUse read() {
    return new MemoryUse(used(), total());
  }

  private long used() {
    List<String> lines;
    try {
      lines = Files.readAllLines(status);
    } catch (IOException e) {
      return MemoryUse.UNKNOWN; // not Linux
    }
    for (String line : lines) {
      Matcher resident = RESIDENT.matcher(line);
      if (resident.matches()) {
        return Long.parseLong(resident.group(1)) << 10;
      }
    }
    return MemoryUse.UNKNOWN;
  }

  private static long total() {
    return ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system
        ? system.getTotalMemorySize()
        : MemoryUse.UNKNOWN;
  }
}
