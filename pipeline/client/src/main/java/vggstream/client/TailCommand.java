package vggstream.client;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import vggstream.schema.DeadLetter;
import vggstream.schema.Origin;
import vggstream.schema.Prediction;

/** Predictions or dead letters as lines of JSON. */
@Command(
    name = "tail",
    description =
        "Prints predictions, or dead letters, one line of JSON each, as they are committed.",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpAutoWidth = true)
final class TailCommand implements Callable<Integer> {
  private static final Duration POLL = Duration.ofMillis(500);

  /** On Ctrl-C: lets the line in hand be written whole. */
  private static final Duration LINE = Duration.ofSeconds(5);

  @Spec private CommandSpec spec;
  @Mixin private KafkaOptions kafka = new KafkaOptions();

  @Option(
      names = "--topic",
      paramLabel = "NAME",
      description = "Topic to read (default: predictions, or dead-letters with --dead-letters).")
  private @Nullable String topic;

  @Option(names = "--dead-letters", description = "Reads dead letters instead of predictions.")
  private boolean deadLetters;

  @Option(
      names = "--from-beginning",
      description = "Begins with the oldest record instead of the next one.")
  private boolean fromBeginning;

  @Option(
      names = "--max",
      paramLabel = "N",
      description = "Ends after N records (default: goes on).")
  private @Nullable Long max;

  @Option(
      names = "--timeout",
      paramLabel = "DURATION",
      description =
          "Ends when no record came for so long, for example 30s (default: goes on). With --max and"
              + " fewer records the exit code is 1.")
  private @Nullable Duration timeout;

  @Override
  public Integer call() throws ClientException {
    if (max != null && max < 1) {
      throw new ParameterException(spec.commandLine(), "--max must be at least 1: was " + max);
    }
    if (deadLetters) {
      return tail(topic == null ? "dead-letters" : topic, DeadLetter.class);
    }
    return tail(topic == null ? "predictions" : topic, Prediction.class);
  }

  private <T extends SpecificRecord> int tail(String name, Class<T> type) throws ClientException {
    var from = fromBeginning ? RecordTail.From.BEGINNING : RecordTail.From.END;
    try (var tail = RecordTail.open(kafka.cluster(), name, type, from);
        var signal = StopSignal.listen(tail::wakeup, LINE)) {
      return print(tail, signal);
    }
  }

  private <T extends SpecificRecord> int print(RecordTail<T> tail, StopSignal signal)
      throws ClientException {
    var printer = new Printer(spec.commandLine().getOut(), spec.commandLine().getErr(), signal);
    long last = System.nanoTime();
    while (!signal.isStopped() && !printer.full()) {
      if (tail.poll(POLL, printer) > 0) {
        last = System.nanoTime();
      } else if (timeout != null && System.nanoTime() - last >= timeout.toNanos()) {
        return timedOut(timeout, printer.printed);
      }
    }
    return 0;
  }

  private int timedOut(Duration idle, long printed) {
    if (max == null) {
      return 0;
    }
    PrintWriter err = spec.commandLine().getErr();
    err.printf(
        "vgg-client: no record for %s: %d of %d read%n", Durations.format(idle), printed, max);
    err.flush();
    return 1;
  }

  /** One line for each record. */
  private final class Printer implements RecordTail.Listener<SpecificRecord> {
    private final PrintWriter out;
    private final PrintWriter err;
    private final StopSignal signal;
    private long printed;

    Printer(PrintWriter out, PrintWriter err, StopSignal signal) {
      this.out = out;
      this.err = err;
      this.signal = signal;
    }

    boolean full() {
      return max != null && printed >= max;
    }

    @Override
    public void received(Origin origin, SpecificRecord record) {
      if (full() || signal.isStopped()) {
        return;
      }
      String json;
      try {
        json = RecordJson.toJson(record);
      } catch (IllegalArgumentException e) { // a number that is not finite
        undecodable(origin, String.valueOf(e.getMessage()));
        return;
      }
      out.println(json);
      out.flush();
      printed++;
      if (out.checkError()) { // the reader of a pipe went away
        signal.stop();
      }
    }

    @Override
    public void undecodable(Origin origin, String reason) {
      err.printf(
          "%s-%d at offset %d: %s%n",
          origin.getTopic(), origin.getPartition(), origin.getOffset(), reason);
      err.flush();
    }
  }
}
