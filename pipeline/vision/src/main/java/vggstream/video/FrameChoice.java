package vggstream.video;

/**
 * Chooses frames at a rate by their presentation times: time is cut into slots of 1/rate seconds,
 * and the first frame of each slot that has one is chosen. A rate above the video's chooses all.
 * Used by one thread.
 */
public final class FrameChoice {
  private static final double MICROS = 1e6;

  /** Containers round times, some to milliseconds. */
  private static final long ROUNDING_MICROS = 500;

  private final double perSecond;
  private long slot = -1;

  /**
   * Nothing chosen yet.
   *
   * @param perSecond frames; above 0, at most 1000
   */
  public FrameChoice(double perSecond) {
    if (!(perSecond > 0 && perSecond <= 1000)) {
      throw new IllegalArgumentException(
          "frames a second must be above 0 and at most 1000: was " + perSecond);
    }
    this.perSecond = perSecond;
  }

  /**
   * Whether to take the frame.
   *
   * @param timeMicros its presentation time, from 0 on, later than the one before
   */
  public boolean take(long timeMicros) {
    long now = (long) Math.floor((timeMicros + ROUNDING_MICROS) * perSecond / MICROS);
    if (now <= slot) {
      return false;
    }
    slot = now;
    return true;
  }
}
