package vggstream.local.command;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import vggstream.local.demo.Demo;
import vggstream.local.run.RunFailedException;

/** The demo. */
@Command(
    name = "demo",
    description =
        "Shows the stream at work: two drawn cameras, a small network trained by this project, a"
            + " live table, and annotated frames with an index.html. Ends within a minute.",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    showDefaultValues = true)
final class DemoCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Where the annotated frames and index.html are written.")
  private Path out = Path.of("target", "demo");

  @Option(
      names = "--ui-port",
      paramLabel = "PORT",
      description = "Port of Flink's web UI on 127.0.0.1; 0: any free one.")
  private int uiPort;

  @Override
  public Integer call() throws RunFailedException, InterruptedException {
    if (uiPort < 0 || uiPort > 65_535) {
      throw new CommandLine.ParameterException(
          spec.commandLine(), "ui-port must be within 0..65535: was " + uiPort);
    }
    PrintWriter console = spec.commandLine().getOut();
    new Demo(out, uiPort, console, System.console() != null).run();
    return CommandLine.ExitCode.OK;
  }
}
