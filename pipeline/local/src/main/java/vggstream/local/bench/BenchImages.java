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
import vggstream.image.ImageEncoder;
import vggstream.image.ImageRejectedException;
import vggstream.image.Rescale;
import vggstream.image.RgbImage;
import vggstream.image.Size;
import vggstream.image.Window;
import vggstream.local.run.RunFailedException;

/**
 * The images of a benchmark, encoded, in memory: those of a folder that can be decoded, ordered by
 * size, so that the bare loop's batches are full.
 */
final class BenchImages {
  /** More is not read: the images are sent again and again. */
  private static final long MOST_BYTES = 256L << 20;

  private static final int JPEG_QUALITY = 92;

  /** One of them. */
  record Image(ImageFile file, ByteBuffer encoded, Size size) {}

  private final List<Image> images;

  private BenchImages(List<Image> images) {
    this.images = images;
  }

  /**
   * Makes JPEGs of a folder's images: rescaled to a smaller side, of which the middle is cut.
   *
   * @param side of the squares, pixels
   * @param into folder where they are written; made here
   */
  static void makeSquares(Path folder, ImageDecoder decoder, int side, Path into)
      throws RunFailedException {
    ByteBuffer square = ByteBuffer.allocateDirect(3 * side * side); // (side, side, 3)
    try (Stream<ImageFile> files = ImageFiles.ALL.under(folder)) {
      Files.createDirectory(into);
      int made = 0;
      for (Iterator<ImageFile> all = files.iterator(); all.hasNext(); ) {
        ByteBuffer encoded = ByteBuffer.wrap(Files.readAllBytes(all.next().path()));
        try (RgbImage image = decoder.decodeFor(encoded, side)) {
          Size rescaled = Rescale.toSmallerSide(image.originalSize(), side);
          Window middle =
              new Window((rescaled.width() - side) / 2, (rescaled.height() - side) / 2, side, side);
          Rescale.crop(image, rescaled, middle, false, square);
          Files.write(
              into.resolve("%06d.jpg".formatted(made++)),
              ImageEncoder.jpeg(square, new Size(side, side), JPEG_QUALITY));
        } catch (ImageRejectedException e) {
          // left out, as below
        }
      }
    } catch (IOException | UncheckedIOException e) {
      throw new RunFailedException("cannot make JPEGs of " + folder + " in " + into + ": " + e, e);
    }
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
