package vggstream.local.command;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import vggstream.job.config.JobCommandLine;
import vggstream.local.bench.Benchmark;
import vggstream.local.run.RunFailedException;

/** The job's speed beside that of bare inference. */
@Command(
    name = "bench",
    description =
        "Measures in turns the bare network (decoding included, no Flink, no Kafka) and the whole"
            + " job from Kafka to Kafka, exactly once, on the same images. The last line is the"
            + " median ratio of job to bare.",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    showDefaultValues = true)
final class BenchCommand implements Callable<Integer> {
  /** What this command decides itself; boxes are not measured. */
  private static final Set<String> OWN =
      Set.of(
          "bootstrap-servers",
          "input-topic",
          "predictions-topic",
          "dead-letters-topic",
          "group-id",
          "starting-offsets",
          "transactional-id-prefix",
          "localiser");

  @Spec private CommandSpec spec;

  @Option(
      names = "--images",
      required = true,
      paramLabel = "DIR",
      description = "The images under it, up to 256 MiB of them, again and again.")
  private Path images;

  @Option(
      names = "--images-side",
      paramLabel = "PIXELS",
      description = "Their middle squares, rescaled to this side, as JPEGs; 0: as they are.")
  private int imagesSide;

  @Option(names = "--pairs", paramLabel = "N", description = "Pairs of bare and job.")
  private int pairs = 3;

  @Option(names = "--seconds", paramLabel = "N", description = "Of each measurement.")
  private int seconds = 60;

  @Option(
      names = "--warm-up-seconds",
      paramLabel = "N",
      description = "Before each measurement, not counted.")
  private int warmUpSeconds = 15;

  @Option(
      names = "--job-warm-up-seconds",
      paramLabel = "N",
      description =
          "For which the job runs once before all measurements, until the JVM has compiled it.")
  private int jobWarmUpSeconds = 120;

  @Option(
      names = "--parallelism",
      paramLabel = "N",
      description = "Subtasks of the job. Without it: one for each core, at most 4.")
  private int parallelism = Math.min(4, Runtime.getRuntime().availableProcessors());

  @Option(
      names = "--temporary",
      paramLabel = "DIR",
      description = "Where the broker keeps its data meanwhile: room for what is sent.")
  private Path temporary = Path.of(System.getProperty("java.io.tmpdir"));

  @Option(
      names = "--light-load",
      paramLabel = "N",
      description = "Also sends N images one at a time and tells their latency; 0: none.")
  private int lightLoad;

  @Option(
      names = "--profile",
      paramLabel = "FILE.jfr",
      description = "Records the job's last run with the JDK's Flight Recorder.")
  private @Nullable Path profile;

  private BenchCommand() {}

  static CommandLine commandLine() {
    CommandLine line = new CommandLine(new BenchCommand());
    JobCommandLine.addOptions(line.getCommandSpec(), OWN);
    return line;
  }

  @Override
  public Integer call() throws RunFailedException, InterruptedException {
    CommandLine line = spec.commandLine();
    Map<String, String> words = new TreeMap<>(JobCommandLine.words(line.getParseResult()));
    Benchmark.Settings settings;
    try {
      settings =
          new Benchmark.Settings(
              images,
              imagesSide,
              words,
              pairs,
              Duration.ofSeconds(seconds),
              Duration.ofSeconds(warmUpSeconds),
              Duration.ofSeconds(jobWarmUpSeconds),
              parallelism,
              temporary,
              lightLoad,
              profile);
    } catch (IllegalArgumentException e) {
      throw new CommandLine.ParameterException(line, e.getMessage(), e);
    }
    PrintWriter err = line.getErr();
    Benchmark benchmark =
        new Benchmark(
            settings,
            text -> {
              err.println(text);
              err.flush();
            });
    line.getOut().print(benchmark.run().toText());
    line.getOut().flush();
    return CommandLine.ExitCode.OK;
  }
}
