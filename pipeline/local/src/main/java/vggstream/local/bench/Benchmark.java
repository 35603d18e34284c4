package vggstream.local.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.text.ParseException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
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
import vggstream.local.ShippedFile;
import vggstream.local.run.RunFailedException;
import vggstream.model.ModelException;

/**
 * Bare inference and the job in turns on one machine. Bare is the faster of one run with all cores
 * and as many runs of one thread; where one of them is more than a tenth slower in its warm-up, it
 * is left out afterwards.
 */
public final class Benchmark {
  private static final String ANY_BROKER = "127.0.0.1:9092";

  /** Crop side 224: one 1x1 convolution of each pixel, and means. It costs next to nothing. */
  static final String ONE_CONVOLUTION = "one-convolution.onnx";

  private static final int CHEAP_SIDE = 224; // what it is run on to warm up

  private static final String RESOURCES = "/vggstream/local/bench/";
  private static final int MOST_SIDE = 4096;
  private static final double CLEARLY_SLOWER = 0.9;
  private static final double MORE_THAN_BARE = 1.4;

  /** Images a second below which a network would leave the JVM's compiler with little to count. */
  private static final double SLOW = 100;

  /** Images a second that the job answers at most with a network that costs nothing. */
  private static final double FAST = 1000;

  /**
   * What to measure.
   *
   * @param images folder
   * @param imagesSide side, pixels, of the squares that the images are made to before they are
   *     encoded anew and measured; 0: they are measured as they are
   * @param job the job's options by their words, but for brokers and topics; without {@code model}
   *     the network is one 1x1 convolution
   * @param pairs at least 1
   * @param window of each measurement, positive
   * @param warmUp before each, not counted
   * @param jobWarmUp how long the job runs once before all measurements, until the JVM has compiled
   *     broker, Flink and job (below 100 images a second with a network that costs nothing, lest
   *     that take hours); may be zero
   * @param parallelism subtasks of the job, at least 1
   * @param temporary where the broker keeps its data meanwhile
   * @param lightImages how many are sent one at a time for the latency; 0: none
   * @param profile where a recording of the JDK's Flight Recorder of a further run of the job, not
   *     counted, goes; null: none
   */
  public record Settings(
      Path images,
      int imagesSide,
      Map<String, String> job,
      int pairs,
      Duration window,
      Duration warmUp,
      Duration jobWarmUp,
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
      if (imagesSide < 0 || imagesSide > MOST_SIDE) {
        throw new IllegalArgumentException(
            "images-side must be within 0..%d: was %d".formatted(MOST_SIDE, imagesSide));
      }
      if (lightImages < 0) {
        throw new IllegalArgumentException("light-load must be at least 0: was " + lightImages);
      }
      if (window.isZero() || window.isNegative() || warmUp.isNegative() || jobWarmUp.isNegative()) {
        throw new IllegalArgumentException(
            "seconds must be positive, warm-up-seconds and job-warm-up-seconds not negative: were"
                + " %s, %s, %s".formatted(window, warmUp, jobWarmUp));
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
    JobOptions options = options(settings.words());
    try (LocalStream stream = LocalStream.start(settings.temporary(), settings.parallelism(), 0)) {
      Map<String, String> words = settings.words();
      Path cheap =
          ShippedFile.copy(RESOURCES + ONE_CONVOLUTION, stream.temporaryFile(ONE_CONVOLUTION));
      if (!settings.job().containsKey("model")) {
        words.put("model", cheap.toString());
        options = options(words);
      }
      BenchImages images = images(options.classifier(), stream);
      BenchJob jobs = new BenchJob(stream, words, settings.parallelism());
      BenchmarkResult result = pairs(new Setup(stream, jobs, images, options, cheap));
      return settings.lightImages() == 0
          ? result
          : result.with(new LightLoad(jobs, images).run(settings.lightImages()));
    } catch (ModelException | IllegalStateException e) {
      throw new RunFailedException(Failures.message(e), e);
    }
  }

  private static JobOptions options(Map<String, String> words) {
    Map<String, String> any = new TreeMap<>(words);
    any.put("bootstrap-servers", ANY_BROKER);
    any.putIfAbsent("model", ONE_CONVOLUTION);
    return JobOptions.of(any);
  }

  private static ImageDecoder decoder(ClassifierOptions options) {
    return new ImageDecoder(new ImageLimits(options.maxImageBytes(), options.maxImagePixels()));
  }

  private BenchImages images(ClassifierOptions options, LocalStream stream)
      throws RunFailedException {
    ImageDecoder decoder = decoder(options);
    Path folder = settings.images();
    if (settings.imagesSide() > 0) {
      folder = stream.temporaryFile("images");
      BenchImages.makeSquares(settings.images(), decoder, settings.imagesSide(), folder);
    }
    int largestScale = options.scales().stream().max(Integer::compare).orElse(Integer.MAX_VALUE);
    BenchImages images = BenchImages.read(folder, decoder, largestScale);
    tell("%d images of %d bytes in the mean", images.count(), images.meanBytes());
    return images;
  }

  /**
   * What is there for all measurements.
   *
   * @param cheap a file with the network of one convolution
   */
  private record Setup(
      LocalStream stream, BenchJob jobs, BenchImages images, JobOptions options, Path cheap) {}

  private BenchmarkResult pairs(Setup setup) throws RunFailedException, InterruptedException {
    JobOptions options = setup.options;
    BareLoop bare = new BareLoop(options.classifier(), setup.images);
    JobPhase job = new JobPhase(setup.jobs, setup.images);
    Map<BareLoop.Variant, Double> rates = rates(bare);
    List<BareLoop.Variant> variants = faster(rates);
    if (!settings.jobWarmUp().isZero()) {
      warmUp(setup, Collections.max(rates.values()));
    }
    Duration measured = settings.warmUp().plus(settings.window());
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
      double rate =
          job.run(
              "bench-" + i,
              Map.of(),
              events(best, measured, options),
              settings.warmUp(),
              settings.window());
      pairs.add(new BenchmarkResult.Pair(best, title, rate));
      tell("pair %d: job: %.2f images/s, ratio %.3f", i, rate, rate / best);
    }
    if (settings.profile() != null) {
      double fastest = Collections.max(rates.values());
      profile(job, settings.profile(), events(fastest, measured, options));
    }
    return new BenchmarkResult(pairs);
  }

  /** Runs the job; if its network is slow, with one that costs nothing, on small images. */
  private void warmUp(Setup setup, double bareRate)
      throws RunFailedException, InterruptedException {
    boolean slow = bareRate < SLOW;
    BenchImages images = setup.images;
    Map<String, String> words = Map.of();
    if (slow) {
      ImageDecoder decoder = decoder(setup.options.classifier());
      Path folder = setup.stream.temporaryFile("warm-up");
      BenchImages.makeSquares(settings.images(), decoder, CHEAP_SIDE, folder);
      images = BenchImages.read(folder, decoder, CHEAP_SIDE);
      words = Map.of("model", setup.cheap.toString(), "scales", Integer.toString(CHEAP_SIDE));
    }
    long events = events(slow ? FAST : bareRate, settings.jobWarmUp(), setup.options);
    double rate =
        new JobPhase(setup.jobs, images)
            .run("bench-0", words, events, Duration.ZERO, settings.jobWarmUp());
    tell("warm-up: job%s: %.2f images/s", slow ? ", one convolution" : "", rate);
  }

  /** Images a second, in a short run of each. */
  private Map<BareLoop.Variant, Double> rates(BareLoop bare)
      throws RunFailedException, InterruptedException {
    Map<BareLoop.Variant, Double> rates = new EnumMap<>(BareLoop.Variant.class);
    for (BareLoop.Variant variant : BareLoop.Variant.values()) {
      double rate = bare.run(variant, settings.warmUp(), settings.window().dividedBy(4));
      tell("warm-up: bare, %s: %.2f images/s", title(variant), rate);
      rates.put(variant, rate);
    }
    return rates;
  }

  private static List<BareLoop.Variant> faster(Map<BareLoop.Variant, Double> rates) {
    double least = Collections.max(rates.values()) * CLEARLY_SLOWER;
    return rates.entrySet().stream()
        .filter(e -> e.getValue() >= least)
        .map(Map.Entry::getKey)
        .toList();
  }

  private static String title(BareLoop.Variant variant) {
    return variant.title(Runtime.getRuntime().availableProcessors());
  }

  /** More than the job answers until it is stopped, were it faster than the bare loop. */
  private long events(double bareRate, Duration measured, JobOptions options) {
    Duration running = measured.plusSeconds(2);
    long least = 4L * options.capacity() * settings.parallelism();
    return least + (long) (MORE_THAN_BARE * bareRate * running.toMillis() / 1000);
  }

  /** A run of its own, which is not counted: recording takes its time. */
  private void profile(JobPhase job, Path file, long events)
      throws RunFailedException, InterruptedException {
    try (Recording recording = new Recording(Configuration.getConfiguration("profile"))) {
      recording.start();
      job.run("bench-profile", Map.of(), events, settings.warmUp(), settings.window());
      recording.stop();
      recording.dump(file);
      tell("profile: %s", file.toAbsolutePath().normalize());
    } catch (IOException | ParseException e) {
      throw new RunFailedException("cannot record a profile: " + e, e);
    }
  }

  private void tell(String format, Object... values) {
    progress.accept(String.format(Locale.ROOT, format, values));
  }
}
