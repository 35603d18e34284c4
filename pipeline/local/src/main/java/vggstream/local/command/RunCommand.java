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
import vggstream.local.run.FolderRun;
import vggstream.local.run.Pictures;
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

  @Option(
      names = "--annotated",
      negatable = true,
      description =
          "Writes each image into OUT/annotated with its boxes, labels and probabilities. Without"
              + " it: the images that have boxes.")
  private @Nullable Boolean annotated;

  @Option(
      names = "--heatmap",
      description =
          "Writes each image into OUT/heatmap under the score map of its most probable class, which"
              + " is computed again once the stream is done.")
  private boolean heatmap;

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
              images,
              out,
              words,
              parallelism,
              uiPort,
              Duration.ofSeconds(giveUpAfter),
              temporary,
              new Pictures.Kinds(annotate(), heatmap));
    } catch (IllegalArgumentException e) {
      throw new CommandLine.ParameterException(line, e.getMessage(), e);
    }
    FolderRun run;
    Summary summary;
    try (TerminalProgress progress = new TerminalProgress(line.getErr(), noProgress)) {
      run = new FolderRun(settings, progress);
      summary = run.run();
    }
    line.getOut().print(summary.toText());
    line.getOut().printf("answers   %s%n", out.toAbsolutePath().normalize());
    line.getOut().flush();
    return tell(run.draw());
  }

  private Pictures.Annotate annotate() {
    if (annotated == null) {
      return Pictures.Annotate.BOXES;
    }
    return annotated ? Pictures.Annotate.ALL : Pictures.Annotate.NONE;
  }

  private int tell(Pictures.Drawn drawn) {
    PrintWriter console = spec.commandLine().getOut();
    if (drawn.annotated() + drawn.heatmaps() > 0) {
      console.printf("pictures  %d annotated, %d heat maps%n", drawn.annotated(), drawn.heatmaps());
      console.flush();
    }
    if (drawn.failed() == 0) {
      return CommandLine.ExitCode.OK;
    }
    PrintWriter err = spec.commandLine().getErr();
    err.printf("vgg-local: %d images could not be drawn:%n", drawn.failed());
    drawn.reasons().forEach(reason -> err.printf("  %s%n", reason));
    err.flush();
    return CommandLine.ExitCode.SOFTWARE;
  }
}
