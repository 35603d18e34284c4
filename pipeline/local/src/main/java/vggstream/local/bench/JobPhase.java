package vggstream.local.bench;

import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import vggstream.client.ClientException;
import vggstream.client.ImageFile;
import vggstream.client.ImageSender;
import vggstream.client.RecordTail;
import vggstream.job.config.JobOptions;
import vggstream.local.LocalJob;
import vggstream.local.run.RunFailedException;
import vggstream.schema.Origin;
import vggstream.schema.Prediction;

/**
 * The whole job from Kafka to Kafka, exactly once, over a topic that was filled before: its speed
 * by the times at which predictions were written, read once the measurement is over.
 */
final class JobPhase {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final Duration POLL = Duration.ofMillis(500);
  private static final long LOOK_MILLIS = 500;

  private final BenchJob jobs;
  private final BenchImages images;

  JobPhase(BenchJob jobs, BenchImages images) {
    this.jobs = jobs;
    this.images = images;
  }

  /**
   * Fills a topic, runs the job over it and stops it.
   *
   * @param name of this phase, for its topics
   * @param words options of the job for this phase, over the others
   * @param events to fill the topic with; more than are answered in time
   * @param warmUp from the first prediction on, not counted
   * @return images a second
   */
  double run(String name, Map<String, String> words, long events, Duration warmUp, Duration window)
      throws RunFailedException, InterruptedException {
    JobOptions options = jobs.options(name, words);
    try {
      fill(options, events);
      LocalJob job = jobs.start(options);
      await(job, warmUp.plus(window));
      AnswerTimes times = read(options, job, warmUp.plus(window), events);
      job.cancel();
      return times.rate(warmUp.toMillis(), window.toMillis());
    } catch (ClientException e) {
      throw new RunFailedException(String.valueOf(e.getMessage()), e);
    } finally {
      jobs.delete(options);
    }
  }

  private void fill(JobOptions options, long events) throws ClientException, RunFailedException {
    jobs.createInput(options);
    SendFailures failed = new SendFailures();
    try (ImageSender sender =
        ImageSender.open(
            BenchJob.kafka(options),
            options.kafka().inputTopic(),
            ImageSender.CapturedAt.NOW,
            failed)) {
      for (long i = 0; i < events; i++) {
        ImageFile file = images.get(i).file();
        // the source is the key: spread over the partitions
        sender.send(new ImageFile(file.path(), i + "/" + file.eventId(), "bench-" + i % 64));
      }
      sender.flush();
    }
    failed.require();
  }

  /** Reads nothing while it is measured. */
  private static void await(LocalJob job, Duration time)
      throws RunFailedException, InterruptedException {
    long end = System.nanoTime() + time.toNanos();
    while (System.nanoTime() < end) {
      BenchJob.requireRunning(job);
      Thread.sleep(LOOK_MILLIS);
    }
  }

  /** Reads until predictions are committed that were written after the measurement. */
  private AnswerTimes read(JobOptions options, LocalJob job, Duration measured, long events)
      throws ClientException, RunFailedException, InterruptedException {
    AnswerTimes times = new AnswerTimes();
    try (RecordTail<Prediction> tail =
        RecordTail.open(
            BenchJob.kafka(options),
            options.kafka().predictionsTopic(),
            Prediction.class,
            RecordTail.From.BEGINNING)) {
      long lastAnswer = System.nanoTime();
      while (!times.reach(measured.toMillis())) {
        if (times.count() >= events) {
          throw new RunFailedException(
              "the topic held too few events: all %d were answered within %d ms"
                  .formatted(events, times.spanMillis()));
        }
        BenchJob.requireRunning(job);
        if (tail.poll(POLL, times) > 0) {
          lastAnswer = System.nanoTime();
        } else if (System.nanoTime() - lastAnswer > PATIENCE.toNanos()) {
          throw new RunFailedException(
              "no further prediction came for %d s: %d of %d events are answered by one"
                  .formatted(PATIENCE.toSeconds(), times.count(), events));
        }
      }
    }
    return times;
  }

  /** When predictions were written. */
  static final class AnswerTimes implements RecordTail.Listener<Prediction> {
    private long[] millis = new long[1 << 10];
    private int count;
    private long first = Long.MAX_VALUE;
    private long last;

    @Override
    public void received(Origin origin, Prediction prediction) {
      add(prediction.getPredictedAt().toEpochMilli());
    }

    @Override
    public void undecodable(Origin origin, String reason) {
      throw new IllegalStateException("a prediction cannot be read: " + reason);
    }

    void add(long time) {
      if (count == millis.length) {
        millis = Arrays.copyOf(millis, 2 * count);
      }
      millis[count++] = time;
      first = Math.min(first, time);
      last = Math.max(last, time);
    }

    int count() {
      return count;
    }

    long spanMillis() {
      return count == 0 ? 0 : last - first;
    }

    boolean reach(long measuredMillis) {
      return spanMillis() > measuredMillis;
    }

    /**
     * Images a second from the last answer of the warm-up to the last of the window: from one end
     * of a batch to another, so that half a batch at an end does not count as none or as one.
     */
    double rate(long warmUpMillis, long windowMillis) throws RunFailedException {
      long[] sorted = Arrays.copyOf(millis, count);
      Arrays.sort(sorted);
      int from = lastAt(sorted, first + warmUpMillis);
      int to = lastAt(sorted, first + warmUpMillis + windowMillis);
      if (from < 0 || to <= from || sorted[to] == sorted[from]) {
        throw new RunFailedException(
            "too few images are answered within %d ms to tell their rate: take a longer --seconds"
                .formatted(windowMillis));
      }
      return (to - from) * 1e3 / (sorted[to] - sorted[from]);
    }

    private static int lastAt(long[] sorted, long time) {
      int i = -1;
      while (i + 1 < sorted.length && sorted[i + 1] <= time) {
        i++;
      }
      return i;
    }
  }
}
