package vggstream.client;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.function.Consumer;
import vggstream.video.FrameChoice;
import vggstream.video.VideoException;
import vggstream.video.VideoReader;

/**
 * Sends chosen frames of a video: of a recording once, of a live one until it is stopped, with a
 * new connection when one is lost. One frame is in hand at a time; where the brokers are slow, the
 * source waits, or loses frames. Used by one thread.
 */
final class VideoSending {
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

  private final VideoPlan plan;
  private final ImageSender sender;
  private final StopSignal signal;
  private final Pacer pacer;
  private final Consumer<String> warnings;
  private final Clock clock;
  private Instant lastCaptured = Instant.MIN;
  private Duration pause = FIRST_PAUSE;
  private volatile long lastFrame = System.nanoTime();
  private long taken;
  private boolean whole = true;

  /**
   * Nothing sent yet.
   *
   * @param warnings given what went wrong and does not end it
   * @param clock of live frames
   */
  VideoSending(
      VideoPlan plan,
      ImageSender sender,
      StopSignal signal,
      Pacer pacer,
      Consumer<String> warnings,
      Clock clock) {
    this.plan = plan;
    this.sender = sender;
    this.signal = signal;
    this.pacer = pacer;
    this.warnings = warnings;
    this.clock = clock;
  }

  /** Frames that were chosen and given to the sender. */
  long taken() {
    return taken;
  }

  /** Whether nothing of a recording was missing or broken, as far as FFmpeg tells. */
  boolean isWhole() {
    return whole;
  }

  /**
   * Sends until the end.
   *
   * @throws ClientException if the video cannot be opened the first time, a recording cannot be
   *     read to its end, or the brokers take no more
   */
  void run() throws ClientException {
    boolean wasOpen = false;
    while (!isOver()) {
      String why = "ended";
      try (VideoReader reader = VideoReader.open(plan.video(), this::isOver)) {
        wasOpen = true;
        send(reader);
        if (!plan.address().live()) {
          check(reader);
          return;
        }
      } catch (VideoException e) {
        if (isOver()) {
          return;
        }
        why = String.valueOf(e.getMessage());
        if (!plan.address().live() || !wasOpen) {
          throw new ClientException(plan.address() + " " + why);
        }
      }
      sender.flush(); // also tells that the brokers take no more
      if (isOver()) {
        return;
      }
      warnings.accept(
          "%s %s; trying again in %s".formatted(plan.address(), why, Durations.format(pause)));
      if (signal.await(pause.toNanos())) {
        return;
      }
      pause = pause.multipliedBy(2);
      pause = pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause;
    }
  }

  /** FFmpeg's threads ask too. */
  private boolean isOver() {
    Duration timeout = plan.timeout();
    return signal.isStopped()
        || timeout != null && System.nanoTime() - lastFrame >= timeout.toNanos();
  }

  private void send(VideoReader reader) throws VideoException, ClientException {
    var choice = new FrameChoice(plan.fps());
    Instant start = plan.address().live() ? null : start(reader);
    while (reader.next()) {
      lastFrame = System.nanoTime();
      pause = FIRST_PAUSE;
      if (!choice.take(reader.timeMicros())) {
        continue;
      }
      if (start == null) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        if (!now.isAfter(lastCaptured)) {
          continue; // two frames of one id
        }
        lastCaptured = now;
        send(reader, plan.live(now), now);
      } else {
        long micros = reader.timeMicros();
        send(reader, plan.recorded(micros), start.plus(micros, ChronoUnit.MICROS));
      }
    }
  }

  private void send(VideoReader reader, ImageFile frame, Instant capturedAt)
      throws VideoException, ClientException {
    if (signal.await(pacer.take())) {
      return;
    }
    taken++;
    sender.send(frame, capturedAt, reader.jpeg(plan.maxSide(), plan.quality()));
    lastFrame = System.nanoTime(); // slow brokers are not the camera's fault
  }

  private Instant start(VideoReader reader) throws ClientException {
    if (plan.start() != null) {
      return plan.start();
    }
    Instant recorded = reader.recordedAt();
    if (recorded != null) {
      return recorded;
    }
    if (plan.address().file() == null) {
      return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }
    try {
      return Files.getLastModifiedTime(plan.address().file()).toInstant();
    } catch (IOException e) {
      throw new ClientException(
          plan.address() + " cannot be read: " + ClientException.reason(e), e);
    }
  }

  private void check(VideoReader reader) {
    if (signal.isStopped()) {
      return;
    }
    if (reader.broken() > 0) {
      whole = false;
      warnings.accept(
          "%s: %d packets could not be decoded".formatted(plan.address(), reader.broken()));
    }
    if (reader.missingMicros() > 0) {
      whole = false;
      warnings.accept(
          "%s: the last %.1f s that it says it has are missing"
              .formatted(plan.address(), reader.missingMicros() / 1e6));
    }
  }
}
