package vggstream.video;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Map;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacv.FFmpegFrameRecorder;
import org.bytedeco.javacv.Frame;
import org.bytedeco.javacv.FrameRecorder;
import vggstream.image.ImageDecoder;
import vggstream.image.ImageLimits;
import vggstream.image.ImageRejectedException;
import vggstream.image.RgbImage;

/**
 * Makes small videos whose frames show their number, in eight fields from left to right of which
 * the white ones are its bits, the highest first; the lowest eighth of the height is red.
 */
public final class TestVideos {
  private static final int BITS = 8;

  static {
    avutil.av_log_set_level(avutil.AV_LOG_QUIET);
  }

  private TestVideos() {}

  /** MPEG-4 part 2, which FFmpeg's LGPL build writes. */
  public static final int MPEG4 = avcodec.AV_CODEC_ID_MPEG4;

  public static final int MJPEG = avcodec.AV_CODEC_ID_MJPEG;

  public static final int MPEG2 = avcodec.AV_CODEC_ID_MPEG2VIDEO;

  /** Frames at an even rate. */
  public static void write(Path file, String format, int codec, int perSecond, int frames) {
    write(file.toString(), format, codec, perSecond, frames, 0, Map.of());
  }

  /**
   * Frames at an even rate, of 160 x 96.
   *
   * @param to a file, or what FFmpeg writes to
   * @param rotation of the display, in degrees counterclockwise
   * @param metadata of the container
   */
  public static void write(
      String to,
      String format,
      int codec,
      int perSecond,
      int frames,
      double rotation,
      Map<String, String> metadata) {
    try (var recorder = new FFmpegFrameRecorder(to, 160, 96)) {
      recorder.setFormat(format);
      recorder.setVideoCodec(codec);
      recorder.setFrameRate(perSecond);
      recorder.setVideoBitrate(2_000_000);
      recorder.setGopSize(10);
      if (rotation != 0) {
        recorder.setDisplayRotation(rotation);
      }
      metadata.forEach(recorder::setMetadata);
      recorder.start();
      try (var frame = new Frame(160, 96, Frame.DEPTH_UBYTE, 3)) {
        for (int i = 0; i < frames; i++) {
          draw(frame, i);
          recorder.setTimestamp(1_000_000L * i / perSecond);
          recorder.record(frame, avutil.AV_PIX_FMT_BGR24);
        }
      }
      recorder.stop();
    } catch (FrameRecorder.Exception e) {
      throw new AssertionError(e);
    }
  }

  private static void draw(Frame frame, int number) {
    ByteBuffer pixels = (ByteBuffer) frame.image[0];
    int red = frame.imageHeight * 7 / 8;
    for (int y = 0; y < frame.imageHeight; y++) {
      for (int x = 0; x < frame.imageWidth; x++) {
        int bit = BITS - 1 - x * BITS / frame.imageWidth;
        int value = (number >> bit & 1) == 0 ? 0 : 255;
        int at = y * frame.imageStride + 3 * x;
        pixels.put(at, (byte) (y < red ? value : 0));
        pixels.put(at + 1, (byte) (y < red ? value : 0));
        pixels.put(at + 2, (byte) (y < red ? value : 255));
      }
    }
  }

  /** The number that an upright frame shows. */
  public static int number(byte[] jpeg) {
    try (RgbImage image = new ImageDecoder(ImageLimits.DEFAULT).decode(ByteBuffer.wrap(jpeg))) {
      int number = 0;
      for (int bit = 0; bit < BITS; bit++) {
        int x = (2 * bit + 1) * image.size().width() / (2 * BITS);
        number = 2 * number + (green(image, x, image.size().height() / 3) > 127 ? 1 : 0);
      }
      return number;
    } catch (ImageRejectedException e) {
      throw new AssertionError(e);
    }
  }

  private static int green(RgbImage image, int x, int y) {
    return image.pixels().get(3 * (y * image.size().width() + x) + 1) & 0xff;
  }
}
