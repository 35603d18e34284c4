package vggstream.train.data;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import vggstream.image.ImageLimits;
import vggstream.image.ImageRejectedException;
import vggstream.image.Rescale;
import vggstream.image.RgbImage;
import vggstream.image.Size;
import vggstream.tensor.PixelBatch;

/**
 * Statistics of the colours of a training set: the mean RGB value, which the network subtracts from
 * each pixel (paper, section 2.1), and the principal components, along which training shifts
 * colours. Both are means over images of the mean over an image's pixels, so that large photographs
 * do not outweigh small ones, and the same whatever the number of threads.
 */
public final class ColourStatistics {
  /** Images that statistics are taken of at most, evenly spaced over the set. */
  public static final int DEFAULT_SAMPLE = 10_000;

  private static final int CHANNELS = PixelBatch.CHANNELS;

  /** For the mean, which averaging leaves as it is. */
  private static final int MEAN_SIDE = 64;

  /** For the components; averaging takes variance away, so this is the paper's usual S. */
  private static final int COMPONENTS_SIDE = 256;

  private static final double[] UNREADABLE = {};

  private final ImageSet images;
  private final int sample;
  private final UnreadableImages unreadable;
  private final int threads;

  /**
   * Statistics of a set.
   *
   * @param sample images at most, at least 1
   * @param unreadable where images that cannot be read are counted
   * @param threads that decode, at least 1
   */
  public ColourStatistics(ImageSet images, int sample, UnreadableImages unreadable, int threads) {
    if (sample < 1 || threads < 1) {
      throw new IllegalArgumentException(
          "sample and threads must be at least 1: were %d, %d".formatted(sample, threads));
    }
    this.images = images;
    this.sample = sample;
    this.unreadable = unreadable;
    this.threads = threads;
  }

  /**
   * The mean.
   *
   * @return red, green, blue, each 0..255
   * @throws DataException if no image, or too few of them, can be read
   */
  public List<Float> mean() throws IOException, InterruptedException {
    double[] mean = meanOver(MEAN_SIDE, ColourStatistics::firstMoments);
    return List.of((float) mean[0], (float) mean[1], (float) mean[2]);
  }

  /**
   * The principal components of the images, of those larger than that rescaled to a smaller side of
   * 256.
   *
   * @throws DataException as {@link #mean}
   */
  public PrincipalColours principalColours() throws IOException, InterruptedException {
    double[] mean = meanOver(COMPONENTS_SIDE, ColourStatistics::secondMoments);
    double[][] covariance = new double[CHANNELS][CHANNELS];
    for (int a = 0; a < CHANNELS; a++) {
      for (int b = 0; b < CHANNELS; b++) {
        covariance[a][b] = mean[CHANNELS + a * CHANNELS + b] - mean[a] * mean[b];
      }
    }
    return PrincipalColours.of(covariance);
  }

  /** Means over the pixels of one image. */
  private interface Moments {
    double[] of(ByteBuffer pixels, int bytes);
  }

  private double[] meanOver(int smallerSide, Moments moments)
      throws IOException, InterruptedException {
    int n = Math.min(sample, images.size());
    double[][] found = new double[n][0]; // by sampled image; empty: unreadable
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      List<Future<?>> parts = new ArrayList<>();
      for (int t = 0; t < threads; t++) {
        int first = t;
        parts.add(
            pool.submit(
                () -> {
                  Reader reader = new Reader(smallerSide, moments);
                  for (int i = first; i < n; i += threads) {
                    int index = (int) ((long) i * images.size() / n);
                    found[i] = reader.read(images.samples().get(index));
                  }
                  return null;
                }));
      }
      for (Future<?> part : parts) {
        part.get();
      }
    } catch (ExecutionException e) {
      if (e.getCause() instanceof DataException d) {
        throw new DataException(String.valueOf(d.getMessage()));
      }
      throw new IOException("the colours could not be computed: " + e.getCause(), e);
    } finally {
      pool.shutdownNow();
    }
    return mean(found);
  }

  private double[] mean(double[][] found) throws DataException {
    double[] mean = new double[0];
    int readable = 0;
    for (double[] one : found) {
      if (one.length > 0) {
        mean = readable == 0 ? new double[one.length] : mean;
        for (int i = 0; i < one.length; i++) {
          mean[i] += one[i];
        }
        readable++;
      }
    }
    if (readable == 0) {
      throw new DataException(images.root() + ": no image could be read");
    }
    for (int i = 0; i < mean.length; i++) {
      mean[i] /= readable;
    }
    return mean;
  }

  /** Means of red, green, blue. */
  private static double[] firstMoments(ByteBuffer pixels, int bytes) {
    long red = 0;
    long green = 0;
    long blue = 0;
    for (int i = 0; i < bytes; i += CHANNELS) {
      red += pixels.get(i) & 0xff;
      green += pixels.get(i + 1) & 0xff;
      blue += pixels.get(i + 2) & 0xff;
    }
    double n = bytes / (double) CHANNELS;
    return new double[] {red / n, green / n, blue / n};
  }

  /** Means of red, green, blue; then of the products of each two of them, (3, 3). */
  private static double[] secondMoments(ByteBuffer pixels, int bytes) {
    double n = bytes / (double) CHANNELS;
    long rr = 0;
    long rg = 0;
    long rb = 0;
    long gg = 0;
    long gb = 0;
    long bb = 0;
    for (int i = 0; i < bytes; i += CHANNELS) {
      long r = pixels.get(i) & 0xff;
      long g = pixels.get(i + 1) & 0xff;
      long b = pixels.get(i + 2) & 0xff;
      rr += r * r;
      rg += r * g;
      rb += r * b;
      gg += g * g;
      gb += g * b;
      bb += b * b;
    }
    double[] first = firstMoments(pixels, bytes);
    return new double[] {
      first[0], first[1], first[2], rr / n, rg / n, rb / n, rg / n, gg / n, gb / n, rb / n, gb / n,
      bb / n
    };
  }

  /** Reads images through memory of its own; for one thread. */
  private final class Reader {
    private final ImageFiles files = new ImageFiles(ImageLimits.DEFAULT);
    private final int smallerSide;
    private final Moments moments;
    private ByteBuffer pixels = ByteBuffer.allocateDirect(0); // (h, w, 3)

    Reader(int smallerSide, Moments moments) {
      this.smallerSide = smallerSide;
      this.moments = moments;
    }

    double[] read(Sample image) throws IOException {
      try (RgbImage decoded = files.read(images, image, smallerSide)) {
        Size held = decoded.size();
        Size small =
            Rescale.toSmallerSide(
                held, Math.min(smallerSide, Math.min(held.width(), held.height())));
        int bytes = Math.toIntExact(small.pixels() * CHANNELS);
        if (pixels.capacity() < bytes) {
          pixels = ByteBuffer.allocateDirect(bytes + bytes / 2);
        }
        Rescale.rescale(decoded, small, pixels);
        return moments.of(pixels, bytes);
      } catch (ImageRejectedException | IOException e) {
        unreadable.report(image.path(), String.valueOf(e.getMessage()));
        return UNREADABLE;
      }
    }
  }
}
