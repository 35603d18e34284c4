package vggstream.job.batch;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import vggstream.classify.Protocol;
import vggstream.model.ModelCard;

/** One user's hold on a loaded model and its batcher; close it once. Thread-safe. */
public final class Classifier implements AutoCloseable {
  private final ModelCard card;
  private final String sha256;
  private final Protocol protocol;
  private final MicroBatcher batcher;
  private final Runnable release;
  private final AtomicBoolean closed = new AtomicBoolean();

  Classifier(
      ModelCard card, String sha256, Protocol protocol, MicroBatcher batcher, Runnable release) {
    this.card = card;
    this.sha256 = sha256;
    this.protocol = protocol;
    this.batcher = batcher;
    this.release = release;
  }

  /** What the model file says of itself. */
  public ModelCard card() {
    return card;
  }

  /** SHA-256 of the model file, 64 lower-case hexadecimal digits. */
  public String sha256() {
    return sha256;
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
