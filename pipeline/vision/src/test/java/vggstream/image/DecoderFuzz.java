package vggstream.image;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Decodes broken images in a process of their own, and reports what no image may cause: the end of
 * the process, an exception other than a rejection, more than a second of processor time, or memory
 * that stays.
 */
final class DecoderFuzz {
  private static final int HANGS_AFTER_SECONDS = 60; // of the clock, on a busy machine
  private static final long TOLERATED_KIBIBYTES = 32 << 10; // what the allocator may keep

  /**
   * What came of it.
   *
   * @param problems a line each, empty if all went well
   */
  record Report(int decoded, int rejected, List<Long> residentKibibytes, List<String> problems) {}

  private final int inputs;
  private final long seed;
  private final Optional<Path> corpus;
  private final Path folder;

  /**
   * A run.
   *
   * @param corpus a folder whose files are broken too
   * @param folder where the inputs that cause problems are left
   */
  DecoderFuzz(int inputs, long seed, Optional<Path> corpus, Path folder) {
    this.inputs = inputs;
    this.seed = seed;
    this.corpus = corpus;
    this.folder = folder;
  }

  /**
   * Runs it.
   *
   * @param args number of inputs, seed, and optionally a folder of images that are broken too
   */
  public static void main(String[] args) throws Exception {
    int inputs = args.length > 0 ? Integer.parseInt(args[0]) : 200_000;
    long seed = args.length > 1 ? Long.parseLong(args[1]) : 1;
    Optional<Path> corpus =
        args.length > 2 && !args[2].isBlank() ? Optional.of(Path.of(args[2])) : Optional.empty();
    Report report =
        new DecoderFuzz(inputs, seed, corpus, Path.of("target", "fuzz").toAbsolutePath()).run();
    System.out.println("resident memory, MiB:");
    report.residentKibibytes().forEach(r -> System.out.print(" " + (r >> 10)));
    System.out.println();
    report.problems().forEach(System.out::println);
    System.out.printf(
        "%d inputs: %d decoded, %d rejected, %d problems%n",
        inputs, report.decoded(), report.rejected(), report.problems().size());
    if (!report.problems().isEmpty()) {
      System.exit(1);
    }
  }

  Report run() throws IOException, InterruptedException {
    Files.createDirectories(folder);
    Path position = folder.resolve("position");
    Path output = folder.resolve("output");
    Files.write(position, new byte[Integer.BYTES]);
    Process worker = start(position, output);
    List<String> problems = new ArrayList<>();
    try {
      int last = -1;
      int seconds = 0;
      while (!worker.waitFor(1, TimeUnit.SECONDS)) {
        int now = position(position);
        seconds = now == last ? seconds + 1 : 0;
        last = now;
        if (seconds >= HANGS_AFTER_SECONDS) {
          problems.add(problem(now, "hangs"));
          worker.destroyForcibly().waitFor();
        }
      }
    } finally {
      worker.destroyForcibly();
    }
    if (worker.exitValue() != 0 && problems.isEmpty()) {
      problems.add(
          problem(position(position), "ended the process with status " + worker.exitValue()));
    }
    return report(Files.readAllLines(output), problems);
  }

  private Process start(Path position, Path output) throws IOException {
    String classPath =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    // a heap of constant size: what grows is the codecs'
    command.addAll(List.of("-Xms192m", "-Xmx192m", "-XX:+AlwaysPreTouch", "-XX:+UseSerialGC"));
    command.add("-XX:ErrorFile=" + folder.resolve("hs_err_%p.log"));
    command.addAll(List.of("-cp", classPath, FuzzWorker.class.getName()));
    command.addAll(List.of(Integer.toString(inputs), Long.toString(seed), position.toString()));
    corpus.ifPresent(c -> command.add(c.toString()));
    ProcessBuilder builder = new ProcessBuilder(command).redirectOutput(output.toFile());
    builder.environment().put("OPENCV_LOG_LEVEL", "SILENT");
    return builder.redirectError(ProcessBuilder.Redirect.DISCARD).start();
  }

  private static int position(Path file) throws IOException {
    return ByteBuffer.wrap(Files.readAllBytes(file)).getInt();
  }

  private Report report(List<String> lines, List<String> problems) throws IOException {
    List<Long> resident = new ArrayList<>();
    int decoded = 0;
    int rejected = 0;
    for (String line : lines) {
      String[] words = line.split(" ", 3);
      switch (words[0]) {
        case "done" -> {
          decoded = Integer.parseInt(words[1]);
          rejected = Integer.parseInt(words[2]);
        }
        case "resident" -> resident.add(Long.parseLong(words[2]));
        case "slow" -> problems.add(problem(words[1], "took %s ms".formatted(words[2])));
        case "wrong" -> problems.add(problem(words[1], words[2]));
        default -> {
          // what a native library says
        }
      }
    }
    if (problems.isEmpty() && decoded + rejected != inputs) {
      problems.add(
          "every input must be decoded or rejected: %d and %d of %d were"
              .formatted(decoded, rejected, inputs));
    }
    growth(resident).ifPresent(problems::add);
    return new Report(decoded, rejected, resident, problems);
  }

  /** Compares the second fifth, when everything is loaded, with the last. */
  private static Optional<String> growth(List<Long> resident) {
    int fifth = resident.size() / 5;
    if (fifth == 0 || resident.contains(0L)) {
      System.out.println("memory is not checked: the system does not say it");
      return Optional.empty();
    }
    long early = mean(resident.subList(fifth, 2 * fifth));
    long late = mean(resident.subList(resident.size() - fifth, resident.size()));
    return late <= early + TOLERATED_KIBIBYTES
        ? Optional.empty()
        : Optional.of("resident memory grows: %d KiB, then %d KiB".formatted(early, late));
  }

  private static long mean(List<Long> values) {
    return (long) values.stream().mapToLong(Long::longValue).average().orElseThrow();
  }

  private String problem(String index, String what) throws IOException {
    return problem(Integer.parseInt(index), what);
  }

  private String problem(int index, String what) throws IOException {
    FuzzInputs.Input input = new FuzzInputs(seed, corpus).get(index);
    Path file = folder.resolve("seed-%d-input-%d".formatted(seed, index));
    Files.write(file, input.bytes());
    return "input %d (of %s; %s) %s".formatted(index, input.sample(), file, what);
  }
}
