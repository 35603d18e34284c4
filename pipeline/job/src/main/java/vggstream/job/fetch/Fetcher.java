package vggstream.job.fetch;

import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.IntToLongFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import vggstream.job.codec.Reference;
import vggstream.job.config.FetchOptions;
import vggstream.job.config.FileUri;

/**
 * Fetches images that lie elsewhere, some at a time; the others wait, unbounded here but by who
 * asks (Flink's capacity). Threads begin with the first image. Thread-safe.
 */
public final class Fetcher implements AutoCloseable {

  /** An image on its way. */
  public interface Ticket {
    /** It is not wanted any more: nothing is handed over, and reading ends soon. */
    void cancel();
  }

  private static final Logger LOG = LoggerFactory.getLogger(Fetcher.class);

  private static final AtomicInteger INSTANCES = new AtomicInteger();

  private static final long FIRST_PAUSE_MILLIS = 200;
  private static final long LONGEST_PAUSE_MILLIS = 10_000;
  private static final long IDLE_SECONDS = 60;
  private static final long CLOSE_SECONDS = 10;

  private final ReferenceReader reader;
  private final FetchOptions options;
  private final IntToLongFunction pauseMillis;
  private final FetchStatistics statistics = new FetchStatistics();
  private final ScheduledThreadPoolExecutor reading;
  private final ScheduledThreadPoolExecutor deadlines;

  /**
   * A fetcher from Flink's file systems.
   *
   * @throws IllegalStateException if Flink has no file system for a root
   */
  public static Fetcher open(FetchOptions options) {
    for (FileUri root : options.roots()) {
      FlinkFiles.requireFileSystem(root);
    }
    return new Fetcher(options, new FlinkFiles(), Fetcher::pauseMillis);
  }

  /**
   * Makes a fetcher.
   *
   * @param pauseMillis before the next attempt, by the number of those that failed, from 1
   */
  Fetcher(FetchOptions options, StoredFiles files, IntToLongFunction pauseMillis) {
    this.options = options;
    this.reader = new ReferenceReader(options.roots(), options.maxBytes(), files);
    this.pauseMillis = pauseMillis;
    int instance = INSTANCES.incrementAndGet();
    reading = pool(options.threads(), "vgg-fetch-" + instance + "-");
    deadlines = pool(1, "vgg-fetch-deadline-" + instance + "-");
  }

  /** Doubles from 200 ms to 10 s, by chance half as long or half as long again. */
  static long pauseMillis(int failed) {
    long pause = Math.min(LONGEST_PAUSE_MILLIS, FIRST_PAUSE_MILLIS << Math.min(failed - 1, 10));
    return pause / 2 + ThreadLocalRandom.current().nextLong(pause + 1);
  }

  private static ScheduledThreadPoolExecutor pool(int threads, String name) {
    AtomicInteger made = new AtomicInteger();
    ThreadFactory daemons =
        task -> {
          Thread thread = new Thread(task, name + made.incrementAndGet());
          thread.setDaemon(true);
          return thread;
        };
    ScheduledThreadPoolExecutor pool = new ScheduledThreadPoolExecutor(threads, daemons);
    pool.setRemoveOnCancelPolicy(true);
    pool.setKeepAliveTime(IDLE_SECONDS, TimeUnit.SECONDS);
    pool.allowCoreThreadTimeOut(true);
    return pool;
  }

  /** What this did so far. */
  public FetchStatistics statistics() {
    return statistics;
  }

  /**
   * Takes an image to be fetched; returns at once.
   *
   * @param receiver called once, on a thread of the fetcher, unless cancelled before or the fetcher
   *     is closed; must not block
   */
  public Ticket fetch(Reference reference, Consumer<Fetched> receiver) {
    Fetch fetch =
        new Fetch(
            reference, receiver, reader, options, pauseMillis, statistics, reading, deadlines);
    fetch.begin();
    return fetch;
  }

  /** Ends: nothing more is handed over. Waits a while for threads that read. */
  @Override
  public void close() {
    deadlines.shutdownNow();
    reading.shutdownNow();
    try {
      if (!reading.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
        LOG.warn("A file system still holds a thread that was interrupted {} s ago", CLOSE_SECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
