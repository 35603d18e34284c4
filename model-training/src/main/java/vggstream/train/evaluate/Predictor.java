package vggstream.train.evaluate;

import java.util.List;
import vggstream.image.ImageRejectedException;
import vggstream.image.RgbImage;

/** From images to class posteriors. */
@FunctionalInterface
public interface Predictor {
  /**
   * The posteriors, (K) each, of the images in their order; the images stay the caller's.
   *
   * @throws ImageRejectedException if one of them cannot be classified; none was then
   */
  List<double[]> posteriors(List<RgbImage> images) throws ImageRejectedException;
}
