package vggstream.local.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Resident memory of a process ({@code VmRSS} of {@code /proc}), read once a second. Linux. */
final class ResidentMemory implements AutoCloseable {
  private record Sample(long nanos, double mebibytes) {}

  private final Path status;
  private final long start;
  private final List<Sample> samples = new ArrayList<>(); // guarded by this
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "resident-memory");
            thread.setDaemon(true);
            return thread;
          });

  /**
   * Begins to read.
   *
   * @param start {@link System#nanoTime} from which times are counted
   */
  ResidentMemory(Child process, long start) {
    this.status = Path.of("/proc", Long.toString(process.pid()), "status");
    this.start = start;
    clock.scheduleAtFixedRate(this::sample, 0, 1, TimeUnit.SECONDS);
  }

  private void sample() {
    try {
      for (String line : Files.readAllLines(status)) {
        if (line.startsWith("VmRSS:")) {
          double kibibytes = Double.parseDouble(line.replaceAll("[^0-9]", ""));
          synchronized (this) {
            samples.add(new Sample(System.nanoTime() - start, kibibytes / 1024));
          }
        }
      }
    } catch (IOException e) {
      clock.shutdown(); // the process has ended
    }
  }

  private synchronized double[] between(Duration from, Duration to) {
    double[] found =
        samples.stream()
            .filter(s -> s.nanos >= from.toNanos() && s.nanos < to.toNanos())
            .mapToDouble(Sample::mebibytes)
            .toArray();
    if (found.length == 0) {
      throw new IllegalStateException("no sample of %s from %s to %s".formatted(status, from, to));
    }
    return found;
  }

  /** Mean over a time, MiB. */
  double mean(Duration from, Duration to) {
    double sum = 0;
    double[] values = between(from, to);
    for (double value : values) {
      sum += value;
    }
    return sum / values.length;
  }

  /** Largest in a time, MiB. */
  double largest(Duration from, Duration to) {
    double largest = 0;
    for (double value : between(from, to)) {
      largest = Math.max(largest, value);
    }
    return largest;
  }

  @Override
  public void close() {
    clock.shutdownNow();
  }
}
