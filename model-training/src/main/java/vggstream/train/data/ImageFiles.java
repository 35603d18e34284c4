package vggstream.train.data;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import vggstream.image.ImageDecoder;
import vggstream.image.ImageLimits;
import vggstream.image.ImageRejectedException;
import vggstream.image.ImageRejectedException.Reason;
import vggstream.image.RgbImage;

/** Reads and decodes image files through one buffer that grows as needed. Not thread-safe. */
public final class ImageFiles {
  private static final int INITIAL_BYTES = 1 << 18;

  private final ImageLimits limits;
  private final ImageDecoder decoder;
  private ByteBuffer encoded = ByteBuffer.allocateDirect(INITIAL_BYTES);

  public ImageFiles(ImageLimits limits) {
    this.limits = limits;
    this.decoder = new ImageDecoder(limits);
  }

  /**
   * Decodes an image of a set for rescaling to smaller sides of at most {@code largestSmallerSide}.
   *
   * @throws ImageRejectedException if it is no readable image within the limits
   * @throws IOException if its file cannot be read
   */
  public RgbImage read(ImageSet images, Sample sample, int largestSmallerSide)
      throws IOException, ImageRejectedException {
    return read(images.file(sample), largestSmallerSide);
  }

  /**
   * Decodes a file for rescaling to smaller sides of at most {@code largestSmallerSide}.
   *
   * @throws ImageRejectedException if it is no readable image within the limits
   * @throws IOException if the file cannot be read
   */
  public RgbImage read(Path file, int largestSmallerSide)
      throws IOException, ImageRejectedException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      long size = channel.size();
      if (size > limits.maxBytes()) {
        throw new ImageRejectedException(
            Reason.TOO_LARGE,
            "an image must have at most %d bytes: has %d".formatted(limits.maxBytes(), size));
      }
      if (size > encoded.capacity()) {
        encoded = ByteBuffer.allocateDirect((int) Math.min(limits.maxBytes(), size + size / 2));
      }
      encoded.clear().limit((int) size);
      while (encoded.hasRemaining()) {
        if (channel.read(encoded) < 0) {
          throw new EOFException("the file became shorter while it was read");
        }
      }
      encoded.flip();
    }
    return decoder.decodeFor(encoded, largestSmallerSide);
  }
}
