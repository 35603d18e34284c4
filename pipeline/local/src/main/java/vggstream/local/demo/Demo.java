package vggstream.local.demo;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.stream.Collectors;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;
import vggstream.client.ClientException;
import vggstream.client.KafkaCluster;
import vggstream.client.RecordTail;
import vggstream.job.config.JobOptions;
import vggstream.local.EmbeddedBroker;
import vggstream.local.Failures;
import vggstream.local.LocalJob;
import vggstream.local.LocalStream;
import vggstream.local.ShippedFile;
import vggstream.local.run.RunFailedException;
import vggstream.local.scene.CameraFeed;
import vggstream.local.scene.Thing;
import vggstream.schema.Origin;
import vggstream.schema.Prediction;

/**
 * Two cameras' drawn feeds through broker and job, a live table of what each sees, and at the end
 * annotated frames and an index.html. Ends within a minute of the JVM's start: the feeds are cut
 * short where the start took long.
 */
public final class Demo {
  /** The networks' files among the resources; how they were made stands in demo/README.md. */
  private static final String RESOURCES = "/vggstream/local/demo/";

  static final String MODEL = "scenes.onnx";
  static final String LOCALISER = "scenes-boxes.onnx";

  /** Smaller sides at which frames are classified and localised. */
  static final List<Integer> SCALES = List.of(32);

  private static final int WIDTH = 320;
  private static final int HEIGHT = 240;
  private static final int FRAMES_PER_THING = 8;

  /** Of each camera. */
  static final int FRAMES = FRAMES_PER_THING * Thing.values().length;

  private static final long PERIOD_MILLIS = 250;

  private static final long FEED_END_MILLIS = 40_000;
  private static final long ANSWERS_END_MILLIS = 48_000;

  private final Path out;
  private final int uiPort;
  private final PrintWriter console;
  private final boolean terminal;
  private final List<CameraFeed> cameras = cameras();

  /**
   * What to show where.
   *
   * @param out folder for the annotated frames and index.html
   * @param uiPort of Flink's web UI; 0: any free port
   * @param console where the table goes
   * @param terminal whether the console can be drawn over
   */
  public Demo(Path out, int uiPort, PrintWriter console, boolean terminal) {
    this.out = out;
    this.uiPort = uiPort;
    this.console = console;
    this.terminal = terminal;
  }

  /** The two, with the same feeds every time. */
  static List<CameraFeed> cameras() {
    return List.of(
        new CameraFeed("north", 12, WIDTH, HEIGHT, FRAMES_PER_THING),
        new CameraFeed("south", 27, WIDTH, HEIGHT, FRAMES_PER_THING));
  }

  /**
   * Runs to the end.
   *
   * @throws RunFailedException if the job fails, or a frame is not answered in time
   */
  public void run() throws RunFailedException, InterruptedException {
    say("VGG Stream demo: two drawn cameras -> Kafka -> Flink -> small VGG nets, on this machine");
    List<Sighting> sightings;
    try (LocalStream stream = LocalStream.start(temporary(), 1, uiPort)) {
      JobOptions options =
          JobOptions.of(
              Map.of(
                  "bootstrap-servers",
                  stream.broker().bootstrapServers(),
                  "model",
                  extract(MODEL, stream.temporaryFile(MODEL)).toString(),
                  "localiser",
                  extract(LOCALISER, stream.temporaryFile(LOCALISER)).toString(),
                  "scales",
                  SCALES.stream().map(String::valueOf).collect(Collectors.joining(",")),
                  "device",
                  "cpu",
                  "batch-linger",
                  "5 ms",
                  "checkpoint-interval",
                  "300 ms"));
      LocalJob job = stream.start(options, 1);
      say("Kafka at %s, Flink's web UI at %s", stream.broker().bootstrapServers(), stream.ui());
      job.awaitRunning(Duration.ofMillis(Math.max(1, ANSWERS_END_MILLIS - millisSinceStart())));
      sightings = watch(options, job);
    } catch (ClientException e) {
      throw new RunFailedException(String.valueOf(e.getMessage()), e);
    } catch (IllegalStateException e) {
      throw new RunFailedException(Failures.message(e), e);
    } catch (UncheckedIOException e) {
      throw new RunFailedException(e.getMessage() + ": " + e.getCause(), e);
    }
    if (sightings.isEmpty()) {
      throw new RunFailedException(
          "the start took %d s: no time was left for a frame".formatted(millisSinceStart() / 1000));
    }
    write(sightings);
  }

  private static Path temporary() {
    return Path.of(System.getProperty("java.io.tmpdir"));
  }

  /** Writes one of the networks to a file. */
  static Path extract(String name, Path file) {
    return ShippedFile.copy(RESOURCES + name, file);
  }

  /** Sends both feeds and reads the answers until all are there. */
  private List<Sighting> watch(JobOptions options, LocalJob job)
      throws ClientException, RunFailedException, InterruptedException {
    ConcurrentMap<String, CameraThread.Sent> waiting = new ConcurrentHashMap<>();
    LiveTable table =
        new LiveTable(console, terminal, cameras.stream().map(CameraFeed::name).toList());
    Answers answers = new Answers(waiting, table);
    KafkaCluster cluster = new KafkaCluster(options.kafka().bootstrapServers());
    try (Producer<String, byte[]> producer = producer(options);
        RecordTail<Prediction> tail =
            RecordTail.open(
                cluster,
                options.kafka().predictionsTopic(),
                Prediction.class,
                RecordTail.From.BEGINNING)) {
      List<CameraThread> threads =
          cameras.stream()
              .map(
                  feed ->
                      new CameraThread(
                          feed,
                          FRAMES,
                          PERIOD_MILLIS,
                          producer,
                          options.kafka().inputTopic(),
                          waiting))
              .toList();
      threads.forEach(Thread::start);
      while (threads.stream().anyMatch(Thread::isAlive) || !waiting.isEmpty()) {
        if (tail.poll(Duration.ofMillis(500), answers) > 0) {
          table.draw(false);
        }
        if (millisSinceStart() > FEED_END_MILLIS) {
          threads.forEach(CameraThread::stopSending);
        }
        check(threads);
        check(job, answers, waiting.size());
      }
      check(threads);
      table.draw(true);
    }
    return answers.sightings();
  }

  private static void check(List<CameraThread> threads) throws RunFailedException {
    for (CameraThread thread : threads) {
      Exception failure = thread.failure();
      if (failure != null) {
        throw new RunFailedException(thread.getName() + " cannot send: " + failure, failure);
      }
    }
  }

  private static void check(LocalJob job, Answers answers, int unanswered)
      throws RunFailedException, InterruptedException {
    var failure = job.failure();
    if (failure.isPresent()) {
      throw new RunFailedException("the job failed: " + failure.get());
    }
    if (answers.unreadable != null) {
      throw new RunFailedException("cannot read an answer: " + answers.unreadable);
    }
    if (millisSinceStart() > ANSWERS_END_MILLIS) {
      throw new RunFailedException(
          "%d frames have no answer %d s after the start"
              .formatted(unanswered, ANSWERS_END_MILLIS / 1000));
    }
  }

  /** Joins each prediction with the frame it is about. */
  private static final class Answers implements RecordTail.Listener<Prediction> {
    private final ConcurrentMap<String, CameraThread.Sent> waiting;
    private final LiveTable table;
    private final List<Sighting> sightings = new ArrayList<>();
    private @Nullable String unreadable;

    Answers(ConcurrentMap<String, CameraThread.Sent> waiting, LiveTable table) {
      this.waiting = waiting;
      this.table = table;
    }

    @Override
    public void received(Origin origin, Prediction prediction) {
      CameraThread.Sent sent = waiting.remove(prediction.getEventId());
      if (sent != null) {
        Sighting sighting =
            new Sighting(
                sent.camera(), sent.number(), sent.truth(), sent.box(), sent.jpeg(), prediction);
        sightings.add(sighting);
        table.add(sighting);
      }
    }

    @Override
    public void undecodable(Origin origin, String reason) {
      unreadable = reason;
    }

    List<Sighting> sightings() {
      sightings.sort(Comparator.comparing(Sighting::camera).thenComparing(Sighting::number));
      return sightings;
    }
  }

  private static Producer<String, byte[]> producer(JobOptions options) {
    return new KafkaProducer<>(
        Map.of(
            "bootstrap.servers",
            options.kafka().bootstrapServers(),
            "max.request.size",
            EmbeddedBroker.MAX_MESSAGE_BYTES),
        new StringSerializer(),
        new ByteArraySerializer());
  }

  private void write(List<Sighting> sightings) throws RunFailedException {
    try {
      Path index = Gallery.write(sightings, out);
      long right = sightings.stream().filter(Sighting::right).count();
      long located = sightings.stream().filter(Sighting::located).count();
      say(
          "%d frames in %.0f s: the class of %d is right (%.1f %%), and with it the box of %d"
              + " (%.1f %%, IoU above 0.5)",
          sightings.size(),
          millisSinceStart() / 1e3,
          right,
          100.0 * right / sightings.size(),
          located,
          100.0 * located / sightings.size());
      say("Annotated frames: %s", index.toAbsolutePath().normalize());
    } catch (IOException e) {
      throw new RunFailedException("cannot write to " + out + ": " + e, e);
    }
  }

  private static long millisSinceStart() {
    return System.currentTimeMillis() - ManagementFactory.getRuntimeMXBean().getStartTime();
  }

  private void say(String format, Object... values) {
    console.printf(Locale.ROOT, format + "%n", values);
    console.flush();
  }
}
