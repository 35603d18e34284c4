package vggstream.client;

import java.io.PrintWriter;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import vggstream.schema.ModelRelease;

/** Which models are live. */
@Command(
    name = "releases",
    description =
        "Prints which models are live, as the job reports it: one line a role that has one.",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpAutoWidth = true)
final class ReleasesCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private KafkaOptions kafka = new KafkaOptions();

  @Option(
      names = "--topic",
      paramLabel = "NAME",
      description =
          "The job's --models-live-topic (default: models-live); that of --models-topic shows what"
              + " was asked for.")
  private String topic = "models-live";

  @Option(names = "--json", description = "Prints JSON, one line a role.")
  private boolean json;

  @Override
  public Integer call() throws ClientException {
    Map<String, ModelRelease> releases = ReleaseTopic.open(kafka.cluster(), topic).read();
    PrintWriter out = spec.commandLine().getOut();
    for (String role : new String[] {"PRIMARY", "CANARY", "SHADOW"}) {
      ModelRelease release = releases.get(role);
      if (release != null) {
        out.println(json ? RecordJson.toJson(release) : line(release));
      }
    }
    out.flush();
    return 0;
  }

  static String line(ModelRelease release) {
    return "%s %s %s%s %s %s"
        .formatted(
            release.getRole(),
            release.getName(),
            release.getVersion(),
            release.getRole().equals("CANARY") ? " (share " + release.getShare() + ")" : "",
            release.getSha256(),
            release.getUri());
  }
}
