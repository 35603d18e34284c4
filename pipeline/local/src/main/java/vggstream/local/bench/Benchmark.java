package vggstream.local.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.text.ParseException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import jdk.jfr.Configuration;
import jdk.jfr.Recording;
import org.jspecify.annotations.Nullable;
import vggstream.image.ImageDecoder;
import vggstream.image.ImageLimits;
import vggstream.job.config.ClassifierOptions;
import vggstream.job.config.JobOptions;
import vggstream.local.Failures;
import vggstream.local.LocalStream;
import vggstream.local.run.RunFailedException;
import vggstream.model.ModelException;

/**
 * Bare inference and the job in turns on one machine. Bare is the faster of one run with all cores
 * and as many runs of one thread; where one of them is more than a tenth slower in its warm-up, it
 * is left out afterwards.
 */
public final class Benchmark {
  private static final String ANY_BROKER = "127.0.0.1:9092";
  private static final double CLEARLY_SLOWER = 0.9;
  private static final double MORE_THAN_BARE = 1.4;

  /**
   * What to measure.
   *
   * @param images folder
   * @param job the job's options by their words, but for brokers and topics
   * @param pairs at least 1
   * @param window of each measurement, positive
   * @param warmUp before each, not counted
   * @param parallelism subtasks of the job, at least 1
   * @param temporary where the broker keeps its data meanwhile
   * @param lightImages how many are sent one at a time for the latency; 0: none
   * @param profile where a recording of the JDK's Flight Recorder of the last run of the job goes;
   *     null: none
   */
  public record Settings(
      Path images,
      Map<String, String> job,
      int pairs,
      Duration window,
      Duration warmUp,
      int parallelism,
      Path temporary,
      int lightImages,
      @Nullable Path profile) {
    public Settings {
      job = Map.copyOf(job);
      if (pairs < 1 || parallelism < 1) {
        throw new IllegalArgumentException(
            "pairs and parallelism must be at least 1: were %d, %d".formatted(pairs, parallelism));
      }
      if (lightImages < 0) {
        throw new IllegalArgumentException("light-load must be at least 0: was " + lightImages);
      }
      if (window.isZero() || window.isNegative() || warmUp.isNegative()) {
        throw new IllegalArgumentException(
            "seconds must be positive, and warm-up-seconds not negative: were %s, %s"
                .formatted(window, warmUp));
      }
    }

    private Map<String, String> words() {
      Map<String, String> words = new TreeMap<>(job);
      // nobody waits for one image, and a large network on a processor takes its time
      words.putIfAbsent("timeout", "12 min");
      words.putIfAbsent("transaction-timeout", "15 min");
      return words;
    }
  }

  private final Settings settings;
  private final Consumer<String> progress;

  /**
   * @param progress told a line now and then
   */
  public Benchmark(Settings settings, Consumer<String> progress) {
    this.settings = settings;
    this.progress = progress;
  }

  /**
   * Measures.
   *
   * @throws vggstream.job.config.OptionsException if the job's options are wrong
   */
  public BenchmarkResult run() throws RunFailedException, InterruptedException {
    Map<String, String> any = new TreeMap<>(settings.words());
    any.put("bootstrap-servers", ANY_BROKER);
    JobOptions options = JobOptions.of(any);
    ClassifierOptions classifier = options.classifier();
    BenchImages images =
        BenchImages.read(
            settings.images(),
            new ImageDecoder(
                new ImageLimits(classifier.maxImageBytes(), classifier.maxImagePixels())),
            classifier.scales().stream().max(Integer::compare).orElse(Integer.MAX_VALUE));
    tell("%d images of %d bytes in the mean", images.count(), images.meanBytes());
    try (LocalStream stream = LocalStream.start(settings.temporary(), settings.parallelism(), 0)) {
      BenchJob jobs = new BenchJob(stream, settings.words(), settings.parallelism());
      BenchmarkResult result =
          pairs(new BareLoop(classifier, images), new JobPhase(jobs, images), options);
      return settings.lightImages() == 0
          ? result
          : result.with(new LightLoad(jobs, images).run(settings.lightImages()));
    } catch (ModelException | IllegalStateException e) {
      throw new RunFailedException(Failures.message(e), e);
    }
  }

  private BenchmarkResult pairs(BareLoop bare, JobPhase job, JobOptions options)
      throws RunFailedException, InterruptedException {
    List<BareLoop.Variant> variants = faster(bare);
    List<BenchmarkResult.Pair> pairs = new ArrayList<>();
    for (int i = 1; i <= settings.pairs(); i++) {
      double best = 0;
      String title = "";
      for (BareLoop.Variant variant : variants) {
        double rate = bare.run(variant, settings.warmUp(), settings.window());
        tell("pair %d: bare, %s: %.2f images/s", i, title(variant), rate);
        if (rate > best) {
          best = rate;
          title = title(variant);
        }
      }
      double rate = job(job, i, events(best, options));
      pairs.add(new BenchmarkResult.Pair(best, title, rate));
      tell("pair %d: job: %.2f images/s, ratio %.3f", i, rate, rate / best);
    }
    return new BenchmarkResult(pairs);
  }

  private List<BareLoop.Variant> faster(BareLoop bare)
      throws RunFailedException, InterruptedException {
    Map<BareLoop.Variant, Double> rates = new EnumMap<>(BareLoop.Variant.class);
    double best = 0;
    for (BareLoop.Variant variant : BareLoop.Variant.values()) {
      double rate = bare.run(variant, settings.warmUp(), settings.window().dividedBy(4));
      tell("warm-up: bare, %s: %.2f images/s", title(variant), rate);
      rates.put(variant, rate);
      best = Math.max(best, rate);
    }
    double least = best * CLEARLY_SLOWER;
    return rates.entrySet().stream()
        .filter(e -> e.getValue() >= least)
        .map(Map.Entry::getKey)
        .toList();
  }

  private static String title(BareLoop.Variant variant) {
    return variant.title(Runtime.getRuntime().availableProcessors());
  }

  /** More than the job answers until it is stopped, were it faster than the bare loop. */
  private long events(double bareRate, JobOptions options) {
    Duration running = settings.warmUp().plus(settings.window()).plusSeconds(2);
    long least = 4L * options.capacity() * settings.parallelism();
    return least + (long) (MORE_THAN_BARE * bareRate * running.toMillis() / 1000);
  }

  private double job(JobPhase job, int i, long events)
      throws RunFailedException, InterruptedException {
    Path profile = settings.profile();
    if (profile == null || i < settings.pairs()) {
      return job.run("bench-" + i, events, settings.warmUp(), settings.window());
    }
    try (Recording recording = new Recording(Configuration.getConfiguration("profile"))) {
      recording.start();
      double rate = job.run("bench-" + i, events, settings.warmUp(), settings.window());
      recording.stop();
      recording.dump(profile);
      tell("profile: %s", profile.toAbsolutePath().normalize());
      return rate;
    } catch (IOException | ParseException e) {
      throw new RunFailedException("cannot record a profile: " + e, e);
    }
  }

  private void tell(String format, Object... values) {
    progress.accept(String.format(Locale.ROOT, format, values));
  }
}
