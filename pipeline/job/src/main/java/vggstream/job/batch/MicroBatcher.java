package vggstream.job.batch;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import vggstream.classify.Cropping;
import vggstream.classify.Protocol;
import vggstream.classify.RescaleLimit;
import vggstream.classify.ScaledView;
import vggstream.image.ImageDecoder;
import vggstream.image.ImageLimits;
import vggstream.image.ImageRejectedException;
import vggstream.image.RgbImage;
import vggstream.image.Size;
import vggstream.job.config.ClassifierOptions;
import vggstream.model.ModelCard;

/**
 * Classifies images that arrive one by one, in batches of one height and width: a pool of threads
 * decodes and rescales each image straight into its places, one a scale; threads of inference run
 * the batches; what the networks say of an image's views is gathered, and its answer is handed over
 * on one of these threads. Thread-safe.
 *
 * <p>Images that wait to be decoded are not bounded here but by who submits them (Flink's
 * capacity); what is decoded is bounded by {@link ClassifierOptions#batchMemory}.
 */
public final class MicroBatcher implements AutoCloseable {

  /** An image on its way. */
  public interface Ticket {
    /** Its answer is not wanted any more: it is not given, and work on it ends soon. */
    void cancel();
  }

  private static final Logger LOG = LoggerFactory.getLogger(MicroBatcher.class);

  private static final AtomicInteger INSTANCES = new AtomicInteger();

  /** Boxes of an answer (ILSVRC: an image is right if one of five is). */
  private static final int MOST_BOXES = 5;

  private final Function<Size, Findings> findings; // by size of the original
  private final ViewMaker views;
  private final RunLimit limit;
  private final SizesInUse sizesInUse;
  private final int largestScale;
  private final ImageDecoder decoder;
  private final BatchQueue queue;
  private final ThreadPoolExecutor decoding;
  private final Queue<Thread> decoders = new ConcurrentLinkedQueue<>(); // the pool's, all it made
  private final List<Thread> inference = new ArrayList<>();
  private final BatchStatistics statistics;

  /** On one device, with nothing known of the images to come. */
  public MicroBatcher(Networks networks, Protocol protocol, ClassifierOptions options) {
    this(List.of(networks), protocol, options, new SizesInUse());
  }

  /**
   * Runs the networks for the first time, if the options want that, and starts the threads.
   *
   * @param replicas the same networks on each device, at least one; they stay the caller's to
   *     close, after this
   * @param sizesInUse of the images that come; noted here, and used to warm up
   * @throws IllegalArgumentException if a scale is too small for them, or the protocol is not dense
   * @throws vggstream.model.ModelException if a first run fails
   */
  MicroBatcher(
      List<Networks> replicas,
      Protocol protocol,
      ClassifierOptions options,
      SizesInUse sizesInUse) {
    Networks networks = replicas.get(0);
    if (protocol.cropping() != Cropping.DENSE) {
      throw new IllegalArgumentException(
          "the stream's protocol must be dense: was " + protocol.cropping().title());
    }
    networks.each().forEach(network -> protocol.requireFits(network.card()));
    this.findings = findings(networks, options);
    this.sizesInUse = sizesInUse;
    this.largestScale = Collections.max(protocol.scales());
    this.views =
        new ViewMaker(
            protocol,
            new RescaleLimit(options.maxRescaledPixels()),
            options.sizeMultiple(),
            networks.smallestSide());
    this.limit = new RunLimit(options.batchSize(), options.batchPixels());
    this.decoder =
        new ImageDecoder(new ImageLimits(options.maxImageBytes(), options.maxImagePixels()));
    this.statistics = new BatchStatistics(options.batchSize());
    this.queue = new BatchQueue(limit, options.batchLinger().toNanos(), options.batchMemory());
    if (options.warmUp()) {
      warmUp(replicas, options, protocol);
    }
    int instance = INSTANCES.incrementAndGet();
    int decodeThreads =
        options.decodeThreads() > 0
            ? options.decodeThreads()
            : Runtime.getRuntime().availableProcessors();
    AtomicInteger made = new AtomicInteger();
    ThreadFactory threads =
        task -> {
          Thread thread =
              daemon(task, "vgg-decode-%d-%d".formatted(instance, made.incrementAndGet()));
          decoders.add(thread);
          return thread;
        };
    this.decoding =
        new ThreadPoolExecutor(
            decodeThreads,
            decodeThreads,
            0,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            threads);
    int cores = Runtime.getRuntime().availableProcessors();
    for (Networks replica : replicas) {
      for (int run = 0; run < options.runsAtATime(replica.device(), cores); run++) {
        Thread thread =
            daemon(
                new InferenceLoop(replica, queue, limit, statistics),
                "vgg-inference-%d-%d".formatted(instance, inference.size() + 1));
        inference.add(thread);
        thread.start();
      }
    }
  }

  private void warmUp(List<Networks> replicas, ClassifierOptions options, Protocol protocol) {
    List<Size> sizes = new ArrayList<>(options.warmUpSizes());
    sizes.addAll(sizesInUse.sizes());
    if (sizes.isEmpty()) {
      sizes.addAll(WarmUp.squares(protocol.scales()));
    }
    long start = System.nanoTime();
    int shapes = 0;
    for (Networks replica : replicas) {
      shapes += new WarmUp(replica, limit).run(sizes, views);
    }
    LOG.info(
        "Ran {} shapes for the first time in {} ms",
        shapes,
        TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start));
  }

  private static Function<Size, Findings> findings(Networks networks, ClassifierOptions options) {
    ModelCard card = networks.card();
    if (networks.embedding()) {
      return original -> new FeatureFindings(card.featureCount());
    }
    if (!networks.localises()) {
      return original -> new ClassFindings(card.classCount());
    }
    BoxFindings.Memory memory = new BoxFindings.Memory(card, 4 * options.batchSize());
    int most = Math.min(MOST_BOXES, options.topK());
    return original -> new BoxFindings(memory, original, most);
  }

  private static Thread daemon(Runnable task, String name) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    return thread;
  }

  /** What this did so far. */
  public BatchStatistics statistics() {
    return statistics;
  }

  /** Most pixels of a run: fewer than the options say once memory did not suffice. */
  public long runPixels() {
    return limit.pixels();
  }

  /** How often that was halved. */
  public int halvings() {
    return limit.halvings();
  }

  /** Direct bytes of the batches that are being filled or run. */
  public long bytesInUse() {
    return queue.bytesInUse();
  }

  /**
   * Takes an image to be classified; returns at once.
   *
   * @param encoded bytes between position and limit, unchanged until answered
   * @param answer called exactly once unless cancelled before, on a thread of the batcher, or where
   *     it is closed on that of the caller or of who closes it; must not block
   */
  public Ticket submit(ByteBuffer encoded, Consumer<Outcome> answer) {
    Request request = new Request(encoded, answer);
    try {
      decoding.execute(new Decode(request));
    } catch (RejectedExecutionException e) {
      request.complete(closed());
    }
    return request;
  }

  private static Outcome closed() {
    return new Outcome.Broken(new CancellationException("the batcher is closed"));
  }

  private final class Decode implements Runnable {
    private final Request request;
    private Stage stage = Stage.DECODE;

    Decode(Request request) {
      this.request = request;
    }

    @Override
    public void run() {
      try {
        ByteBuffer encoded = request.takeEncoded();
        if (encoded != null) {
          decode(encoded);
        }
      } catch (ImageRejectedException e) {
        request.complete(
            new Outcome.Rejected(stage, e.reason().name(), String.valueOf(e.getMessage())));
      } catch (InterruptedException | CancellationException e) {
        request.complete(closed());
      } catch (RuntimeException e) {
        LOG.warn("An image failed unexpectedly at {}", stage, e);
        request.complete(
            new Outcome.Rejected(stage, FailureReason.UNEXPECTED.name(), e.toString()));
      } catch (Throwable e) { // a native library, memory: not the image's fault
        request.complete(new Outcome.Broken(e));
      }
    }

    private void decode(ByteBuffer encoded) throws ImageRejectedException, InterruptedException {
      long start = System.nanoTime();
      try (RgbImage image = decoder.decodeFor(encoded, largestScale)) {
        request.addDecodeNanos(System.nanoTime() - start);
        stage = Stage.RESCALE;
        List<ScaledView> scaled = views.views(image.originalSize());
        sizesInUse.add(image.originalSize());
        request.decoded(image, scaled.size(), findings.apply(image.originalSize()));
        for (ScaledView view : scaled) {
          if (request.isDone()) {
            return;
          }
          write(image, view);
        }
      }
    }

    private void write(RgbImage image, ScaledView view) throws InterruptedException {
      Batch.Place place = queue.reserve(view, request);
      try {
        long start = System.nanoTime();
        view.write(image, place.batch().pixels(), place.index() * view.slots());
        request.addDecodeNanos(System.nanoTime() - start);
      } finally {
        queue.written(place);
      }
    }
  }

  /** Ends: what is not answered yet is answered as {@link Outcome.Broken}; no thread is left. */
  @Override
  public void close() {
    for (Runnable undecoded : decoding.shutdownNow()) {
      ((Decode) undecoded).request.complete(closed());
    }
    for (Request request : queue.close()) {
      request.complete(closed());
    }
    boolean interrupted = false;
    for (Thread thread : inference) {
      interrupted |= joinFully(thread);
    }
    for (Thread thread : decoders) { // a pool is terminated before its last thread is
      interrupted |= joinFully(thread);
    }
    queue.freeMemory();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static boolean joinFully(Thread thread) {
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    return interrupted;
  }
}
