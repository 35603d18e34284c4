package vggstream.job.operator;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import vggstream.job.batch.Classifier;
import vggstream.job.codec.ModelRole;
import vggstream.job.codec.Release;
import vggstream.job.release.ReleasedModels;

/**
 * The released models that events in flight are answered by: each is held until the last of them
 * has its answer. Thread-safe.
 */
final class ServedModels implements AutoCloseable {

  private record Key(ModelRole role, String name, String version, String sha256) {
    static Key of(Release release) {
      return new Key(release.role(), release.name(), release.version(), release.sha256());
    }
  }

  /** One event's hold on a model. */
  final class Hold {
    private final Key key;
    private final Use use;

    private Hold(Key key, Use use) {
      this.key = key;
      this.use = use;
    }

    /** The model, which may be on its way; fails as {@link ReleasedModels#load}. */
    CompletableFuture<Served> served() {
      return use.served;
    }

    /** Ends the hold; once. */
    void release() {
      ServedModels.this.release(key, use);
    }
  }

  private static final class Use {
    private final CompletableFuture<Classifier> classifier;
    private final CompletableFuture<Served> served;
    private int events; // guarded by the map's owner

    Use(CompletableFuture<Classifier> classifier, ModelRole role) {
      this.classifier = classifier;
      this.served = classifier.thenApply(c -> Served.of(c, role));
    }
  }

  private final ReleasedModels models;
  private final Map<Key, Use> uses = new HashMap<>();

  /**
   * @param models loads them; closed with this
   */
  ServedModels(ReleasedModels models) {
    this.models = models;
  }

  /** For one event; a model that another event in flight does not use yet is loaded meanwhile. */
  synchronized Hold hold(Release release) {
    Key key = Key.of(release);
    Use use = uses.computeIfAbsent(key, k -> new Use(models.load(release), release.role()));
    use.events++;
    return new Hold(key, use);
  }

  private void release(Key key, Use use) {
    synchronized (this) {
      if (--use.events > 0 || !uses.remove(key, use)) {
        return;
      }
    }
    end(use);
  }

  private void end(Use use) {
    if (!use.classifier.cancel(false) && !use.classifier.isCompletedExceptionally()) {
      models.closeLater(use.classifier.join()); // this may be one of its own threads
    }
  }

  @Override
  public void close() {
    synchronized (this) {
      uses.values().forEach(this::end);
      uses.clear();
    }
    models.close();
  }
}
