package vggstream.job.release;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import vggstream.job.batch.Classifier;
import vggstream.job.codec.ModelRole;
import vggstream.job.codec.Release;

/**
 * The releases of one role. The newest is loaded; if it is refused, the newest before it that was
 * never tried, so that the outcome does not depend on how fast releases follow each other.
 */
final class Line {
  /** Untried releases beyond so many are forgotten, the oldest first. */
  static final int MOST_UNTRIED = 8;

  private final ModelRole role;
  private final ReleasedModels models;
  private final Deque<Candidate> untried = new ArrayDeque<>(); // newest first
  private @Nullable Candidate live;
  private @Nullable Classifier classifier; // of the live one
  private @Nullable Candidate previous;
  private @Nullable CompletableFuture<Classifier> loading; // of the newest untried

  Line(ModelRole role, ReleasedModels models) {
    this.role = role;
    this.models = models;
  }

  ModelRole role() {
    return role;
  }

  @Nullable Release live() {
    return live == null ? null : live.release();
  }

  @Nullable Release previous() {
    return previous == null ? null : previous.release();
  }

  @Nullable Classifier classifier() {
    return classifier;
  }

  boolean isLoading() {
    return loading != null;
  }

  void release(Candidate candidate) {
    untried.addFirst(candidate);
    if (untried.size() > MOST_UNTRIED) {
      untried.removeLast();
    }
    load();
  }

  private void load() {
    cancel();
    Candidate newest = untried.peekFirst();
    loading = newest == null ? null : models.load(newest.release());
  }

  private void cancel() {
    CompletableFuture<Classifier> future = loading;
    loading = null;
    if (future != null && !future.cancel(false) && !future.isCompletedExceptionally()) {
      models.closeLater(future.join());
    }
  }

  /** Takes all out of service. */
  void retire() {
    cancel();
    untried.clear();
    live = null;
    previous = null;
    closeClassifier();
  }

  private void closeClassifier() {
    if (classifier != null) {
      models.closeLater(classifier);
      classifier = null;
    }
  }

  /** Goes on if the model that was being loaded is, or could not be. */
  void poll(Releases.Listener listener) {
    CompletableFuture<Classifier> future = loading;
    if (future == null || !future.isDone()) {
      return;
    }
    loading = null;
    Candidate candidate = untried.removeFirst();
    try {
      goLive(candidate, future.join());
      untried.clear(); // superseded
      listener.live(candidate.release(), Objects.requireNonNull(classifier));
    } catch (CompletionException e) {
      listener.refused(candidate, refusal(e));
      load();
    } catch (CancellationException e) {
      throw new IllegalStateException("nobody else cancels", e);
    }
  }

  private void goLive(Candidate candidate, Classifier loaded) {
    Candidate old = live;
    if (role == ModelRole.PRIMARY && old != null && !isSame(old, candidate)) {
      previous = old;
    }
    live = candidate;
    closeClassifier();
    classifier = loaded;
  }

  private static boolean isSame(Candidate a, Candidate b) {
    return a.release().isSameModelAs(b.release());
  }

  private static ReleaseRefusedException refusal(CompletionException e) {
    return e.getCause() instanceof ReleaseRefusedException refused
        ? refused
        : new ReleaseRefusedException(
            vggstream.job.codec.DeadLetterReason.UNEXPECTED, "loading failed: " + e.getCause(), e);
  }

  /**
   * Takes over what {@link #kept} said. What was live is loaded again before this returns; if it
   * cannot be, its predecessor, and it becomes a candidate again.
   */
  void restore(List<Kept> kept) {
    Candidate wasLive = null;
    for (Kept k : kept) {
      switch (k.place()) {
        case LIVE -> wasLive = k.candidate();
        case PREVIOUS -> previous = k.candidate();
        case UNTRIED -> untried.addLast(k.candidate());
      }
    }
    if (wasLive != null && !restoreLive(wasLive)) {
      untried.addLast(wasLive);
      Candidate before = previous;
      previous = null;
      if (before != null && !restoreLive(before)) {
        untried.addLast(before);
      }
    }
    load();
  }

  private boolean restoreLive(Candidate candidate) {
    try {
      classifier = models.load(candidate.release()).join();
      live = candidate;
      return true;
    } catch (CompletionException e) {
      Releases.LOG.error("Cannot load {}, which was live, again", candidate.release(), e);
      return false;
    }
  }

  /** What must not be forgotten. */
  List<Kept> kept() {
    List<Kept> kept = new ArrayList<>();
    if (live != null) {
      kept.add(new Kept(Kept.Place.LIVE, live));
    }
    if (previous != null) {
      kept.add(new Kept(Kept.Place.PREVIOUS, previous));
    }
    untried.forEach(candidate -> kept.add(new Kept(Kept.Place.UNTRIED, candidate)));
    return kept;
  }

  void close() {
    cancel();
    closeClassifier();
  }
}
