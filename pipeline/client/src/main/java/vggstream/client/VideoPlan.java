package vggstream.client;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import vggstream.video.VideoSource;

/**
 * Which frames of which video become which events.
 *
 * @param address of the video
 * @param video the same, for the reader
 * @param source of the events
 * @param idPrefix of their ids
 * @param fps frames a second of the video's time
 * @param maxSide of a frame, in pixels
 * @param quality of its JPEG, 1..100
 * @param start of a recording; null: what the file says
 * @param timeout after which a live video without frames is given up; null: never
 */
record VideoPlan(
    VideoAddress address,
    VideoSource video,
    String source,
    String idPrefix,
    double fps,
    int maxSide,
    int quality,
    @Nullable Instant start,
    @Nullable Duration timeout) {
  private static final DateTimeFormatter LIVE_TIME =
      DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss.SSS'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

  /**
   * The event of a recording's frame: the same whenever the file is sent.
   *
   * @param micros since the first frame
   */
  ImageFile recorded(long micros) {
    long millis = Math.round(micros / 1000.0);
    String id = "%s%s/%d.%03d".formatted(idPrefix, address.name(), millis / 1000, millis % 1000);
    return new ImageFile(Path.of(id), id, source);
  }

  /** The event of a live frame. */
  ImageFile live(Instant capturedAt) {
    String id = idPrefix + source + "/" + LIVE_TIME.format(capturedAt);
    return new ImageFile(Path.of(id), id, source);
  }
}
