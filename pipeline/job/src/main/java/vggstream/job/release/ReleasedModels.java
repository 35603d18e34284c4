package vggstream.job.release;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import vggstream.job.batch.Classifier;
import vggstream.job.batch.ClassifierFactory;
import vggstream.job.codec.DeadLetterReason;
import vggstream.job.codec.Release;
import vggstream.job.config.ClassifierOptions;

/** Opens and closes the models of releases in threads of its own. Thread-safe. */
public final class ReleasedModels implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ReleasedModels.class);

  private static final AtomicInteger THREADS = new AtomicInteger();

  /** Before the second attempt at a file. */
  private static final long FIRST_PAUSE_MILLIS = 1000;

  private static final int CLOSE_SECONDS = 30;

  private final ClassifierOptions options;
  private final ClassifierFactory classifiers;
  private final long firstPauseMillis;
  private final ExecutorService loading = threads();
  private final ExecutorService closing = threads();

  /** For the options' model in all but the file. */
  public ReleasedModels(ClassifierOptions options, ClassifierFactory classifiers) {
    this(options, classifiers, FIRST_PAUSE_MILLIS);
  }

  ReleasedModels(ClassifierOptions options, ClassifierFactory classifiers, long firstPauseMillis) {
    this.options = options;
    this.classifiers = classifiers;
    this.firstPauseMillis = firstPauseMillis;
  }

  private static ExecutorService threads() {
    return Executors.newCachedThreadPool(
        task -> {
          Thread thread = new Thread(task, "vgg-release-" + THREADS.incrementAndGet());
          thread.setDaemon(true);
          return thread;
        });
  }

  /**
   * Fetches the model, if nobody in this process has it yet, loads it, and runs it for the first
   * time.
   *
   * @return completes with a classifier, the caller's to close; or exceptionally with {@link
   *     ReleaseRefusedException}. Where it was cancelled before, the classifier is closed.
   */
  public CompletableFuture<Classifier> load(Release release) {
    CompletableFuture<Classifier> result = new CompletableFuture<>();
    try {
      loading.execute(
          () -> {
            try {
              Classifier classifier = open(release);
              if (!result.complete(classifier)) {
                classifier.close();
              }
            } catch (Throwable e) { // who waits must hear of it
              result.completeExceptionally(e);
            }
          });
    } catch (RejectedExecutionException e) {
      result.completeExceptionally(e);
    }
    return result;
  }

  private Classifier open(Release release) {
    Classifier classifier;
    try {
      classifier = classifiers.open(options, new ReleasedFile(release, firstPauseMillis));
    } catch (ReleaseRefusedException e) {
      throw e;
    } catch (RuntimeException | OutOfMemoryError e) {
      throw new ReleaseRefusedException(
          DeadLetterReason.RELEASE_NOT_LOADABLE,
          "the model file %s cannot be used: %s".formatted(release.uri(), e.getMessage()),
          e);
    }
    if (!classifier.name().equals(release.name())
        || !classifier.version().equals(release.version())) {
      String card = classifier.name() + " " + classifier.version();
      classifier.close();
      throw new ReleaseRefusedException(
          DeadLetterReason.RELEASE_CARD_DIFFERS,
          "a model's card must have the name and version that the release says, %s %s: %s has %s"
              .formatted(release.name(), release.version(), release.uri(), card));
    }
    return classifier;
  }

  /** Ends a hold on a model; the last one waits for its threads, which this does not. */
  public void closeLater(Classifier classifier) {
    try {
      closing.execute(classifier::close);
    } catch (RejectedExecutionException e) {
      classifier.close();
    }
  }

  /** Ends: what is loading is given up. Waits a while for it. */
  @Override
  public void close() {
    loading.shutdownNow();
    closing.shutdown();
    try {
      if (!loading.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)
          || !closing.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
        LOG.warn("A model is still being loaded or closed after {} s", CLOSE_SECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
