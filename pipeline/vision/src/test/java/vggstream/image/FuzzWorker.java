package vggstream.image;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.Random;

/**
 * The process in which broken images are decoded. Says on standard output, a line each: {@code
 * resident INDEX KIB}, {@code slow INDEX MILLIS}, {@code wrong INDEX EXCEPTION} and at its end
 * {@code done DECODED REJECTED}; the index being decoded stands in a mapped file, which survives
 * the process.
 */
final class FuzzWorker {
  private static final long MAX_NANOS = 1_000_000_000L; // of processor time for one image
  private static final int REPORTS = 100;

  private FuzzWorker() {}

  /**
   * Runs it.
   *
   * @param args number of inputs, seed, file of the index, and optionally a corpus folder
   */
  public static void main(String[] args) throws IOException {
    int inputs = Integer.parseInt(args[0]);
    long seed = Long.parseLong(args[1]);
    Optional<Path> corpus = args.length > 3 ? Optional.of(Path.of(args[3])) : Optional.empty();
    FuzzInputs all = new FuzzInputs(seed, corpus);
    ImageDecoder decoder = new ImageDecoder(ImageLimits.DEFAULT);
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    int decoded = 0;
    int rejected = 0;
    MappedByteBuffer position;
    try (FileChannel file =
        FileChannel.open(Path.of(args[2]), StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      position = file.map(FileChannel.MapMode.READ_WRITE, 0, Integer.BYTES);
    }
    for (int i = 0; i < inputs; i++) {
      position.putInt(0, i);
      ByteBuffer bytes = ByteBuffer.wrap(all.get(i).bytes());
      Random random = new Random(seed ^ i);
      long start = threads.getCurrentThreadCpuTime();
      try (RgbImage image =
          random.nextBoolean()
              ? decoder.decode(bytes)
              : decoder.decodeFor(bytes, 1 + random.nextInt(64))) {
        decoded += image.size().pixels() > 0 ? 1 : 0;
      } catch (ImageRejectedException e) {
        rejected++;
      } catch (RuntimeException | Error e) {
        System.out.println("wrong " + i + " " + e);
      }
      long nanos = threads.getCurrentThreadCpuTime() - start;
      if (nanos > MAX_NANOS) {
        System.out.println("slow " + i + " " + nanos / 1_000_000);
      }
      if ((i + 1) % Math.max(1, inputs / REPORTS) == 0) {
        System.out.println("resident " + i + " " + residentKibibytes());
      }
    }
    System.out.println("done " + decoded + " " + rejected);
  }

  /** Resident memory of this process; 0 where the system does not say. */
  private static long residentKibibytes() throws IOException {
    Path status = Path.of("/proc/self/status");
    if (!Files.isReadable(status)) {
      return 0;
    }
    for (String line : Files.readAllLines(status)) {
      if (line.startsWith("VmRSS:")) {
        return Long.parseLong(line.replaceAll("\\D", ""));
      }
    }
    return 0;
  }
}
