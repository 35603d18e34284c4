package vggstream.job.batch;

import java.nio.FloatBuffer;
import vggstream.classify.ScaledView;
import vggstream.image.ImageFormat;
import vggstream.image.Size;
import vggstream.model.DenseOutputs;
import vggstream.model.Output;

/** Features in place of classes: their mean over mirror images and scales. */
final class FeatureFindings implements Findings {
  private final double[] sum; // (F)
  private int views;

  FeatureFindings(int featureCount) {
    this.sum = new double[featureCount];
  }

  @Override
  public void add(ScaledView view, int slot, NetworkRun.Said said) {
    for (DenseOutputs ofNetwork : said.classes()) {
      FloatBuffer features = ofNetwork.get(Output.FEATURES); // (N, F)
      for (int s = slot; s < slot + view.slots(); s++) {
        add(features, s * sum.length);
      }
    }
  }

  private void add(FloatBuffer features, int offset) {
    for (int f = 0; f < sum.length; f++) {
      float feature = features.get(offset + f);
      if (!Float.isFinite(feature)) {
        throw new IllegalArgumentException(
            "features must be finite: feature %d was %s".formatted(f, feature));
      }
      sum[f] += feature;
    }
    views++;
  }

  @Override
  public Outcome outcome(Size original, ImageFormat format, Timings timings) {
    float[] mean = new float[sum.length]; // (F)
    for (int f = 0; f < mean.length; f++) {
      mean[f] = (float) (sum[f] / views);
    }
    return new Outcome.Embedded(mean, original, format, timings);
  }

  @Override
  public void end() {}
}
