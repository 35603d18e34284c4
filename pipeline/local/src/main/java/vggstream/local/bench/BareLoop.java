package vggstream.local.bench;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import vggstream.classify.DenseClassifier;
import vggstream.classify.Protocol;
import vggstream.classify.RescaleLimit;
import vggstream.image.ImageDecoder;
import vggstream.image.ImageLimits;
import vggstream.image.ImageRejectedException;
import vggstream.image.RgbImage;
import vggstream.job.config.ClassifierOptions;
import vggstream.local.Failures;
import vggstream.local.run.RunFailedException;
import vggstream.model.DenseModel;
import vggstream.model.DenseModels;
import vggstream.model.Device;
import vggstream.model.ModelOptions;

/**
 * Decoding, rescaling and inference in a loop, without Flink and Kafka: what the machine could do.
 * Images are ordered by size, so batches are full.
 */
final class BareLoop {

  /** How the cores are shared. */
  enum Variant {
    /** One run at a time, with all cores; the images of a batch are decoded by as many threads. */
    ONE_RUN_OF_ALL_THREADS("one run of %d threads"),
    /** As many runs as cores, of one thread each, each in a loop of its own. */
    RUNS_OF_ONE_THREAD("%d runs of one thread");

    private final String title;

    Variant(String title) {
      this.title = title;
    }

    String title(int cores) {
      return title.formatted(cores);
    }
  }

  private final ClassifierOptions options;
  private final BenchImages images;
  private final ImageDecoder decoder;
  private final int cores = Runtime.getRuntime().availableProcessors();

  BareLoop(ClassifierOptions options, BenchImages images) {
    this.options = options;
    this.images = images;
    this.decoder =
        new ImageDecoder(new ImageLimits(options.maxImageBytes(), options.maxImagePixels()));
  }

  /**
   * Loads the model, and runs.
   *
   * @param warmUp not counted
   * @return images a second
   */
  double run(Variant variant, Duration warmUp, Duration window)
      throws RunFailedException, InterruptedException {
    int threads = variant == Variant.ONE_RUN_OF_ALL_THREADS ? cores : 1;
    List<DenseModel> models = new ArrayList<>();
    try {
      for (String file : options.modelFiles()) {
        models.add(
            DenseModels.open(
                Path.of(file),
                ModelOptions.on(Device.parse(options.device())).withThreads(threads)));
      }
      return run(models, variant, warmUp, window);
    } finally {
      models.forEach(DenseModel::close);
    }
  }

  private double run(List<DenseModel> models, Variant variant, Duration warmUp, Duration window)
      throws RunFailedException, InterruptedException {
    int loops = variant == Variant.ONE_RUN_OF_ALL_THREADS ? 1 : cores;
    AtomicLong next = new AtomicLong();
    ExecutorService pool = Executors.newFixedThreadPool(cores + loops, BareLoop::daemon);
    try {
      List<Future<Double>> rates = new ArrayList<>();
      for (int i = 0; i < loops; i++) {
        Callable<Double> loop =
            () ->
                rate(models, variant == Variant.ONE_RUN_OF_ALL_THREADS, pool, next, warmUp, window);
        rates.add(pool.submit(loop));
      }
      double sum = 0;
      for (Future<Double> rate : rates) {
        sum += rate.get();
      }
      return sum;
    } catch (ExecutionException e) {
      throw new RunFailedException("the bare loop failed: " + Failures.message(e), e);
    } finally {
      pool.shutdownNow();
    }
  }

  private static Thread daemon(Runnable task) {
    Thread thread = new Thread(task, "vgg-bare");
    thread.setDaemon(true);
    return thread;
  }

  /** Images a second of one loop, after its warm-up. */
  private double rate(
      List<DenseModel> models,
      boolean decodeTogether,
      ExecutorService pool,
      AtomicLong next,
      Duration warmUp,
      Duration window)
      throws Exception {
    Protocol protocol = protocol(models.get(0));
    int slots = options.batchSize() * (protocol.flip() ? 2 : 1);
    DenseClassifier classifier =
        new DenseClassifier(models, protocol, slots, new RescaleLimit(options.maxRescaledPixels()));
    int scale = protocol.largestScale();
    long counted = 0;
    long begin = System.nanoTime();
    long start = begin;
    while (true) {
      long first = next.getAndAdd(options.batchSize());
      List<RgbImage> batch =
          decodeTogether ? decodeTogether(first, scale, pool) : decode(first, scale);
      try {
        classifier.posteriors(batch);
      } finally {
        batch.forEach(RgbImage::close);
      }
      counted += batch.size();
      long now = System.nanoTime();
      if (start == begin && now - begin >= warmUp.toNanos()) {
        start = now;
        counted = 0;
      } else if (start != begin && now - start >= window.toNanos()) {
        return counted * 1e9 / (now - start);
      }
    }
  }

  private Protocol protocol(DenseModel model) {
    return options.scales().isEmpty()
        ? Protocol.multiScale(model.card(), options.flip())
        : new Protocol(options.scales(), options.flip());
  }

  private List<RgbImage> decode(long first, int scale) throws ImageRejectedException {
    List<RgbImage> batch = new ArrayList<>(options.batchSize());
    for (int i = 0; i < options.batchSize(); i++) {
      batch.add(decodeOne(first + i, scale));
    }
    return batch;
  }

  private RgbImage decodeOne(long i, int scale) throws ImageRejectedException {
    return decoder.decodeFor(images.get(i).encoded().duplicate(), scale);
  }

  private List<RgbImage> decodeTogether(long first, int scale, ExecutorService pool)
      throws ExecutionException, InterruptedException {
    List<Callable<RgbImage>> tasks = new ArrayList<>(options.batchSize());
    for (int i = 0; i < options.batchSize(); i++) {
      long image = first + i;
      tasks.add(() -> decodeOne(image, scale));
    }
    List<RgbImage> batch = new ArrayList<>(options.batchSize());
    for (Future<RgbImage> decoded : pool.invokeAll(tasks)) {
      batch.add(decoded.get());
    }
    return batch;
  }
}
