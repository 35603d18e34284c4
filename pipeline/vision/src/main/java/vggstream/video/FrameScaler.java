package vggstream.video;

import java.nio.ByteBuffer;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.ffmpeg.global.swscale;
import org.bytedeco.ffmpeg.swscale.SwsContext;
import org.jspecify.annotations.Nullable;
import vggstream.image.Size;

/**
 * Decoded frames, whatever their pixels, to BGR of a size in one pass, with the colours that the
 * stream says. Memory is used again while the size stays. Not thread-safe.
 */
final class FrameScaler implements AutoCloseable {
  /** What OpenCV and FFmpeg's vector instructions read rows by. */
  private static final int ALIGNMENT = 64;

  private final SwsContext context;
  private final AVFrame scaled;
  private @Nullable Size size;
  private @Nullable ByteBuffer pixels;

  FrameScaler() {
    context = swscale.sws_alloc_context();
    context.flags(swscale.SWS_AREA | swscale.SWS_ACCURATE_RND | swscale.SWS_FULL_CHR_H_INT);
    scaled = avutil.av_frame_alloc();
  }

  /** The pixels of a frame at a size: rows of (width, 3) uint8, {@link #rowBytes} apart. */
  ByteBuffer scale(AVFrame frame, Size target) throws VideoException {
    ByteBuffer to = pixels;
    if (to == null || !target.equals(size)) {
      to = allocate(target);
    }
    int result = swscale.sws_scale_frame(context, scaled, frame);
    if (result < 0) {
      throw new VideoException("a frame cannot be converted: " + Ffmpeg.error(result));
    }
    return to;
  }

  private ByteBuffer allocate(Size target) throws VideoException {
    size = null;
    pixels = null;
    avutil.av_frame_unref(scaled);
    scaled.width(target.width());
    scaled.height(target.height());
    scaled.format(avutil.AV_PIX_FMT_BGR24);
    int result = avutil.av_frame_get_buffer(scaled, ALIGNMENT);
    if (result < 0) {
      throw new VideoException(
          "a frame of %s cannot be held: %s".formatted(target, Ffmpeg.error(result)));
    }
    long bytes = (long) rowBytes() * (target.height() - 1) + 3L * target.width();
    ByteBuffer memory = scaled.data(0).capacity(bytes).asByteBuffer();
    size = target;
    pixels = memory;
    return memory;
  }

  int rowBytes() {
    return scaled.linesize(0);
  }

  @Override
  public void close() {
    avutil.av_frame_free(scaled);
    swscale.sws_free_context(context);
  }
}
