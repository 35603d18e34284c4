package vggstream.train;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import vggstream.model.Device;
import vggstream.train.data.DataSet;
import vggstream.train.data.HoldOut;
import vggstream.train.journal.WholeFile;
import vggstream.train.network.Head;
import vggstream.train.recipe.Recipe;

/**
 * {@code run.json}: what a run was made from, and by which processes. A process that was killed
 * leaves a session without an end.
 */
final class RunFile {
  private static final ObjectMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  private final Path file;
  private final ObjectNode root;
  private final ObjectNode session;

  private RunFile(Path file, ObjectNode root, ObjectNode session) {
    this.file = file;
    this.root = root;
    this.session = session;
  }

  /**
   * Notes that a process begins or goes on with a run.
   *
   * @param recipe of the run
   * @param command its words
   */
  static RunFile begin(
      Path run,
      Recipe recipe,
      List<String> command,
      Trainer.Options options,
      DataSet data,
      HoldOut images,
      String fingerprint)
      throws IOException {
    Path file = run.resolve("run.json");
    JsonNode before = Files.exists(file) ? JSON.readTree(file.toFile()) : null;
    ObjectNode root = before instanceof ObjectNode known ? known : JSON.createObjectNode();
    root.put("task", task(recipe.task().head()));
    root.putObject("data")
        .put("path", data.root().toAbsolutePath().normalize().toString())
        .put("layout", data.layout().title())
        .put("classes", images.train().labels().size())
        .put("train", images.train().size())
        .put("validation", images.validation().size())
        .put("fingerprint", fingerprint);
    ArrayNode sessions = root.withArray("sessions");
    ObjectNode session = sessions.addObject();
    session.put("version", Version.text());
    command.forEach(session.putArray("command")::add);
    options.devices().stream().map(Device::toString).forEach(session.putArray("devices")::add);
    session
        .put("threads", options.threads())
        .put("loaderThreads", options.loaderThreads())
        .put("java", Runtime.version().toString())
        .put("system", System.getProperty("os.name") + " " + System.getProperty("os.arch"))
        .put("started", now());
    RunFile begun = new RunFile(file, root, session);
    begun.write();
    return begun;
  }

  /** Notes how the process ended its part. */
  void end(RunSummary summary) throws IOException {
    session
        .put("ended", now())
        .put("outcome", summary.outcome().name())
        .put("firstStep", summary.firstStep())
        .put("lastStep", summary.lastStep())
        .put("images", summary.images())
        .put("seconds", summary.seconds())
        .put("imagesPerSecond", summary.imagesPerSecond())
        .put("waitedShare", summary.waitedShare());
    root.put("steps", summary.lastStep());
    if (summary.bestAccuracy() >= 0) {
      boolean localises = !root.path("task").asText().equals(task(Head.CLASSIFY));
      root.put(
          localises ? "bestValidationMeanIou" : "bestValidationAccuracy", summary.bestAccuracy());
    }
    write();
  }

  private static String task(Head head) {
    return switch (head) {
      case CLASSIFY -> "classify";
      case SCR -> "localise-scr";
      case PCR -> "localise-pcr";
    };
  }

  /** Notes that it failed. */
  void fail(Exception why) throws IOException {
    session.put("ended", now()).put("outcome", "FAILED").put("error", String.valueOf(why));
    write();
  }

  private static String now() {
    return Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
  }

  private void write() throws IOException {
    WholeFile.write(file, JSON.writeValueAsString(root) + "\n");
  }
}
