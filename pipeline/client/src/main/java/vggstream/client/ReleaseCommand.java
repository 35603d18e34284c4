package vggstream.client;

import java.io.PrintWriter;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import vggstream.schema.ModelRelease;

/** Puts a model into service, or takes one out. */
@Command(
    name = "release",
    description =
        "Puts a model into service, or takes one out. A job that runs with --models-topic fetches"
            + " and checks the file, and moves events once it is loaded; releases shows it then. To"
            + " roll back, release the old model again.",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpAutoWidth = true)
final class ReleaseCommand implements Callable<Integer> {
  private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

  /** Letters before a colon: not C:\... */
  private static final Pattern SCHEME = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]+:.*");

  /** The part that a model plays. */
  enum Role {
    /** Answers all events that the canary does not. */
    PRIMARY,
    /** Answers a share of the events. */
    CANARY,
    /** Answers all events a second time. */
    SHADOW
  }

  @Spec private CommandSpec spec;
  @Mixin private KafkaOptions kafka = new KafkaOptions();

  @Option(
      names = "--role",
      paramLabel = "primary|canary|shadow",
      description = "The part that the model plays (default: primary).")
  private Role role = Role.PRIMARY;

  @Option(
      names = "--uri",
      paramLabel = "URI",
      description =
          "Where the job finds the model file, for example s3://bucket/v2.onnx; or a path that is"
              + " the same on this machine and on the job's.")
  private @Nullable String uri;

  @Option(
      names = "--file",
      paramLabel = "PATH",
      description =
          "A copy of the file on this machine, from which --name, --model-version and --sha256 are"
              + " taken (default: that of --uri, if it is a path or file:).")
  private @Nullable Path file;

  @Option(names = "--name", paramLabel = "NAME", description = "Name in the model's card.")
  private @Nullable String name;

  @Option(
      names = "--model-version",
      paramLabel = "VERSION",
      description = "Version in the model's card.")
  private @Nullable String version;

  @Option(names = "--sha256", paramLabel = "HEX", description = "SHA-256 of the model file.")
  private @Nullable String sha256;

  @Option(
      names = "--share",
      paramLabel = "0..1",
      description = "Share of the events that a canary answers.")
  private @Nullable Double share;

  @Option(
      names = "--retire",
      description = "Takes the canary or the shadow out of service; with --role alone.")
  private boolean retire;

  @Option(
      names = "--topic",
      paramLabel = "NAME",
      description = "The job's --models-topic (default: models).")
  private String topic = "models";

  @Override
  public Integer call() throws ClientException {
    PrintWriter out = spec.commandLine().getOut();
    if (retire) {
      requireRetirable();
      ReleaseTopic.open(kafka.cluster(), topic).retire(role.name());
      out.printf("retired: %s%n", role);
    } else {
      ModelRelease release = release();
      ReleaseTopic.open(kafka.cluster(), topic).release(release);
      out.printf("released: %s%n", ReleasesCommand.line(release));
    }
    out.flush();
    return 0;
  }

  private void requireRetirable() {
    if (role == Role.PRIMARY) {
      throw wrong("--retire must have --role canary or shadow: a primary can only be replaced");
    }
    if (uri != null
        || file != null
        || name != null
        || version != null
        || sha256 != null
        || share != null) {
      throw wrong("--retire must stand with --role alone: was given with more");
    }
  }

  private ModelRelease release() throws ClientException {
    if (uri == null) {
      throw wrong("--uri must be given (or --retire)");
    }
    if ((role == Role.CANARY) != (share != null)) {
      throw wrong("--share must be given for a canary, and for nothing else");
    }
    if (share != null && !(share >= 0 && share <= 1)) {
      throw wrong("--share must be within 0..1: was " + share);
    }
    if (sha256 != null && !SHA256.matcher(sha256).matches()) {
      throw wrong("--sha256 must be 64 lower-case hexadecimal digits: was '" + sha256 + "'");
    }
    URI where = where(uri);
    Path local = local(where);
    if (local != null && (name == null || version == null || sha256 == null)) {
      ModelFileCard card = ModelFileCard.read(local);
      name = name == null ? card.name() : name;
      version = version == null ? card.version() : version;
      sha256 = sha256 == null ? card.sha256() : sha256;
    }
    if (name == null || version == null || sha256 == null) {
      throw wrong("--name, --model-version and --sha256, or --file, must be given: were not all");
    }
    return new ModelRelease(
        role.name(),
        name,
        version,
        where.toASCIIString(),
        sha256,
        share == null ? 1 : share,
        Map.of());
  }

  private URI where(String text) {
    try {
      return SCHEME.matcher(text).matches()
          ? new URI(text)
          : Path.of(text).toAbsolutePath().normalize().toUri();
    } catch (URISyntaxException | InvalidPathException e) {
      throw wrong("--uri must be a URI or a path: " + e.getMessage());
    }
  }

  private @Nullable Path local(URI where) {
    if (file != null) {
      return file;
    }
    if (!"file".equals(where.getScheme())) {
      return null;
    }
    try {
      return Path.of(where);
    } catch (IllegalArgumentException e) {
      throw wrong("--uri must be a URI like file:///path: " + e.getMessage());
    }
  }

  private ParameterException wrong(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
