package vggstream.job.batch;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import vggstream.classify.Protocol;
import vggstream.model.DenseModel;
import vggstream.model.ModelCard;

/** One user's hold on a loaded model and its batcher; close it once. Thread-safe. */
public final class Classifier implements AutoCloseable {
  private final Networks networks;
  private final String sha256;
  private final @Nullable String localiserSha256;
  private final Protocol protocol;
  private final MicroBatcher batcher;
  private final Runnable release;
  private final AtomicBoolean closed = new AtomicBoolean();

  Classifier(
      Networks networks,
      String sha256,
      @Nullable String localiserSha256,
      Protocol protocol,
      MicroBatcher batcher,
      Runnable release) {
    this.networks = networks;
    this.sha256 = sha256;
    this.localiserSha256 = localiserSha256;
    this.protocol = protocol;
    this.batcher = batcher;
    this.release = release;
  }

  /** What the model file says of itself. */
  public ModelCard card() {
    return networks.classifier().card();
  }

  /** SHA-256 of the model file, 64 lower-case hexadecimal digits. */
  public String sha256() {
    return sha256;
  }

  /** What the localiser's file says of itself; null without a localiser in a file of its own. */
  public @Nullable ModelCard localiserCard() {
    DenseModel second = networks.second();
    return second == null ? null : second.card();
  }

  /** SHA-256 of the localiser's file; null as for {@link #localiserCard}. */
  public @Nullable String localiserSha256() {
    return networks.second() == null ? null : localiserSha256;
  }

  /** How images are evaluated. */
  public Protocol protocol() {
    return protocol;
  }

  /** What the batcher, shared with others, did so far. */
  public BatchStatistics statistics() {
    return batcher.statistics();
  }

  /** Direct bytes of the shared batcher's batches. */
  public long bytesInUse() {
    return batcher.bytesInUse();
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
