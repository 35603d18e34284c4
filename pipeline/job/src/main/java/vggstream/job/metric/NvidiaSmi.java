package vggstream.job.metric;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** NVIDIA's own program, which comes with the driver, asked for the memory of its cards. */
final class NvidiaSmi {
  private static final String PROGRAM = "nvidia-smi";

  /** More than it prints for any number of cards, and no more than a pipe holds. */
  private static final int LARGEST_OUTPUT = 1 << 16;

  private static final Pattern CARD =
      Pattern.compile("(\\d{1,4}), *([^,]+), *(\\d{1,10}|\\[.+]), *(\\d{1,10}|\\[.+])");

  private static final Pattern NUMBER = Pattern.compile("\\d{1,10}");

  private final Path program;
  private final Duration timeout;
  private @Nullable Process last; // of the one thread that asks

  /**
   * A card.
   *
   * @param index by its place on the bus, from 0
   * @param uuid such as {@code GPU-...}
   * @param memory of all processes on it
   */
  record Card(int index, String uuid, MemoryUse memory) {}

  /**
   * @param timeout after which the program is killed
   */
  NvidiaSmi(Path program, Duration timeout) {
    this.program = program;
    this.timeout = timeout;
  }

  /**
   * The program, if it lies in one of these folders.
   *
   * @param path as the environment's PATH; null: there is none
   */
  static Optional<Path> find(@Nullable String path) {
    return Stream.of(path == null ? new String[0] : path.split(File.pathSeparator, -1))
        .filter(folder -> !folder.isBlank())
        .map(folder -> Path.of(folder, PROGRAM))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /**
   * The cards as they are now. Of one thread at a time.
   *
   * @throws IOException if the program cannot be run, fails, is too slow, or prints something else;
   *     a program that could not be killed keeps the next one from being started
   */
  List<Card> read() throws IOException, InterruptedException {
    if (last != null && last.isAlive()) {
      throw new IOException(program + " of an earlier time must have ended: runs still");
    }
    Process process =
        new ProcessBuilder(
                program.toString(),
                "--query-gpu=index,uuid,memory.used,memory.total",
                "--format=csv,noheader,nounits")
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    last = process;
    try {
      process.getOutputStream().close();
      if (!process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new IOException("%s must end within %s: did not".formatted(program, timeout));
      }
      if (process.exitValue() != 0) {
        throw new IOException(
            "%s must exit with 0: was %d".formatted(program, process.exitValue()));
      }
      return parse(
          new String(process.getInputStream().readNBytes(LARGEST_OUTPUT), StandardCharsets.UTF_8));
    } finally {
      process.destroyForcibly();
      process.getInputStream().close();
    }
  }

  private List<Card> parse(String output) throws IOException {
    List<Card> cards = new ArrayList<>();
    for (String line : output.lines().toList()) {
      Matcher card = CARD.matcher(line.strip());
      if (!card.matches()) {
        throw new IOException(
            "%s must print index, uuid, used and total memory of each card: printed %s"
                .formatted(program, line));
      }
      cards.add(
          new Card(
              Integer.parseInt(card.group(1)),
              card.group(2),
              new MemoryUse(bytes(card.group(3)), bytes(card.group(4)))));
    }
    return cards;
  }

  /** Of MiB; the program prints {@code [N/A]} where a card does not tell. */
  private static long bytes(String mebibytes) {
    return NUMBER.matcher(mebibytes).matches()
        ? Long.parseLong(mebibytes) << 20
        : MemoryUse.UNKNOWN;
  }
}
