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
import vggstream.image.Size;

/**
 * Reads and decodes the images of a set through one buffer that grows as needed. Not thread-safe.
 */
public final class ImageFiles {
  private static final int INITIAL_BYTES = 1 << 18;

  private final ImageLimits limits;
  private final ImageDecoder decoder;
  private final ByteBuffer pixels =
      ByteBuffer.allocateDirect(3 * Storage.CIFAR_SIDE * Storage.CIFAR_SIDE); // of a record
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
    Path file = images.file(sample);
    return switch (images.storage()) {
      case FILES -> read(file, largestSmallerSide);
      case CIFAR_10, CIFAR_100 -> record(file, images.storage(), record(sample));
    };
  }

  private static int record(Sample sample) {
    String path = sample.path();
    return Integer.parseInt(path.substring(path.lastIndexOf(Storage.RECORD) + 1));
  }

  private RgbImage record(Path file, Storage storage, int record) throws IOException {
    int side = Storage.CIFAR_SIDE;
    int plane = side * side;
    long start = (long) record * storage.recordBytes() + storage.labelBytes();
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      fill(channel, start, 3 * plane);
    }
    pixels.clear();
    for (int i = 0; i < plane; i++) {
      for (int c = 0; c < 3; c++) {
        pixels.put(encoded.get(c * plane + i)); // (h, w, 3) of (3, h, w)
      }
    }
    return RgbImage.copyOf(pixels.flip(), new Size(side, side));
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
      fill(channel, 0, (int) size);
    }
    return decoder.decodeFor(encoded, largestSmallerSide);
  }

  private void fill(FileChannel channel, long start, int bytes) throws IOException {
    encoded.clear().limit(bytes);
    while (encoded.hasRemaining()) {
      if (channel.read(encoded, start + encoded.position()) < 0) {
        throw new EOFException("the file became shorter while it was read");
      }
    }
    encoded.flip();
  }
}
