package vggstream.job.operator;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import vggstream.job.batch.Outcome;
import vggstream.job.codec.ImageRequest;
import vggstream.job.codec.Release;

/**
 * Asks the models that an event is stamped with, and gathers what they say. A model that cannot be
 * loaded is replaced by its fallback, and that by the model of the options. Thread-safe.
 */
final class Answering {
  private static final Logger LOG = LoggerFactory.getLogger(Answering.class);

  /** What a model said. */
  record Said(Served by, Outcome outcome) {}

  private final ImageRequest request;
  private final InFlight image;
  private final Served own;
  private final ServedModels models;
  private final Runnable ready;
  private @Nullable Said answer; // guarded by this
  private @Nullable Said shadow; // guarded by this
  private boolean shadowAwaited; // guarded by this
  private boolean fellBack; // guarded by this

  /**
   * @param image which the steps belong to
   * @param own model of the options
   * @param models of releases
   * @param ready is run, perhaps more than once, when there is all that will be
   */
  Answering(ImageRequest request, InFlight image, Served own, ServedModels models, Runnable ready) {
    this.request = request;
    this.image = image;
    this.own = own;
    this.models = models;
    this.ready = ready;
  }

  /** The answer; null until there is one. */
  synchronized @Nullable Said answer() {
    return answer;
  }

  /** What the shadow said; null if nothing, or not yet, or there is none. */
  synchronized @Nullable Said shadow() {
    return shadow;
  }

  /** Whether a model was replaced, for it could not be loaded. */
  synchronized boolean fellBack() {
    return fellBack;
  }

  /** Begins. */
  void begin(ByteBuffer encoded) {
    image.encoded(encoded.remaining());
    Release second = request.stamp().shadow();
    if (second != null) {
      synchronized (this) {
        shadowAwaited = true;
      }
      askShadow(second, encoded.duplicate());
    }
    Deque<Release> candidates = new ArrayDeque<>(2);
    Release model = request.stamp().model();
    if (model != null) {
      candidates.add(model);
      Release fallback = request.stamp().fallback();
      if (fallback != null) {
        candidates.add(fallback);
      }
    }
    ask(candidates, encoded);
  }

  private void ask(Deque<Release> candidates, ByteBuffer encoded) {
    Release next = candidates.poll();
    if (next == null) {
      submit(own, encoded, false);
      return;
    }
    hold(next)
        .served()
        .whenComplete(
            (served, failure) -> {
              if (served != null) {
                submit(served, encoded, false);
              } else if (!isCancelled(failure)) {
                LOG.warn("{} cannot be answered by {}", request.eventId(), next, failure);
                synchronized (this) {
                  fellBack = true;
                }
                ask(candidates, encoded);
              }
            });
  }

  private void askShadow(Release release, ByteBuffer encoded) {
    hold(release)
        .served()
        .whenComplete(
            (served, failure) -> {
              if (served != null) {
                submit(served, encoded, true);
              } else if (!isCancelled(failure)) {
                LOG.warn("{} has no answer of {}", request.eventId(), release, failure);
                noShadow();
              }
            });
  }

  /** Of an event that was given up, or an operator that is being closed. */
  private static boolean isCancelled(@Nullable Throwable failure) {
    return failure instanceof CancellationException
        || (failure instanceof CompletionException
            && failure.getCause() instanceof CancellationException);
  }

  private ServedModels.Hold hold(Release release) {
    ServedModels.Hold hold = models.hold(release);
    image.holds(hold::release);
    return hold;
  }

  private void submit(Served model, ByteBuffer encoded, boolean asShadow) {
    image.begin(
        () ->
            model
                    .classifier()
                    .submit(
                        encoded,
                        outcome -> {
                          Said said = new Said(model, outcome);
                          if (asShadow) {
                            shadowSaid(said);
                          } else {
                            answered(said);
                          }
                        })
                ::cancel);
  }

  private void answered(Said said) {
    synchronized (this) {
      answer = said;
      if (shadowAwaited && !(said.outcome() instanceof Outcome.Broken)) {
        return;
      }
    }
    ready.run();
  }

  private void shadowSaid(Said said) {
    synchronized (this) {
      shadow = said;
    }
    noShadow();
  }

  /** Nothing more will come of it. */
  private void noShadow() {
    synchronized (this) {
      shadowAwaited = false;
      if (answer == null) {
        return;
      }
    }
    ready.run();
  }
}
