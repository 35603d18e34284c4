package vggstream.local.command;

import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import vggstream.job.config.JobCommandLine;
import vggstream.job.config.OptionsException;
import vggstream.local.run.RunFailedException;

/** The command line. Exit codes: 0 done, 1 failed, 2 wrong arguments. */
@Command(
    name = "vgg-local",
    description = "VGG Stream on one machine: Kafka, Flink and the job in one process.",
    mixinStandardHelpOptions = true,
    versionProvider = VggLocal.Version.class,
    subcommands = {DemoCommand.class, ScenesCommand.class, CommandLine.HelpCommand.class})
public final class VggLocal implements Runnable {
  private static final String LOGGING = "log4j2.configurationFile";

  @Spec private CommandSpec spec;

  private VggLocal() {}

  public static void main(String[] args) {
    if (System.getProperty(LOGGING) == null) {
      System.setProperty(LOGGING, "classpath:vggstream/local/log4j2.xml");
    }
    System.setProperty("java.awt.headless", "true");
    System.exit(commandLine().execute(args));
  }

  /** The command line, to be executed in this JVM. */
  static CommandLine commandLine() {
    CommandLine line =
        new CommandLine(new VggLocal()) {
          @Override
          public int execute(String... args) {
            return super.execute(JobCommandLine.expand(args));
          }
        };
    line.addSubcommand("run", RunCommand.commandLine());
    line.addSubcommand("bench", BenchCommand.commandLine());
    line.setExecutionExceptionHandler(VggLocal::report);
    return line;
  }

  private static int report(Exception e, CommandLine line, CommandLine.ParseResult parsed)
      throws Exception {
    PrintWriter err = line.getErr();
    if (e instanceof OptionsException) {
      err.println(e.getMessage());
      err.flush();
      return CommandLine.ExitCode.USAGE;
    }
    if (e instanceof RunFailedException) {
      err.println("vgg-local: " + e.getMessage());
      err.flush();
      return CommandLine.ExitCode.SOFTWARE;
    }
    throw e;
  }

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "a command must be given: run, bench, demo or scenes");
  }

  /** The version of the jar. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = VggLocal.class.getPackage().getImplementationVersion();
      return new String[] {"vgg-local " + (version == null ? "(not from a jar)" : version)};
    }
  }
}
