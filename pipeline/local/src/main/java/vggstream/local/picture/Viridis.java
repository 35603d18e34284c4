package vggstream.local.picture;

import java.util.stream.IntStream;

/**
 * A colour map from dark blue over green to yellow whose lightness grows evenly: read alike by the
 * colour-blind and in black and white (viridis, van der Walt and Smith, 2015; ten of its colours,
 * straight lines between them).
 */
final class Viridis {
  private static final int[] COLOURS = {
    0x440154, 0x482878, 0x3e4a89, 0x31688e, 0x26828e, 0x1f9e89, 0x35b779, 0x6dcd59, 0xb4de2c,
    0xfde725
  };

  private static final int STEPS = 255;
  private static final int[] TABLE =
      IntStream.rangeClosed(0, STEPS).map(step -> mixed((double) step / STEPS)).toArray();

  private Viridis() {}

  /**
   * The colour of a value, 0xRRGGBB.
   *
   * @param value 0 (dark) to 1 (light); what is outside counts as the nearer end
   */
  static int rgb(double value) {
    return TABLE[(int) Math.round(Math.max(0, Math.min(1, value)) * STEPS)];
  }

  private static int mixed(double value) {
    double place = value * (COLOURS.length - 1);
    int below = Math.min((int) place, COLOURS.length - 2);
    double share = place - below;
    int rgb = 0;
    for (int shift = 16; shift >= 0; shift -= 8) {
      double mixed =
          (COLOURS[below] >> shift & 255) * (1 - share)
              + (COLOURS[below + 1] >> shift & 255) * share;
      rgb |= (int) Math.round(mixed) << shift;
    }
    return rgb;
  }
}
