package vggstream.job.topology;

import java.time.Clock;
import java.time.Duration;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import vggstream.job.codec.ImageRequest;

/**
 * Watermarks from {@code capturedAt}, so that Flink's own metrics say how far behind the cameras an
 * operator is. Nothing in the job waits for them.
 */
final class EventTime {
  /** Cameras of one partition may lie so far apart. */
  static final Duration OUT_OF_ORDER = Duration.ofSeconds(10);

  /** A partition without events holds nobody up for longer. */
  static final Duration IDLE = Duration.ofMinutes(1);

  private EventTime() {}

  /**
   * An image cannot have been taken later than now: a camera whose clock is ahead would otherwise
   * drive the watermarks past all others.
   *
   * @param clock of this machine; serializable, as those of the JDK are
   */
  static WatermarkStrategy<ImageRequest> watermarks(Clock clock) {
    return WatermarkStrategy.<ImageRequest>forBoundedOutOfOrderness(OUT_OF_ORDER)
        .withTimestampAssigner(
            (event, timestamp) -> Math.min(event.capturedAtMillis(), clock.millis()))
        .withIdleness(IDLE);
  }
}
