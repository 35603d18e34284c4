package vggstream.classify;

import java.util.List;
import vggstream.image.RgbImage;
import vggstream.model.DenseModel;

/** Classifies decoded images densely at the scales of a protocol, with one network or several. */
public final class DenseClassifier {
  public DenseClassifier(List<DenseModel> models, Protocol protocol, int maxBatch) {}

  /** The posteriors, (K) each, of the images in their order. */
  public List<double[]> posteriors(List<RgbImage> images) {
    throw new UnsupportedOperationException();
  }
}
