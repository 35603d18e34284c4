package vggstream.local.bench;

import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import vggstream.client.ClientException;
import vggstream.client.ImageFile;
import vggstream.client.ImageSender;
import vggstream.client.KafkaCluster;
import vggstream.client.RecordTail;
import vggstream.job.config.JobOptions;
import vggstream.local.LocalJob;
import vggstream.local.run.Percentiles;
import vggstream.local.run.RunFailedException;
import vggstream.schema.Origin;
import vggstream.schema.Prediction;

/**
 * Latency under a light load: an image is sent only when the prediction before it is committed,
 * which with a commit a second is about one a second. A prediction's time is that of its writing,
 * before it is committed.
 */
final class LightLoad {
  /** The first are not counted, at most so many: until classes are compiled. */
  private static final int WARM_UP = 20;

  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final Duration POLL = Duration.ofMillis(200);

  private final BenchJob jobs;
  private final BenchImages images;

  LightLoad(BenchJob jobs, BenchImages images) {
    this.jobs = jobs;
    this.images = images;
  }

  /**
   * Measures.
   *
   * @param count images that are counted, at least 1
   */
  BenchmarkResult.Latency run(int count) throws RunFailedException, InterruptedException {
    JobOptions options =
        jobs.options(
            "bench-light", Map.of("checkpoint-interval", "1 s", "starting-offsets", "earliest"));
    try {
      jobs.createInput(options);
      LocalJob job = jobs.start(options);
      BenchmarkResult.Latency latency = measure(options, job, count);
      job.cancel();
      return latency;
    } catch (ClientException e) {
      throw new RunFailedException(String.valueOf(e.getMessage()), e);
    } finally {
      jobs.delete(options);
    }
  }

  private BenchmarkResult.Latency measure(JobOptions options, LocalJob job, int count)
      throws ClientException, RunFailedException, InterruptedException {
    long lingerMicros = options.classifier().batchLinger().toNanos() / 1000;
    int warmUp = Math.min(WARM_UP, count);
    long[] total = new long[count];
    long[] rest = new long[count];
    SendFailures failed = new SendFailures();
    Latest latest = new Latest();
    try (ImageSender sender =
            ImageSender.open(
                unhurried(BenchJob.kafka(options)),
                options.kafka().inputTopic(),
                ImageSender.CapturedAt.NOW,
                failed);
        RecordTail<Prediction> tail =
            RecordTail.open(
                BenchJob.kafka(options),
                options.kafka().predictionsTopic(),
                Prediction.class,
                RecordTail.From.BEGINNING)) {
      for (int i = -warmUp; i < count; i++) {
        ImageFile file = images.get(i + warmUp).file();
        sender.send(new ImageFile(file.path(), "light-" + i, "bench"));
        sender.flush();
        failed.require();
        Prediction answer = next(tail, latest, job);
        if (i >= 0) {
          total[i] = answer.getPredictedAt().toEpochMilli() - answer.getCapturedAt().toEpochMilli();
          rest[i] = total[i] - spentMicros(answer, lingerMicros) / 1000;
        }
      }
    }
    return new BenchmarkResult.Latency(count, Percentiles.of(total), Percentiles.of(rest));
  }

  private static long spentMicros(Prediction answer, long lingerMicros) {
    return answer.getTimings().getDecodeMicros()
        + answer.getTimings().getInferenceMicros()
        + Math.min(lingerMicros, answer.getTimings().getQueueMicros());
  }

  /** The producer's own pause before it sends is not the job's. */
  private static KafkaCluster unhurried(KafkaCluster cluster) {
    Map<String, String> properties = new TreeMap<>(cluster.properties());
    properties.put("linger.ms", "0");
    return new KafkaCluster(cluster.bootstrapServers(), properties);
  }

  private static Prediction next(RecordTail<Prediction> tail, Latest latest, LocalJob job)
      throws ClientException, RunFailedException, InterruptedException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    latest.prediction = null;
    while (true) {
      tail.poll(POLL, latest);
      Prediction prediction = latest.prediction;
      if (prediction != null) {
        return prediction;
      }
      BenchJob.requireRunning(job);
      if (System.nanoTime() > end) {
        throw new RunFailedException("no prediction came for %d s".formatted(PATIENCE.toSeconds()));
      }
    }
  }

  private static final class Latest implements RecordTail.Listener<Prediction> {
    private @Nullable Prediction prediction;

    @Override
    public void received(Origin origin, Prediction received) {
      prediction = received;
    }

    @Override
    public void undecodable(Origin origin, String reason) {
      throw new IllegalStateException("a prediction cannot be read: " + reason);
    }
  }
}
