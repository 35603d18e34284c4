package vggstream.train.data;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What was wrong with the annotations of a data set, counted by reason, with the first few places.
 * No annotation is skipped without being counted here. Thread-safe.
 */
public final class AnnotationProblems {
  private static final Logger LOG = LoggerFactory.getLogger(AnnotationProblems.class);
  private static final int PLACES = 3;

  private final Map<Reason, Counted> counted = new EnumMap<>(Reason.class);

  /** What becomes of the image or box. */
  public enum Outcome {
    /** The image is left out. */
    IMAGE_LEFT_OUT("images left out"),
    /** The box is left out; others of the image may be left. */
    BOX_LEFT_OUT("boxes left out"),
    /** It is used, as the reason says. */
    USED("noted, and used");

    private final String title;

    Outcome(String title) {
      this.title = title;
    }
  }

  /** What may be wrong. */
  public enum Reason {
    NO_ANNOTATION(Outcome.IMAGE_LEFT_OUT, "no annotation"),
    NOT_READABLE(Outcome.IMAGE_LEFT_OUT, "annotation cannot be read"),
    NO_CLASS(Outcome.IMAGE_LEFT_OUT, "annotation names no class of the data set"),
    NO_SIZE(Outcome.IMAGE_LEFT_OUT, "annotation has no size, and the image's cannot be read"),
    NO_OBJECT(Outcome.IMAGE_LEFT_OUT, "no object of the image's class"),
    NO_BOX(Outcome.IMAGE_LEFT_OUT, "no usable box of the image's class"),
    OTHER_CLASS(Outcome.BOX_LEFT_OUT, "object of another class"),
    INCOMPLETE(Outcome.BOX_LEFT_OUT, "an edge is missing, or no number"),
    OUTSIDE(Outcome.BOX_LEFT_OUT, "wholly outside the image"),
    DEGENERATE(Outcome.BOX_LEFT_OUT, "first and last pixel are one: nothing to train on"),
    BROKEN_LINE(Outcome.BOX_LEFT_OUT, "line is no annotation"),
    INVERTED(Outcome.USED, "far edge before the near one: exchanged"),
    PARTLY_OUTSIDE(Outcome.USED, "partly outside the image: cut at its edge"),
    ONE_PIXEL(Outcome.USED, "first and last pixel are one: one pixel wide"),
    SIZE_UNKNOWN(Outcome.USED, "size is 0x0 or not given: that of the image's header counts"),
    OTHER_FILE_NAME(Outcome.USED, "names another image: its own name counts");

    private final Outcome outcome;
    private final String title;

    Reason(Outcome outcome, String title) {
      this.outcome = outcome;
      this.title = title;
    }

    /** What becomes of the image or box. */
    public Outcome outcome() {
      return outcome;
    }
  }

  private static final class Counted {
    private final List<String> places = new ArrayList<>();
    private int count;
  }

  /** Counts one. */
  synchronized void report(Reason reason, String place) {
    Counted c = counted.computeIfAbsent(reason, r -> new Counted());
    c.count++;
    if (c.places.size() < PLACES) {
      c.places.add(place);
    }
  }

  /** How often a reason was met. */
  public synchronized int count(Reason reason) {
    Counted c = counted.get(reason);
    return c == null ? 0 : c.count;
  }

  /** Images that were left out. */
  public synchronized int imagesLeftOut() {
    return counted.entrySet().stream()
        .filter(e -> e.getKey().outcome() == Outcome.IMAGE_LEFT_OUT)
        .mapToInt(e -> e.getValue().count)
        .sum();
  }

  /** A line a reason that was met: what becomes of it, why, how often, and the first few places. */
  public synchronized List<String> lines() {
    List<String> lines = new ArrayList<>();
    counted.forEach(
        (reason, c) ->
            lines.add(
                "%s: %d: %s: %s%s"
                    .formatted(
                        reason.outcome.title,
                        c.count,
                        reason.title,
                        String.join("; ", c.places),
                        c.count > c.places.size() ? "; ..." : "")));
    return lines;
  }

  /** Takes over what another has counted, and logs it. */
  void addAndLog(AnnotationProblems other, String of) {
    for (String line : other.lines()) {
      LOG.warn("{}: {}", of, line);
    }
    Map<Reason, Counted> theirs;
    synchronized (other) {
      theirs = new EnumMap<>(other.counted);
    }
    synchronized (this) {
      theirs.forEach(
          (reason, c) -> {
            Counted own = counted.computeIfAbsent(reason, r -> new Counted());
            own.count += c.count;
            c.places.stream().limit(PLACES - own.places.size()).forEach(own.places::add);
          });
    }
  }
}
