package vggstream.train;

import java.io.PrintWriter;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;
import vggstream.train.recipe.RecipeException;

/** The command line. Exit codes: 0 done, 1 failed, 2 asked for something that cannot be. */
@Command(
    name = "vgg-train",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = "Trains and evaluates the networks of arXiv 1409.1556.",
    subcommands = {
      SummaryCommand.class,
      TrainCommand.class,
      EvaluateCommand.class,
      ScoreCommand.class,
      ReportCommand.class,
      InitCommand.class,
      ExportCommand.class,
      ClaimsCommand.class
    })
public final class VggTrain implements Runnable {
  @Spec private CommandSpec spec;

  @Option(
      names = "--stacktrace",
      scope = ScopeType.INHERIT,
      description = "Print where an error came from.")
  private boolean stacktrace;

  private VggTrain() {}

  /** Runs a command and ends the process with its exit code. */
  public static void main(String[] args) {
    // JavaCPP's own limits follow from the heap's maximum, which says nothing of a network's size
    System.setProperty("org.bytedeco.javacpp.maxBytes", "0");
    System.setProperty("org.bytedeco.javacpp.maxPhysicalBytes", "0");
    System.setProperty("java.awt.headless", "true"); // curves are drawn into files
    System.exit(commandLine().execute(args));
  }

  /** The command line, to be executed with arguments. */
  static CommandLine commandLine() {
    VggTrain top = new VggTrain();
    return new CommandLine(top)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setExecutionExceptionHandler(
            (exception, line, parsed) -> {
              PrintWriter err = line.getErr();
              if (top.stacktrace) {
                exception.printStackTrace(err);
              } else {
                err.println("error: " + message(exception));
              }
              err.flush();
              return exception instanceof RecipeException
                  ? CommandLine.ExitCode.USAGE
                  : CommandLine.ExitCode.SOFTWARE;
            });
  }

  private static String message(Exception exception) {
    String text = exception.getMessage();
    if (exception instanceof NoSuchFileException) {
      return text + ": there is no such file or folder";
    }
    if (exception instanceof AccessDeniedException) {
      return text + ": may not be read or written";
    }
    if (exception instanceof FileSystemException || text == null) {
      return exception.getClass().getSimpleName() + ": " + text;
    }
    return text;
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "a command is missing");
  }
}
