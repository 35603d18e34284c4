package vggstream.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** The command line. Exit codes: 0 done, 1 failed or done in part, 2 wrong arguments. */
@Command(
    name = "vgg-client",
    description =
        "Sends images to VGG Stream, reads its answers, sends back what failed, and releases models.",
    mixinStandardHelpOptions = true,
    versionProvider = VggClient.Version.class,
    subcommands = {
      SendCommand.class,
      TailCommand.class,
      RedriveCommand.class,
      ReleaseCommand.class,
      ReleasesCommand.class,
      CommandLine.HelpCommand.class
    })
public final class VggClient implements Runnable {
  private static final String LOGGING = "log4j2.configurationFile";

  @Spec private CommandSpec spec;

  private VggClient() {}

  public static void main(String[] args) {
    if (System.getProperty(LOGGING) == null) {
      System.setProperty(LOGGING, "classpath:vggstream/client/log4j2.properties");
    }
    CommandLine line = commandLine();
    // UTF-8 whatever the locale: JSON knows nothing else
    line.setOut(new PrintWriter(new FileOutputStream(FileDescriptor.out), false, UTF_8));
    System.exit(line.execute(args));
  }

  /** The command line, to be executed in this JVM. */
  public static CommandLine commandLine() {
    var line =
        new CommandLine(new VggClient()) {
          @Override
          public int execute(String... args) {
            if (KafkaOptions.lackValue(args)) {
              return reject(new ParameterException(this, KafkaOptions.WITHOUT_VALUE), args);
            }
            return super.execute(KafkaOptions.rewritten(args));
          }
        };
    line.registerConverter(Duration.class, Durations::parse);
    line.registerConverter(Instant.class, VggClient::instant);
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setParameterExceptionHandler(VggClient::reject);
    line.setExecutionExceptionHandler(VggClient::report);
    return line;
  }

  private static Instant instant(String text) {
    try {
      return Instant.parse(text);
    } catch (DateTimeParseException e) {
      throw new TypeConversionException(
          "a time must be like 2026-05-04T12:00:00Z: was '" + text + "'");
    }
  }

  private static int report(Exception e, CommandLine line, CommandLine.ParseResult parsed)
      throws Exception {
    if (!(e instanceof ClientException)) {
      throw e;
    }
    PrintWriter err = line.getErr();
    err.println("vgg-client: " + VideoAddress.withoutUser(String.valueOf(e.getMessage())));
    err.flush();
    return CommandLine.ExitCode.SOFTWARE;
  }

  private static int reject(ParameterException e, String[] args) {
    CommandLine line = e.getCommandLine();
    PrintWriter err = line.getErr();
    err.println("vgg-client: " + VideoAddress.withoutUser(String.valueOf(e.getMessage())));
    err.printf("See %s --help%n", line.getCommandSpec().qualifiedName());
    err.flush();
    return CommandLine.ExitCode.USAGE;
  }

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "a command must be given: send, tail, redrive, release or releases");
  }

  /** The version of the jar. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = VggClient.class.getPackage().getImplementationVersion();
      return new String[] {"vgg-client " + (version == null ? "(not from a jar)" : version)};
    }
  }
}
