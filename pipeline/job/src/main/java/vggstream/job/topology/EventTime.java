package vggstream.job.topology;

import java.time.Clock;
import java.time.Duration;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import vggstream.job.codec.EncodedRecord;
import vggstream.job.codec.ImageRequest;

/**
 * Event time is {@code capturedAt}; watermarks follow the answers, so that Flink's own metrics say
 * how far these are behind the cameras. Nothing in the job waits for them: before {@code classify}
 * there are none, since Flink's asynchronous operator hands no answer over that came in after a
 * watermark while one that came in before it is still to come.
 */
final class EventTime {
  /** Answers of one subtask may lie so far apart. */
  static final Duration OUT_OF_ORDER = Duration.ofSeconds(10);

  /** A subtask without answers holds nobody up for longer. */
  static final Duration IDLE = Duration.ofMinutes(1);

  private EventTime() {}

  /**
   * Timestamps without watermarks. An image cannot have been taken later than now: a camera whose
   * clock is ahead would otherwise drive the watermarks past all others.
   *
   * @param clock of this machine; serializable, as those of the JDK are
   */
  static WatermarkStrategy<ImageRequest> timestamps(Clock clock) {
    return WatermarkStrategy.<ImageRequest>noWatermarks()
        .withTimestampAssigner(
            (event, timestamp) -> Math.min(event.capturedAtMillis(), clock.millis()));
  }

  /** Watermarks of answers, which keep the timestamps of their events. */
  static WatermarkStrategy<EncodedRecord> watermarks() {
    return WatermarkStrategy.<EncodedRecord>forBoundedOutOfOrderness(OUT_OF_ORDER)
        .withTimestampAssigner((answer, timestamp) -> timestamp)
        .withIdleness(IDLE);
  }
}
