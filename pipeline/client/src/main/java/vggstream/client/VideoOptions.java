package vggstream.client;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import vggstream.video.VideoSource;

/** The options of {@code send} for videos. */
final class VideoOptions {
  private static final List<String> OF_FILES =
      List.of(
          "--captured-at",
          "--no-recursive",
          "--only-images",
          "--references",
          "--base-uri",
          "--watch",
          "--settle");
  private static final List<String> OF_VIDEO =
      List.of(
          "--fps",
          "--max-side",
          "--jpeg-quality",
          "--start-time",
          "--live",
          "--video-format",
          "--patience");

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--video",
      paramLabel = "URI",
      description =
          "Sends frames of a video instead of files: a video file, a camera such as /dev/video0, or"
              + " an address such as rtsp://host/stream. @file:PATH is the address that a file holds,"
              + " @env:NAME that of an environment variable.")
  private @Nullable String video;

  @Option(
      names = "--fps",
      paramLabel = "N",
      description = "With --video: frames a second of its time, for example 0.2 (default: 1).")
  private double fps = 1;

  @Option(
      names = "--max-side",
      paramLabel = "PIXELS",
      description =
          "With --video: frames are shrunk so that their larger side has at most so many pixels"
              + " (default: as they are).")
  private int maxSide = Integer.MAX_VALUE;

  @Option(
      names = "--jpeg-quality",
      paramLabel = "1..100",
      description = "With --video: of the frames' JPEG (default: 90).")
  private int quality = 90;

  @Option(
      names = "--start-time",
      paramLabel = "TIME",
      description =
          "With --video of a recording: when it began, for example 2026-05-04T12:00:00Z (default:"
              + " what the file says of its creation, else its last modification).")
  private @Nullable Instant start;

  @Option(
      names = "--live",
      description =
          "With --video: frames come as they are captured, and the connection is made again when it"
              + " is lost. Cameras, rtsp, rtp, udp, tcp, srt and rtmp are live without it.")
  private boolean live;

  @Option(
      names = "--video-format",
      paramLabel = "NAME",
      description =
          "With --video: FFmpeg's name of the container or device, where it does not find out, for"
              + " example mpegts, mjpeg, avfoundation.")
  private @Nullable String format;

  @Option(
      names = "--patience",
      paramLabel = "DURATION",
      description = "With --video: how long opening, or the next frame, may take (default: 10s).")
  private Duration patience = Duration.ofSeconds(10);

  /** Whether a video is to be sent; checks that only options that go with it are there. */
  boolean areGiven(List<Path> paths) {
    var line = spec.commandLine().getParseResult();
    if (video == null) {
      for (String option : OF_VIDEO) {
        if (line.hasMatchedOption(option)) {
          throw wrong(option + " must go with --video: was alone");
        }
      }
      return false;
    }
    for (String option : OF_FILES) {
      if (line.hasMatchedOption(option)) {
        throw wrong(option + " must not go with --video: did");
      }
    }
    if (!paths.isEmpty()) {
      throw wrong("--video must stand alone: files were given too");
    }
    if (!(fps > 0 && fps <= 1000)) {
      throw wrong("--fps must be above 0 and at most 1000: was " + fps);
    }
    if (maxSide < 1) {
      throw wrong("--max-side must be at least 1: was " + maxSide);
    }
    if (quality < 1 || quality > 100) {
      throw wrong("--jpeg-quality must be within 1..100: was " + quality);
    }
    if (patience.isZero()) {
      throw wrong("--patience must be above 0: was 0");
    }
    return true;
  }

  /**
   * What is to be sent.
   *
   * @param source of the events; null: not given
   * @param timeout without a frame; null: none
   * @throws ClientException if the address stands where it cannot be read, or there is no file
   */
  VideoPlan plan(@Nullable String source, String idPrefix, @Nullable Duration timeout)
      throws ClientException {
    String text = Secret.resolve(String.valueOf(video), System.getenv());
    VideoAddress address = VideoAddress.of(text, format, live);
    if (address.live()) {
      if (source == null || source.isEmpty()) {
        throw wrong(
            "--source must be given for a live video, whose events' ids it begins: was not");
      }
      if (start != null) {
        throw wrong("--start-time must go with a recording: " + address + " is live");
      }
    } else if (timeout != null) {
      throw wrong("--timeout must go with a live video: " + address + " is a recording");
    }
    return new VideoPlan(
        address,
        new VideoSource(address.uri(), address.format(), address.live(), patience),
        source == null || source.isEmpty() ? address.name() : source,
        idPrefix,
        fps,
        maxSide,
        quality,
        start,
        timeout);
  }

  private ParameterException wrong(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
