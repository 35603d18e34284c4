package vggstream.video;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Where frames come from. Its text shows no uri, which may hold a password.
 *
 * @param uri a path, or what FFmpeg takes for one: {@code rtsp://...}, {@code /dev/video0}; not
 *     empty
 * @param format FFmpeg's name of the container or device, for example {@code video4linux2}; null:
 *     found out
 * @param live whether frames come as they are captured; what is not is read as fast as it can be
 * @param patience how long opening, or the next frame, may take; above 0
 */
public record VideoSource(String uri, @Nullable String format, boolean live, Duration patience) {
  public VideoSource {
    if (uri.isEmpty() || uri.indexOf('\0') >= 0) {
      throw new IllegalArgumentException("uri must not be empty: was");
    }
    if (patience.isNegative() || patience.isZero()) {
      throw new IllegalArgumentException("patience must be above 0: was " + patience);
    }
  }

  @Override
  public String toString() {
    return "VideoSource[%s, %s]".formatted(live ? "live" : "recorded", format);
  }
}
