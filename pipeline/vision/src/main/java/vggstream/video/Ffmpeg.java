package vggstream.video;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Set;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avdevice;
import org.bytedeco.ffmpeg.global.avformat;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.ffmpeg.global.swscale;
import org.bytedeco.javacpp.Loader;

/** FFmpeg's native library. */
final class Ffmpeg {
  /** Demuxers that take single images or plain text for video. */
  private static final Set<String> NO_VIDEO =
      Set.of("tty", "bin", "xbin", "adf", "idf", "image2", "image2pipe", "bmp", "ico");

  /** AVERROR(EAGAIN): 11, but 35 on macOS. */
  static final int AGAIN = Loader.getPlatform().startsWith("macosx") ? -35 : -11;

  private Ffmpeg() {}

  /**
   * Loads it, once.
   *
   * @throws VideoException if it is not on the class path, or not for this machine
   */
  static void load() throws VideoException {
    try {
      Loader.load(avutil.class);
      Loader.load(avcodec.class);
      Loader.load(avformat.class);
      Loader.load(swscale.class);
      Loader.load(avdevice.class);
      // its log repeats uris, with the passwords in them; what failed is told by error codes
      avutil.av_log_set_level(avutil.AV_LOG_QUIET);
      avdevice.avdevice_register_all();
    } catch (LinkageError e) {
      throw new VideoException("video needs FFmpeg's library for this system: " + e, e);
    }
  }

  /** What an error code means, in words. */
  static String error(int code) {
    byte[] text = new byte[256];
    avutil.av_strerror(code, text, text.length);
    int end = 0;
    while (end < text.length && text[end] != 0) {
      end++;
    }
    return new String(text, 0, end, UTF_8);
  }

  /** Whether a demuxer that was found by itself reads video, and not single images or text. */
  static boolean isOfVideo(String demuxer) {
    return !NO_VIDEO.contains(demuxer) && !demuxer.endsWith("_pipe");
  }
}
