package vggstream.job.topology;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import org.apache.flink.api.common.eventtime.TimestampAssigner;
import org.junit.jupiter.api.Test;
import vggstream.job.codec.ImageRequest;
import vggstream.job.codec.SourceRecord;
import vggstream.job.codec.Stamp;

class EventTimeTest {
  private static final long NOW = 1_700_000_000_000L;

  private static long timestamp(long capturedAt) {
    TimestampAssigner<ImageRequest> assigner =
        EventTime.timestamps(Clock.fixed(Instant.ofEpochMilli(NOW), ZoneOffset.UTC))
            .createTimestampAssigner(null);
    return assigner.extractTimestamp(
        new ImageRequest(
            new SourceRecord(null, new byte[0], "t", 0, 0),
            "e",
            "s",
            capturedAt,
            0,
            0,
            null,
            Map.of(),
            Stamp.NONE),
        -1);
  }

  @Test
  void eventTimeIsWhenTheImageWasTaken() {
    assertEquals(NOW - 1, timestamp(NOW - 1));
  }

  @Test
  void clockThatIsAheadDoesNotDriveTheWatermark() {
    assertEquals(NOW, timestamp(NOW + 3_600_000));
    assertEquals(NOW, timestamp(Long.MAX_VALUE));
  }
}
