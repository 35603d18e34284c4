package vggstream.train.step;

import java.nio.FloatBuffer;

/**
 * Draws dropout masks. Each value is a function of (seed, iteration, image, layer, index) alone: a
 * counter-based generator on SplitMix64's mixing function (Steele, Lea and Flood 2014).
 */
final class DropoutMasks {
  private static final long GOLDEN = 0x9E3779B97F4A7C15L;
  private static final int BITS = 24;

  private DropoutMasks() {}

  /**
   * Fills a mask (batch, width), row-major: 0 for what is dropped, 1 / (1 - ratio) for what stays.
   */
  static void fill(
      FloatBuffer mask, int batch, int width, String layer, float ratio, DropoutKey key) {
    long threshold = Math.round((double) ratio * (1L << BITS));
    float kept = 1 / (1 - ratio);
    long step = mix(mix(key.seed() + GOLDEN) ^ key.iteration());
    long ofLayer = mix(step + GOLDEN * layer.hashCode());
    for (int n = 0; n < batch; n++) {
      long row = mix(ofLayer ^ (key.firstImage() + (long) n));
      int at = n * width;
      for (int j = 0; j < width; j++) {
        long draw = mix(row + GOLDEN * (j + 1L)) >>> (Long.SIZE - BITS);
        mask.put(at + j, draw < threshold ? 0f : kept);
      }
    }
  }

  private static long mix(long z) {
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
