package vggstream.train.evaluate;

import java.util.List;
import vggstream.image.RgbImage;

/** From images to class posteriors. */
@FunctionalInterface
public interface Predictor {
  /** The posteriors, (K) each, of the images in their order; the images stay the caller's. */
  List<double[]> posteriors(List<RgbImage> images);
}
