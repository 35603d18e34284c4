package vggstream.job.batch;

import java.util.List;
import vggstream.classify.Protocol;
import vggstream.classify.RescaleLimit;
import vggstream.classify.ScaledView;
import vggstream.image.ImageRejectedException;
import vggstream.image.Size;

/**
 * What the networks see of an image: its scales and, where sizes are rounded, sides that are
 * multiples of a number, so that images of nearly the same shape share batches. Rounding stretches
 * an image by at most half that number of pixels; the paper's protocol has none.
 *
 * @param multiple sides are rounded to the nearest multiple of it; 1: not at all
 * @param smallestSide of the networks; rounding goes no lower
 */
record ViewMaker(Protocol protocol, RescaleLimit limit, int multiple, int smallestSide) {

  ViewMaker {
    if (multiple < 1) {
      throw new IllegalArgumentException("multiple must be at least 1: was " + multiple);
    }
  }

  /**
   * By ascending scale.
   *
   * @throws ImageRejectedException if the image would become too large at one of the scales
   */
  List<ScaledView> views(Size original) throws ImageRejectedException {
    List<ScaledView> views = protocol.views(original, limit);
    return multiple == 1
        ? views
        : views.stream().map(v -> new ScaledView(v.scale(), rounded(v.size()), v.flip())).toList();
  }

  private Size rounded(Size size) {
    Size nearest = new Size(rounded(size.width()), rounded(size.height()));
    return nearest.pixels() <= limit.maxPixels() ? nearest : size;
  }

  private int rounded(int side) {
    int nearest = (side + multiple / 2) / multiple * multiple;
    int least = (smallestSide + multiple - 1) / multiple * multiple;
    return Math.max(least, nearest);
  }
}
