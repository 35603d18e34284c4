package vggstream.train.data;

import java.util.LinkedHashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The images of a set that could not be read: each is reported once, with its path and the reason,
 * and left out; too many of them are an error. Thread-safe.
 */
public final class UnreadableImages {
  private static final Logger LOG = LoggerFactory.getLogger(UnreadableImages.class);

  /** Share of a set's images that may be unreadable, unless said otherwise. */
  public static final double DEFAULT_LIMIT = 0.01;

  private final Map<String, String> reasons = new LinkedHashMap<>();
  private final int allowed;
  private final int size;

  /**
   * For a set of images.
   *
   * @param limit share of them that may be unreadable, 0..1
   */
  public UnreadableImages(ImageSet images, double limit) {
    if (!(limit >= 0 && limit <= 1)) {
      throw new IllegalArgumentException(
          "share of unreadable images must be within 0..1: was " + limit);
    }
    this.size = images.size();
    this.allowed = (int) Math.floor(limit * size);
  }

  /**
   * Counts an image, once however often it is tried.
   *
   * @throws DataException if there are now more than the limit allows
   */
  public synchronized void report(String path, String reason) throws DataException {
    if (reasons.putIfAbsent(path, reason) == null) {
      LOG.warn("skipped {}: {}", path, reason);
    }
    if (reasons.size() > allowed) {
      throw new DataException(
          "at most %d of %d images may be unreadable: %d are; the last: %s: %s"
              .formatted(allowed, size, reasons.size(), path, reason));
    }
  }

  /** Number of images that could not be read. */
  public synchronized int count() {
    return reasons.size();
  }

  /** The reasons by path, in the order of discovery. */
  public synchronized Map<String, String> reasons() {
    return new LinkedHashMap<>(reasons);
  }
}
