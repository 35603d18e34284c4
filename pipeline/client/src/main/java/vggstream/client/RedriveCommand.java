package vggstream.client;

import java.io.PrintWriter;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import vggstream.client.RedriveCounts.Fate;

/** Dead letters back to the topic of events. */
@Command(
    name = "redrive",
    description =
        "Sends the records of dead letters of chosen reasons back to the topic of events, each"
            + " letter once over all calls, and ends when it reaches the letters' end.",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpAutoWidth = true)
final class RedriveCommand implements Callable<Integer> {
  private static final Pattern REASON = Pattern.compile("[A-Z][A-Z0-9_]*");

  @Spec private CommandSpec spec;
  @Mixin private KafkaOptions kafka = new KafkaOptions();

  @Option(
      names = "--reasons",
      split = ",",
      paramLabel = "REASON",
      description =
          "Reasons of the letters to send back, for example TIMEOUT,REFERENCE_UNREADABLE. May be"
              + " left out with --dry-run: then all are counted.")
  private List<String> reasons = List.of();

  @Option(
      names = "--dead-letters-topic",
      paramLabel = "NAME",
      description = "Where the letters are (default: dead-letters).")
  private String deadLettersTopic = "dead-letters";

  @Option(
      names = "--topic",
      paramLabel = "NAME",
      description = "Where the records go (default: image-events).")
  private String topic = "image-events";

  @Option(
      names = "--origin",
      paramLabel = "NAME",
      description =
          "Only letters of records that the job read from this topic (default: that of --topic).")
  private @Nullable String origin;

  @Option(
      names = "--group",
      paramLabel = "NAME",
      description =
          "Beginning of the names of the consumer groups that keep what was sent back (default:"
              + " vgg-redrive).")
  private String group = "vgg-redrive";

  @Option(names = "--again", description = "Sends back letters that earlier calls sent back, too.")
  private boolean again;

  @Option(names = "--dry-run", description = "Counts, and sends nothing.")
  private boolean dryRun;

  @Option(
      names = "--max-events",
      paramLabel = "N",
      description =
          "Stops, with exit code 1, when it has sent back so many events, whose ids it must remember"
              + " (16 bytes each); the next call goes on (default, and at most: 4194304).")
  private int maxEvents = SeenEvents.LIMIT;

  @Override
  public Integer call() throws ClientException {
    Set<String> chosen = new LinkedHashSet<>(reasons);
    for (String reason : chosen) {
      if (!REASON.matcher(reason).matches()) {
        throw wrong("--reasons must be words in capitals, such as TIMEOUT: was '" + reason + "'");
      }
    }
    if (chosen.isEmpty() && !dryRun) {
      throw wrong("--reasons must be given (--dry-run shows which there are): was not");
    }
    if (maxEvents < 1 || maxEvents > SeenEvents.LIMIT) {
      throw wrong(
          "--max-events must be within 1..%d: was %d".formatted(SeenEvents.LIMIT, maxEvents));
    }
    var plan =
        new RedrivePlan(
            deadLettersTopic,
            topic,
            origin == null ? topic : origin,
            chosen,
            group,
            again,
            dryRun,
            maxEvents);
    var counts = new RedriveCounts();
    try {
      Redrive.run(kafka.cluster(), plan, counts);
    } finally {
      print(counts);
    }
    boolean whole = counts.total(Fate.WITHOUT_RECORD) + counts.total(Fate.TOO_LARGE) == 0;
    return whole ? 0 : 1;
  }

  private void print(RedriveCounts counts) {
    PrintWriter out = spec.commandLine().getOut();
    long letters = 0;
    for (String reason : counts.reasons()) {
      letters += counts.letters(reason);
      out.printf(
          Locale.ROOT,
          "%s: %,d letters, %s %,d; sent back earlier %,d, same event %,d, record gone %,d, too"
              + " large %,d, not chosen %,d%n",
          reason,
          counts.letters(reason),
          dryRun ? "to send back" : "sent back",
          counts.of(reason, Fate.REDRIVEN),
          counts.of(reason, Fate.EARLIER),
          counts.of(reason, Fate.DOUBLED),
          counts.of(reason, Fate.WITHOUT_RECORD),
          counts.of(reason, Fate.TOO_LARGE),
          counts.of(reason, Fate.NOT_CHOSEN));
    }
    if (counts.undecodable() > 0) {
      out.printf(Locale.ROOT, "%,d values are no dead letters%n", counts.undecodable());
    }
    out.printf(
        Locale.ROOT,
        "%s %,d of %,d dead letters to %s%n",
        dryRun ? "would send back" : "sent back",
        counts.total(Fate.REDRIVEN),
        letters,
        topic);
    out.flush();
  }

  private ParameterException wrong(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
