package vggstream.job.release;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import vggstream.job.batch.Classifier;
import vggstream.job.codec.ModelRole;
import vggstream.job.codec.Release;
import vggstream.job.codec.Stamp;

/**
 * The releases that are live in one subtask. A new one is loaded in the background, and is live
 * once it was loaded in this process; until then, and if it is refused, the one before it goes on.
 * Used by one thread.
 */
public final class Releases implements AutoCloseable {
  static final Logger LOG = LoggerFactory.getLogger(Releases.class);

  /** Told of what changes. */
  public interface Listener {
    /** A model answers events from now on. */
    void live(Release release, Classifier classifier);

    /** A release is not put into service. */
    void refused(Candidate candidate, ReleaseRefusedException reason);
  }

  private final Map<ModelRole, Line> lines = new EnumMap<>(ModelRole.class);
  private final Listener listener;
  private Stamp ofPrimary = Stamp.NONE;
  private Stamp ofCanary = Stamp.NONE;
  private int canarySlots;

  /**
   * @param models loads them; stays the caller's to close, after this
   */
  public Releases(ReleasedModels models, Listener listener) {
    this.listener = listener;
    for (ModelRole role : ModelRole.values()) {
      lines.put(role, new Line(role, models));
    }
  }

  private Line line(ModelRole role) {
    return Objects.requireNonNull(lines.get(role));
  }

  /**
   * Goes on where another left off: what was live is loaded before this returns.
   *
   * @param kept by the other, in its order
   */
  public void restore(List<Kept> kept) {
    for (Line line : lines.values()) {
      line.restore(
          kept.stream().filter(k -> k.candidate().release().role() == line.role()).toList());
      Release live = line.live();
      Classifier classifier = line.classifier();
      if (live != null && classifier != null) {
        listener.live(live, classifier);
      }
    }
    stampAnew();
  }

  /** What another needs to go on. */
  public List<Kept> kept() {
    List<Kept> kept = new ArrayList<>();
    lines.values().forEach(line -> kept.addAll(line.kept()));
    return kept;
  }

  /** A release shall be put into service. */
  public void release(Candidate candidate) {
    line(candidate.release().role()).release(candidate);
  }

  /** What plays this part shall be taken out of service. */
  public void retire(ModelRole role) {
    line(role).retire();
    stampAnew();
  }

  /** Whether {@link #poll} may have something to do later. */
  public boolean isLoading() {
    for (Line line : lines.values()) {
      if (line.isLoading()) {
        return true;
      }
    }
    return false;
  }

  /** Puts into service what was loaded meanwhile. */
  public void poll() {
    for (Line line : lines.values()) {
      if (line.isLoading()) {
        line.poll(listener);
      }
    }
    stampAnew();
  }

  private void stampAnew() {
    Release primary = line(ModelRole.PRIMARY).live();
    Release canary = line(ModelRole.CANARY).live();
    Release shadow = line(ModelRole.SHADOW).live();
    ofPrimary = new Stamp(primary, line(ModelRole.PRIMARY).previous(), shadow);
    ofCanary = new Stamp(canary, primary, shadow);
    canarySlots = canary == null ? 0 : (int) Math.round(canary.share() * EventHash.SLOTS);
  }

  /** The model that plays a part; null if none was released. */
  public @Nullable Release live(ModelRole role) {
    return line(role).live();
  }

  /** Which models shall answer an event: given those that are live, a pure function of its id. */
  public Stamp stamp(String eventId) {
    return canarySlots > 0 && EventHash.slot(eventId) < canarySlots ? ofCanary : ofPrimary;
  }

  /** Gives up what is loading, and ends the holds on what is live. */
  @Override
  public void close() {
    lines.values().forEach(Line::close);
  }
}
