/**
 * Frames of video files, cameras and network streams, as JPEG: the only package that touches
 * FFmpeg, whose native library is the client's alone. Entry: {@link vggstream.video.VideoReader}.
 */
@NullMarked
package vggstream.video;

import org.jspecify.annotations.NullMarked;
