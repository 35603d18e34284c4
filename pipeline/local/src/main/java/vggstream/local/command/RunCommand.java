package vggstream.local.command;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import vggstream.job.config.JobCommandLine;
import vggstream.local.run.FolderRun;
import vggstream.local.run.RunFailedException;
import vggstream.local.run.Summary;

/** A folder of images through the whole stream. */
@Command(
    name = "run",
    description =
        "Classifies every file under a folder through an embedded Kafka broker and the Flink job,"
            + " and writes OUT/predictions.jsonl and OUT/dead-letters.jsonl.",
    footer = {
      "",
      "Here --checkpoint-interval is 1 s unless given: answers are read when they are committed."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false,
    showDefaultValues = true)
final class RunCommand implements Callable<Integer> {
  /** The broker is this command's own. */
  private static final Set<String> OWN = Set.of("bootstrap-servers");

  @Spec private CommandSpec spec;

  @Option(
      names = "--images",
      required = true,
      paramLabel = "DIR",
      description = "Every file under it is sent; its path from here is the eventId.")
  private Path images;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "DIR",
      description = "Where the answers are written; made where absent.")
  private Path out;

  @Option(
      names = "--parallelism",
      paramLabel = "N",
      description = "Subtasks of the job. Without it: one for each core, at most 4.")
  private int parallelism = Math.min(4, Runtime.getRuntime().availableProcessors());

  @Option(
      names = "--ui-port",
      paramLabel = "PORT",
      description = "Port of Flink's web UI on 127.0.0.1; 0: any free one.")
  private int uiPort;

  @Option(
      names = "--give-up-after",
      paramLabel = "SECONDS",
      description = "Fails when no answer came for so long.")
  private int giveUpAfter = 300;

  @Option(
      names = "--temporary",
      paramLabel = "DIR",
      description = "Where the broker keeps its data meanwhile: room for all images.")
  private Path temporary = Path.of(System.getProperty("java.io.tmpdir"));

  @Option(names = "--no-progress", description = "Shows no progress.")
  private boolean noProgress;

  private RunCommand() {}

  static CommandLine commandLine() {
    CommandLine line = new CommandLine(new RunCommand());
    JobCommandLine.addOptions(line.getCommandSpec(), OWN);
    return line;
  }

  @Override
  public Integer call() throws RunFailedException, InterruptedException {
    CommandLine line = spec.commandLine();
    Map<String, String> words = new TreeMap<>(JobCommandLine.words(line.getParseResult()));
    FolderRun.Settings settings;
    try {
      settings =
          new FolderRun.Settings(
              images, out, words, parallelism, uiPort, Duration.ofSeconds(giveUpAfter), temporary);
    } catch (IllegalArgumentException e) {
      throw new CommandLine.ParameterException(line, e.getMessage(), e);
    }
    Summary summary;
    try (TerminalProgress progress = new TerminalProgress(line.getErr(), noProgress)) {
      summary = new FolderRun(settings, progress).run();
    }
    line.getOut().print(summary.toText());
    line.getOut().printf("answers   %s%n", out.toAbsolutePath().normalize());
    line.getOut().flush();
    return CommandLine.ExitCode.OK;
  }
}
