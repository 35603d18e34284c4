package vggstream.video;

import java.time.Instant;
import java.util.function.BooleanSupplier;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avformat;
import org.bytedeco.ffmpeg.global.avutil;
import org.jspecify.annotations.Nullable;
import vggstream.image.FrameEncoder;
import vggstream.image.ImageLimits;
import vggstream.image.Size;

/**
 * The frames of a video, one after the other, in the order of their presentation. Only the frame in
 * hand and what the codec refers to are held. Used by one thread; {@code stopped} is asked while it
 * waits, so that it ends soon after.
 */
public final class VideoReader implements AutoCloseable {
  private static final long DEFAULT_STEP_MICROS = 40_000;

  /** How much sooner than said a video may end, in percent and at least: it is not truncated. */
  private static final long TOLERANCE_PERCENT = 5;

  private static final long TOLERANCE_MICROS = 1_000_000;

  private final Demuxer demuxer;
  private final AVCodecContext decoder;
  private final AVPacket packet;
  private final AVFrame frame;
  private final AVRational micros = new AVRational();
  private final FrameScaler scaler;
  private final FrameEncoder encoder;
  private final Interrupt interrupt;
  private final int orientation;
  private final long stepMicros;
  private boolean draining;
  private @Nullable VideoException lost;
  private long shift;
  private long time = -1;
  private long end;
  private long broken;

  private VideoReader(
      Demuxer demuxer, Interrupt interrupt, AVCodecContext decoder, FrameEncoder encoder) {
    this.demuxer = demuxer;
    this.interrupt = interrupt;
    this.decoder = decoder;
    this.encoder = encoder;
    packet = avcodec.av_packet_alloc();
    frame = avutil.av_frame_alloc();
    micros.num(1).den(1_000_000);
    scaler = new FrameScaler();
    orientation = demuxer.orientation();
    AVRational rate = demuxer.video().avg_frame_rate();
    stepMicros =
        rate.num() > 0 && rate.den() > 0
            ? Math.max(1, 1_000_000L * rate.den() / rate.num())
            : DEFAULT_STEP_MICROS;
  }

  /**
   * Opens a video.
   *
   * @param stopped whether to give up; asked often, by several threads
   * @throws VideoException if it cannot be opened within the source's patience, holds no video, or
   *     one that cannot be decoded
   */
  public static VideoReader open(VideoSource source, BooleanSupplier stopped)
      throws VideoException {
    var encoder = new FrameEncoder(); // OpenCV first: it sets JavaCPP's limits
    try {
      Ffmpeg.load();
      var interrupt = new Interrupt(stopped, source.patience());
      Demuxer demuxer = Demuxer.open(source, interrupt);
      try {
        return new VideoReader(demuxer, interrupt, decoder(demuxer, source), encoder);
      } catch (VideoException e) {
        demuxer.close();
        throw e;
      }
    } catch (VideoException e) {
      encoder.close();
      throw e;
    }
  }

  private static AVCodecContext decoder(Demuxer demuxer, VideoSource source) throws VideoException {
    var parameters = demuxer.video().codecpar();
    String name = avcodec.avcodec_get_name(parameters.codec_id()).getString();
    AVCodec codec = avcodec.avcodec_find_decoder(parameters.codec_id());
    if (codec == null || codec.isNull()) {
      throw new VideoException("holds video that cannot be decoded: is " + name);
    }
    AVCodecContext decoder = avcodec.avcodec_alloc_context3(codec);
    avcodec.avcodec_parameters_to_context(decoder, parameters);
    decoder.pkt_timebase(demuxer.video().time_base());
    decoder.max_pixels(ImageLimits.DEFAULT.maxPixels());
    decoder.thread_count(0);
    if (source.live()) { // threads by frames hold frames back
      decoder.thread_type(AVCodecContext.FF_THREAD_SLICE);
    }
    int result = avcodec.avcodec_open2(decoder, codec, (AVDictionary) null);
    if (result < 0) {
      avcodec.avcodec_free_context(decoder);
      throw new VideoException(
          "holds video that cannot be decoded: is %s: %s".formatted(name, Ffmpeg.error(result)));
    }
    return decoder;
  }

  /** When the recording began, as the container says; null if it does not. */
  public @Nullable Instant recordedAt() {
    return demuxer.recordedAt();
  }

  /**
   * Goes to the next frame.
   *
   * @return false at the end, or if it was stopped
   * @throws VideoException if the source was lost; the frames before were given
   */
  public boolean next() throws VideoException {
    interrupt.restart();
    while (!interrupt.isStopped()) {
      int result = avcodec.avcodec_receive_frame(decoder, frame);
      if (result >= 0) {
        present();
        return true;
      }
      if (draining) {
        if (lost != null) {
          throw lost;
        }
        return false;
      }
      if (result != Ffmpeg.AGAIN) {
        broken++;
      }
      feed();
    }
    return false;
  }

  private void feed() {
    try {
      if (!demuxer.read(packet)) {
        drain();
        return;
      }
    } catch (VideoException e) {
      lost = e;
      drain();
      return;
    }
    try {
      if (packet.stream_index() == demuxer.video().index()
          && avcodec.avcodec_send_packet(decoder, packet) < 0) {
        broken++;
      }
    } finally {
      avcodec.av_packet_unref(packet);
    }
  }

  private void drain() {
    draining = true;
    avcodec.avcodec_send_packet(decoder, null);
  }

  /** Times go up, whatever the stream's do: files put together begin anew in the middle. */
  private void present() {
    long stamp = frame.best_effort_timestamp();
    boolean isFirst = time < 0;
    long earliest = isFirst ? 0 : time + 1;
    long usual = isFirst ? 0 : time + stepMicros;
    long now = usual;
    if (stamp != avutil.AV_NOPTS_VALUE) {
      long own = avutil.av_rescale_q(stamp, demuxer.video().time_base(), micros);
      if (isFirst || own + shift < earliest) {
        shift = usual - own;
      }
      now = own + shift;
    }
    time = now;
    end = now + stepMicros;
  }

  /** Presentation time of the frame in microseconds since that of the first; goes up. */
  public long timeMicros() {
    return time;
  }

  /**
   * The frame as JPEG: upright, with square pixels.
   *
   * @param largestSide the larger side has at most so many pixels; frames are never enlarged to it
   * @param quality 1..100
   * @throws VideoException if it cannot be converted
   */
  public byte[] jpeg(int largestSide, int quality) throws VideoException {
    Size size = size(largestSide);
    var pixels = scaler.scale(frame, size);
    return encoder.jpeg(pixels, size, scaler.rowBytes(), orientation, quality);
  }

  /** Of the frame as it is stored, not yet turned. */
  private Size size(int largestSide) {
    double width = frame.width();
    double height = frame.height();
    AVRational aspect =
        avformat.av_guess_sample_aspect_ratio(null, demuxer.video(), frame); // of a pixel
    if (aspect.num() > 0 && aspect.den() > 0) {
      double ratio = (double) aspect.num() / aspect.den();
      if (ratio >= 0.25 && ratio <= 4) { // others are nonsense
        width *= ratio;
      }
    }
    double scale = Math.min(1, largestSide / Math.max(width, height));
    return new Size(
        (int) Math.max(1, Math.round(width * scale)),
        (int) Math.max(1, Math.round(height * scale)));
  }

  /** Packets that could not be decoded; frames are missing, or show what was before. */
  public long broken() {
    return broken;
  }

  /** Microseconds that are missing at the end of what the container says; 0: it is whole. */
  public long missingMicros() {
    long said = demuxer.durationMicros(micros);
    long missing = said - end;
    return missing > Math.max(TOLERANCE_MICROS, said * TOLERANCE_PERCENT / 100) ? missing : 0;
  }

  @Override
  public void close() {
    avutil.av_frame_free(frame);
    avcodec.av_packet_free(packet);
    avcodec.avcodec_free_context(decoder);
    scaler.close();
    encoder.close();
    demuxer.close();
    micros.close();
  }
}
