package vggstream.local.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;
import vggstream.client.ImageFile;
import vggstream.client.ImageFiles;
import vggstream.image.ImageDecoder;
import vggstream.image.ImageRejectedException;
import vggstream.image.RgbImage;
import vggstream.image.Size;
import vggstream.local.run.RunFailedException;

/**
 * The images of a benchmark, encoded, in memory: those of a folder that can be decoded, ordered by
 * size, so that the bare loop's batches are full.
 */
final class BenchImages {
  /** More is not read: the images are sent again and again. */
  private static final long MOST_BYTES = 256L << 20;

  /** One of them. */
  record Image(ImageFile file, ByteBuffer encoded, Size size) {}

  private final List<Image> images;

  private BenchImages(List<Image> images) {
    this.images = images;
  }

  /**
   * Reads a folder's images, those that come first, up to 256 MiB.
   *
   * @throws RunFailedException if there is none
   */
  static BenchImages read(Path folder, ImageDecoder decoder, int largestScale)
      throws RunFailedException {
    List<Image> images = new ArrayList<>();
    long bytes = 0;
    try (Stream<ImageFile> files = ImageFiles.ALL.under(folder)) {
      for (Iterator<ImageFile> all = files.iterator(); all.hasNext() && bytes < MOST_BYTES; ) {
        ImageFile file = all.next();
        ByteBuffer encoded = ByteBuffer.wrap(Files.readAllBytes(file.path())).asReadOnlyBuffer();
        try (RgbImage image = decoder.decodeFor(encoded.duplicate(), largestScale)) {
          images.add(new Image(file, encoded, image.originalSize()));
          bytes += encoded.remaining();
        } catch (ImageRejectedException e) {
          // dead letters cost next to nothing: only what is classified is counted
        }
      }
    } catch (IOException | UncheckedIOException e) {
      throw new RunFailedException("cannot read " + folder + ": " + e, e);
    }
    if (images.isEmpty()) {
      throw new RunFailedException("there is no image under " + folder);
    }
    images.sort(
        Comparator.comparingInt((Image i) -> i.size().width())
            .thenComparingInt(i -> i.size().height()));
    return new BenchImages(images);
  }

  int count() {
    return images.size();
  }

  /** The i-th; after the last the first again. */
  Image get(long i) {
    return images.get((int) (i % images.size()));
  }

  /** Mean of the encoded bytes. */
  long meanBytes() {
    return images.stream().mapToLong(i -> i.encoded().remaining()).sum() / images.size();
  }
}
