package vggstream.local.run;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import vggstream.client.ClientException;
import vggstream.client.ImageFile;
import vggstream.client.ImageFiles;
import vggstream.client.ImageSender;
import vggstream.client.KafkaCluster;
import vggstream.client.RecordTail;
import vggstream.job.batch.Classifier;
import vggstream.job.batch.SharedClassifiers;
import vggstream.job.config.JobOptions;
import vggstream.job.config.KafkaOptions;
import vggstream.local.Failures;
import vggstream.local.LocalJob;
import vggstream.local.LocalStream;
import vggstream.model.ModelException;
import vggstream.schema.DeadLetter;
import vggstream.schema.Origin;
import vggstream.schema.Prediction;

/**
 * Sends every file under a folder through a broker and the job, and writes each answer: {@code
 * predictions.jsonl} and {@code dead-letters.jsonl} in the output folder, which appear when every
 * file is answered. A file that cannot even be sent is answered by a dead letter of stage {@code
 * SEND}.
 */
public final class FolderRun {
  /** Reason and stage of a file that was not sent. */
  static final String NOT_SENT = "NOT_SENT";

  static final String SEND = "SEND";

  private static final String ANY_BROKER = "127.0.0.1:9092";
  private static final String PREDICTIONS = "predictions.jsonl";

  private static final Duration START_TIMEOUT = Duration.ofMinutes(5);
  private static final long POLL_MILLIS = 1000;

  /** Told now and then how far it is. */
  public interface Progress {
    /** The cluster is up, and its web UI at this address; so many files will be sent. */
    void started(URI ui, int files);

    /** So many are answered. */
    void answered(int images);
  }

  private final Settings settings;
  private final Progress progress;

  /**
   * What to run.
   *
   * @param images folder, or one file
   * @param out folder for the answers, made where absent
   * @param job the job's options by their words; the broker's address is filled in
   * @param parallelism subtasks of the job and partitions of the input topic, at least 1
   * @param uiPort of Flink's web UI; 0: any free port
   * @param patience how long no answer may come before the run is given up, positive
   * @param temporary where the temporary directory is made; holds all images for a while
   * @param pictures what is drawn into the images afterwards
   */
  public record Settings(
      Path images,
      Path out,
      Map<String, String> job,
      int parallelism,
      int uiPort,
      Duration patience,
      Path temporary,
      Pictures.Kinds pictures) {
    public Settings {
      job = Map.copyOf(job);
      if (parallelism < 1) {
        throw new IllegalArgumentException("parallelism must be at least 1: was " + parallelism);
      }
      if (uiPort < 0 || uiPort > 65_535) {
        throw new IllegalArgumentException("ui-port must be within 0..65535: was " + uiPort);
      }
      if (patience.isNegative() || patience.isZero()) {
        throw new IllegalArgumentException(
            "give-up-after must be at least 1 s: was %d s".formatted(patience.toSeconds()));
      }
      if (pictures.certain()) {
        Pictures.requireApart(images, out);
      }
    }

    private JobOptions options(String bootstrapServers) {
      Map<String, String> words = new TreeMap<>(job);
      words.put("bootstrap-servers", bootstrapServers);
      words.putIfAbsent("checkpoint-interval", "1 s");
      // nobody waits for one image, and a large network on a processor takes its time
      words.putIfAbsent("timeout", "12 min");
      words.putIfAbsent("transaction-timeout", "15 min");
      return JobOptions.of(words);
    }
  }

  public FolderRun(Settings settings, Progress progress) {
    this.settings = settings;
    this.progress = progress;
  }

  /**
   * Runs to the end.
   *
   * @throws RunFailedException if not every file was answered, with the reason; then the output
   *     folder is as it was
   * @throws vggstream.job.config.OptionsException if the job's options are wrong
   */
  public Summary run() throws RunFailedException, InterruptedException {
    settings.options(ANY_BROKER); // wrong options are told before anything starts
    List<ImageFile> files = files();
    try {
      Files.createDirectories(settings.out());
      try (JsonLines predictions = new JsonLines(settings.out().resolve(PREDICTIONS));
          JsonLines letters = new JsonLines(settings.out().resolve("dead-letters.jsonl"))) {
        Summary summary = run(files, predictions, letters);
        JsonLines.commit(predictions, letters);
        return summary;
      }
    } catch (IOException e) {
      throw new RunFailedException("cannot write to " + settings.out() + ": " + e, e);
    }
  }

  /**
   * Draws what the settings ask for, from the answers that {@link #run} has written.
   *
   * @throws RunFailedException if nothing can be drawn, with the reason; single images that cannot
   *     be drawn are counted instead
   */
  public Pictures.Drawn draw() throws RunFailedException, InterruptedException {
    try {
      return new Pictures(
              settings.images(),
              settings.out(),
              settings.pictures(),
              settings.options(ANY_BROKER).classifier())
          .draw(settings.out().resolve(PREDICTIONS), settings.parallelism());
    } catch (IOException e) {
      throw new RunFailedException("cannot draw into the images: " + e, e);
    } catch (ModelException | IllegalStateException e) {
      throw new RunFailedException("cannot draw into the images: " + Failures.message(e), e);
    }
  }

  private List<ImageFile> files() throws RunFailedException {
    try {
      return ImageFiles.ALL.under(settings.images()).toList();
    } catch (IOException | UncheckedIOException e) {
      throw new RunFailedException("cannot read " + settings.images() + ": " + e, e);
    }
  }

  private Summary run(List<ImageFile> files, JsonLines predictions, JsonLines letters)
      throws RunFailedException, InterruptedException {
    try (LocalStream stream =
        LocalStream.start(settings.temporary(), settings.parallelism(), settings.uiPort())) {
      JobOptions options = settings.options(stream.broker().bootstrapServers());
      // opened here first: a model that cannot be used is told at once, and its batches counted
      try (Classifier classifier = SharedClassifiers.open(options.classifier())) {
        LocalJob job = stream.start(options, settings.parallelism());
        progress.started(stream.ui(), files.size());
        job.awaitRunning(START_TIMEOUT);
        Tally tally = new Tally(files.stream().map(ImageFile::eventId).toList());
        Statistics statistics = new Statistics();
        double seconds =
            answers(options.kafka(), files, job, tally, statistics, predictions, letters);
        requireUnbroken(tally); // an answer that came twice may have come last
        return statistics.summary(seconds, histogram(classifier.statistics().batchesBySize()));
      }
    } catch (ModelException | IllegalStateException e) {
      throw new RunFailedException(Failures.message(e), e);
    } catch (ClientException e) {
      throw new RunFailedException(String.valueOf(e.getMessage()), e);
    } catch (UncheckedIOException e) {
      throw new RunFailedException(e.getMessage() + ": " + e.getCause(), e);
    }
  }

  /** Sends and reads to the end; the seconds from the first file sent to the last answer read. */
  private double answers(
      KafkaOptions topics,
      List<ImageFile> files,
      LocalJob job,
      Tally tally,
      Statistics statistics,
      JsonLines predictions,
      JsonLines letters)
      throws ClientException, RunFailedException, InterruptedException {
    KafkaCluster cluster = new KafkaCluster(topics.bootstrapServers(), topics.properties());
    try (TopicReader<Prediction> predictionReader =
            new TopicReader<>(
                "predictions",
                RecordTail.open(
                    cluster,
                    topics.predictionsTopic(),
                    Prediction.class,
                    RecordTail.From.BEGINNING),
                predictions,
                prediction -> {
                  statistics.predicted(prediction);
                  tally.answered(prediction.getEventId());
                },
                tally);
        TopicReader<DeadLetter> letterReader =
            new TopicReader<>(
                "dead-letters",
                RecordTail.open(
                    cluster,
                    topics.deadLettersTopic(),
                    DeadLetter.class,
                    RecordTail.From.BEGINNING),
                letters,
                letter -> {
                  statistics.refused(letter);
                  tally.answered(letter.getEventId());
                },
                tally);
        ImageSender sender =
            ImageSender.open(
                cluster,
                topics.inputTopic(),
                ImageSender.CapturedAt.NOW,
                new NotSent(topics.inputTopic(), letters, statistics, tally))) {
      Thread sending = new Thread(() -> send(files, sender, tally), "vgg-send");
      sending.setDaemon(true);
      long start = System.nanoTime();
      sending.start();
      await(job, tally);
      double seconds = (System.nanoTime() - start) / 1e9;
      sending.join();
      return seconds;
    }
  }

  private static void send(List<ImageFile> files, ImageSender sender, Tally tally) {
    try {
      for (ImageFile file : files) {
        if (tally.failure() != null) {
          return;
        }
        sender.send(file);
      }
      sender.flush();
    } catch (ClientException e) {
      tally.fail("cannot send: " + e.getMessage());
    } catch (RuntimeException e) {
      tally.fail("cannot send: " + e);
    }
  }

  private void await(LocalJob job, Tally tally) throws RunFailedException, InterruptedException {
    int answered = 0;
    long lastAnswer = System.nanoTime();
    while (!tally.complete()) {
      tally.await(POLL_MILLIS);
      requireUnbroken(tally);
      Optional<String> jobFailure = job.failure();
      if (jobFailure.isPresent()) {
        tally.fail("the job failed");
        throw new RunFailedException("the job failed: " + jobFailure.get());
      }
      if (tally.answeredCount() > answered) {
        answered = tally.answeredCount();
        lastAnswer = System.nanoTime();
        progress.answered(answered);
      } else if (System.nanoTime() - lastAnswer > settings.patience().toNanos()) {
        tally.fail("given up");
        throw new RunFailedException(
            "no answer came for %d s: %d of %d images are answered"
                .formatted(settings.patience().toSeconds(), answered, tally.expectedCount()));
      }
    }
  }

  private static void requireUnbroken(Tally tally) throws RunFailedException {
    String failure = tally.failure();
    if (failure != null) {
      throw new RunFailedException(failure);
    }
  }

  private static SortedMap<Integer, Long> histogram(long[] batchesBySize) {
    SortedMap<Integer, Long> histogram = new TreeMap<>();
    for (int size = 1; size < batchesBySize.length; size++) {
      if (batchesBySize[size] > 0) {
        histogram.put(size, batchesBySize[size]);
      }
    }
    return histogram;
  }

  /** Answers for the files that were not sent. */
  private record NotSent(String topic, JsonLines letters, Statistics statistics, Tally tally)
      implements ImageSender.Listener {
    @Override
    public void delivered(ImageFile file, long bytes) {}

    @Override
    public void failed(ImageFile file, String reason) {
      DeadLetter letter =
          DeadLetter.newBuilder()
              .setOrigin(new Origin(topic, -1, -1L)) // it has no place in the topic
              .setEventId(file.eventId())
              .setReason(NOT_SENT)
              .setStage(SEND)
              .setMessage(reason)
              .setOccurredAt(Instant.now())
              .setAttributes(Map.of())
              .build();
      try {
        letters.append(letter);
        statistics.refused(letter);
        tally.answered(file.eventId());
      } catch (IOException e) {
        tally.fail("cannot write an answer: " + e);
      }
    }
  }
}
