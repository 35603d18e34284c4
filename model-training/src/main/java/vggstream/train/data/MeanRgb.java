package vggstream.train.data;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import vggstream.image.ImageLimits;
import vggstream.image.ImageRejectedException;
import vggstream.image.Rescale;
import vggstream.image.RgbImage;
import vggstream.image.Size;
import vggstream.tensor.PixelBatch;

/**
 * The mean RGB value of a training set, which the network subtracts from each pixel (paper, section
 * 2.1): the mean over images of the mean over an image's pixels, so that large photographs do not
 * outweigh small ones.
 */
public final class MeanRgb {
  /** Images that the mean is taken of at most, evenly spaced over the set. */
  public static final int DEFAULT_SAMPLE = 10_000;

  /** Images are averaged down to this smaller side first, which leaves their mean as it is. */
  private static final int SMALLER_SIDE = 64;

  private MeanRgb() {}

  /**
   * The mean of at most {@code sample} images, evenly spaced over the set; the same whatever the
   * number of threads.
   *
   * @return red, green, blue, each 0..255
   * @throws DataException if no image, or too few of them, can be read
   */
  public static List<Float> of(
      ImageSet images, int sample, UnreadableImages unreadable, int threads)
      throws IOException, InterruptedException {
    int n = Math.min(sample, images.size());
    long @Nullable [][] sums =
        new long[n][]; // by sampled image: sums of red, green, blue, and pixels
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      List<Future<?>> parts =
          IntStream.range(0, threads)
              .<Future<?>>mapToObj(
                  t ->
                      pool.submit(
                          () -> {
                            ImageFiles files = new ImageFiles(ImageLimits.DEFAULT);
                            for (int i = t; i < n; i += threads) {
                              Sample s = images.samples().get((int) ((long) i * images.size() / n));
                              sums[i] = sum(files, images, s, unreadable);
                            }
                            return null;
                          }))
              .toList();
      for (Future<?> part : parts) {
        part.get();
      }
    } catch (ExecutionException e) {
      if (e.getCause() instanceof DataException d) {
        throw new DataException(String.valueOf(d.getMessage()));
      }
      throw new IOException("the mean RGB could not be computed: " + e.getCause(), e);
    } finally {
      pool.shutdownNow();
    }
    double[] mean = new double[3];
    int readable = 0;
    for (long[] s : sums) {
      if (s != null) {
        for (int c = 0; c < 3; c++) {
          mean[c] += (double) s[c] / s[3];
        }
        readable++;
      }
    }
    if (readable == 0) {
      throw new DataException(images.root() + ": no image could be read");
    }
    return List.of(
        (float) (mean[0] / readable), (float) (mean[1] / readable), (float) (mean[2] / readable));
  }

  private static long @Nullable [] sum(
      ImageFiles files, ImageSet images, Sample sample, UnreadableImages unreadable)
      throws IOException {
    try (RgbImage image = files.read(images, sample, SMALLER_SIDE)) {
      Size held = image.size();
      Size small =
          Rescale.toSmallerSide(
              held, Math.min(SMALLER_SIDE, Math.min(held.width(), held.height())));
      int bytes = Math.toIntExact(small.pixels() * PixelBatch.CHANNELS);
      ByteBuffer pixels = ByteBuffer.allocateDirect(bytes); // (h, w, 3)
      Rescale.rescale(image, small, pixels);
      long[] sums = new long[PixelBatch.CHANNELS + 1];
      for (int i = 0; i < bytes; i++) {
        sums[i % PixelBatch.CHANNELS] += Byte.toUnsignedInt(pixels.get(i));
      }
      sums[PixelBatch.CHANNELS] = small.pixels();
      return sums;
    } catch (ImageRejectedException | IOException e) {
      unreadable.report(sample.path(), String.valueOf(e.getMessage()));
      return null;
    }
  }
}
