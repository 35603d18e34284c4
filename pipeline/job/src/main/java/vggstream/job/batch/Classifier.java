package vggstream.job.batch;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import vggstream.classify.Protocol;
import vggstream.model.DenseModel;
import vggstream.model.ModelCard;

/**
 * One user's hold on a loaded model, perhaps an ensemble, and its batcher; close it once.
 * Thread-safe.
 */
public final class Classifier implements AutoCloseable {
  private static final String AND = "+"; // between the parts of an ensemble

  private final Networks networks;
  private final List<String> sha256s;
  private final @Nullable String localiserSha256;
  private final Protocol protocol;
  private final MicroBatcher batcher;
  private final long loadNanos;
  private final Runnable release;
  private final AtomicBoolean closed = new AtomicBoolean();

  Classifier(
      Networks networks,
      List<String> sha256s,
      @Nullable String localiserSha256,
      Protocol protocol,
      MicroBatcher batcher,
      long loadNanos,
      Runnable release) {
    this.networks = networks;
    this.sha256s = List.copyOf(sha256s);
    this.localiserSha256 = localiserSha256;
    this.protocol = protocol;
    this.batcher = batcher;
    this.loadNanos = loadNanos;
    this.release = release;
  }

  /** What the model file, of an ensemble the first, says of itself. */
  public ModelCard card() {
    return networks.card();
  }

  /** Name in the card; of an ensemble the networks' names, with {@code +} between. */
  public String name() {
    return each(ModelCard::name);
  }

  /** Version in the card; of an ensemble the networks' versions, with {@code +} between. */
  public String version() {
    return each(ModelCard::version);
  }

  private String each(Function<ModelCard, String> part) {
    return networks.classifiers().stream()
        .map(DenseModel::card)
        .map(part)
        .collect(Collectors.joining(AND));
  }

  /**
   * SHA-256 of the model file, 64 lower-case hexadecimal digits; of an ensemble those of its files
   * with {@code +} between, in the order of {@link #name}.
   */
  public String sha256() {
    return String.join(AND, sha256s);
  }

  /** What the localiser's file says of itself; null without a localiser in a file of its own. */
  public @Nullable ModelCard localiserCard() {
    List<DenseModel> separate = networks.separateLocalisers();
    return separate.isEmpty() ? null : separate.get(0).card();
  }

  /** SHA-256 of the localiser's file; null as for {@link #localiserCard}. */
  public @Nullable String localiserSha256() {
    return networks.separateLocalisers().isEmpty() ? null : localiserSha256;
  }

  /** How images are evaluated. */
  public Protocol protocol() {
    return protocol;
  }

  /** How long it took to load the model and run it for the first time, nanoseconds. */
  public long loadNanos() {
    return loadNanos;
  }

  /** What the batcher, shared with others, did so far. */
  public BatchStatistics statistics() {
    return batcher.statistics();
  }

  /** Direct bytes of the shared batcher's batches. */
  public long bytesInUse() {
    return batcher.bytesInUse();
  }

  /** See {@link MicroBatcher#runPixels}. */
  public long runPixels() {
    return batcher.runPixels();
  }

  /** See {@link MicroBatcher#halvings}. */
  public int halvings() {
    return batcher.halvings();
  }

  /** See {@link MicroBatcher#submit}. */
  public MicroBatcher.Ticket submit(ByteBuffer encoded, Consumer<Outcome> answer) {
    return batcher.submit(encoded, answer);
  }

  /** Ends this hold; the last one closes batcher and model. */
  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      release.run();
    }
  }
}
