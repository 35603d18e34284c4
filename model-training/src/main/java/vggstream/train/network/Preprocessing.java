package vggstream.train.network;

import java.util.List;

/**
 * What the graphs do with a pixel before the first layer: {@code (x - mean) * scale}, by channel.
 *
 * @param mean of red, green, blue over the training set, 0..255
 * @param scale of red, green, blue, positive; 1 as in the paper
 */
public record Preprocessing(List<Float> mean, List<Float> scale) {
  public Preprocessing {
    mean = List.copyOf(mean);
    scale = List.copyOf(scale);
    if (mean.size() != 3 || mean.stream().anyMatch(m -> !(m >= 0 && m <= 255))) {
      throw new IllegalArgumentException(
          "mean must have 3 values within 0..255 (red, green, blue): was " + mean);
    }
    if (scale.size() != 3 || scale.stream().anyMatch(s -> !(s > 0 && s <= Float.MAX_VALUE))) {
      throw new IllegalArgumentException(
          "scale must have 3 positive, finite values (red, green, blue): was " + scale);
    }
  }

  /** The same scale for the three channels. */
  public static Preprocessing of(List<Float> mean, float scale) {
    return new Preprocessing(mean, List.of(scale, scale, scale));
  }
}
