package vggstream.video;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.concurrent.locks.LockSupport;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVInputFormat;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVDictionaryEntry;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avformat;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.PointerPointer;
import org.jspecify.annotations.Nullable;

/** An open container or stream, and the video in it. Used by one thread. */
final class Demuxer implements AutoCloseable {
  private static final int MAX_STREAMS = 100;

  /** Cameras that know no date say 1970 or 1904. */
  private static final Instant FIRST_PLAUSIBLE = Instant.parse("1980-01-02T00:00:00Z");

  private final Interrupt interrupt;
  private final AVFormatContext context;
  private final AVStream video;

  private Demuxer(Interrupt interrupt, AVFormatContext context, AVStream video) {
    this.interrupt = interrupt;
    this.context = context;
    this.video = video;
  }

  /** Opens; the interrupt is closed with it, or if it fails. */
  static Demuxer open(VideoSource source, Interrupt interrupt) throws VideoException {
    AVFormatContext context = avformat.avformat_alloc_context();
    context.interrupt_callback().callback(interrupt);
    context.max_streams(MAX_STREAMS);
    int result = openInput(context, source, interrupt);
    if (result < 0) { // which frees the context
      VideoException failure = failure("cannot be opened", result, interrupt);
      interrupt.close();
      throw failure;
    }
    try {
      return new Demuxer(interrupt, context, video(context, source, interrupt));
    } catch (VideoException e) {
      avformat.avformat_close_input(context);
      interrupt.close();
      throw e;
    }
  }

  private static int openInput(AVFormatContext context, VideoSource source, Interrupt interrupt)
      throws VideoException {
    AVInputFormat format = null;
    if (source.format() != null) {
      format = avformat.av_find_input_format(source.format());
      if (format == null || format.isNull()) {
        avformat.avformat_free_context(context);
        interrupt.close();
        throw new VideoException("FFmpeg must know the format: does not know " + source.format());
      }
    }
    var options = new AVDictionary(null);
    try {
      // of RTSP alone; UDP loses packets, and many networks let none through
      avutil.av_dict_set(options, "rtsp_transport", "tcp", 0);
      return avformat.avformat_open_input(context, source.uri(), format, options);
    } finally {
      avutil.av_dict_free(options);
    }
  }

  private static AVStream video(AVFormatContext context, VideoSource source, Interrupt interrupt)
      throws VideoException {
    String demuxer = context.iformat().name().getString();
    if (source.format() == null && !Ffmpeg.isOfVideo(demuxer)) {
      throw new VideoException("holds no video: is taken for " + demuxer);
    }
    int result = avformat.avformat_find_stream_info(context, (PointerPointer<?>) null);
    if (result < 0) {
      throw failure("cannot be read", result, interrupt);
    }
    int best =
        avformat.av_find_best_stream(context, avutil.AVMEDIA_TYPE_VIDEO, -1, -1, (AVCodec) null, 0);
    if (best < 0
        || (context.streams(best).disposition() & avformat.AV_DISPOSITION_ATTACHED_PIC) != 0) {
      throw new VideoException("holds no video: is " + demuxer + " without");
    }
    for (int i = 0; i < context.nb_streams(); i++) {
      context.streams(i).discard(i == best ? avcodec.AVDISCARD_DEFAULT : avcodec.AVDISCARD_ALL);
    }
    return context.streams(best);
  }

  private static VideoException failure(String what, int error, Interrupt interrupt) {
    if (interrupt.isLate()) { // some protocols make another error of it
      return new VideoException(
          "%s: nothing came for %d ms".formatted(what, interrupt.patience().toMillis()));
    }
    return new VideoException(what + ": " + Ffmpeg.error(error));
  }

  AVStream video() {
    return video;
  }

  /** The rotation that turns stored frames upright, as an EXIF orientation: 1, 6, 3 or 8. */
  int orientation() {
    var parameters = video.codecpar();
    if (parameters.nb_coded_side_data() == 0) {
      return 1;
    }
    var matrix =
        avcodec.av_packet_side_data_get(
            parameters.coded_side_data(),
            parameters.nb_coded_side_data(),
            avcodec.AV_PKT_DATA_DISPLAYMATRIX);
    if (matrix == null || matrix.isNull() || matrix.size() < 9 * Integer.BYTES) {
      return 1;
    }
    double counterclockwise = avutil.av_display_rotation_get(new IntPointer(matrix.data()));
    if (!Double.isFinite(counterclockwise)) {
      return 1;
    }
    return switch (Math.floorMod(Math.round(-counterclockwise / 90), 4)) {
      case 1 -> 6;
      case 2 -> 3;
      case 3 -> 8;
      default -> 1;
    };
  }

  /** When the recording began, as the container says; null if it does not, or says nonsense. */
  @Nullable Instant recordedAt() {
    AVDictionaryEntry entry = avutil.av_dict_get(context.metadata(), "creation_time", null, 0);
    if (entry == null || entry.isNull()) {
      return null;
    }
    try {
      BytePointer text = entry.value();
      Instant time = Instant.parse(text.getString());
      return time.isBefore(FIRST_PLAUSIBLE) ? null : time;
    } catch (DateTimeParseException e) {
      return null;
    }
  }

  /** How long the video lasts, as the container says, in microseconds; 0 if it does not. */
  long durationMicros(AVRational micros) {
    if (video.duration() != avutil.AV_NOPTS_VALUE) {
      return Math.max(0, avutil.av_rescale_q(video.duration(), video.time_base(), micros));
    }
    boolean isAlone = context.nb_streams() == 1; // else it is that of the longest
    return isAlone && context.duration() != avutil.AV_NOPTS_VALUE
        ? Math.max(0, context.duration())
        : 0;
  }

  /**
   * Reads the next packet of any stream; the caller unrefs it.
   *
   * @return false at the end, and if it was stopped
   * @throws VideoException if the source is lost
   */
  boolean read(AVPacket packet) throws VideoException {
    while (true) {
      int result = avformat.av_read_frame(context, packet);
      if (result >= 0) {
        return true;
      }
      if (interrupt.isStopped()) {
        return false;
      }
      if (result == avutil.AVERROR_EOF()) {
        var io = context.pb();
        int error = io == null || io.isNull() ? 0 : io.error();
        if (error < 0 && error != avutil.AVERROR_EOF()) {
          throw failure("was lost", error, interrupt);
        }
        return false;
      }
      if (result != Ffmpeg.AGAIN || interrupt.isLate()) {
        throw failure(
            "was lost", Ffmpeg.AGAIN == result ? avutil.AVERROR_EXIT() : result, interrupt);
      }
      LockSupport.parkNanos(5_000_000); // a device has nothing yet
    }
  }

  @Override
  public void close() {
    avformat.avformat_close_input(context);
    interrupt.close();
  }
}
