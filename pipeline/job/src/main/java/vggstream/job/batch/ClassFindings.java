package vggstream.job.batch;

import java.util.List;
import vggstream.classify.PosteriorMean;
import vggstream.classify.ScaledView;
import vggstream.image.ImageFormat;
import vggstream.image.Size;
import vggstream.model.DenseOutputs;
import vggstream.model.Output;

/** Classes alone. */
final class ClassFindings implements Findings {
  private final PosteriorMean mean;

  ClassFindings(int classCount) {
    this.mean = new PosteriorMean(classCount);
  }

  @Override
  public void add(ScaledView view, int slot, NetworkRun.Said said) {
    for (DenseOutputs ofNetwork : said.classes()) {
      view.addScores(ofNetwork.get(Output.SCORES), slot, mean);
    }
  }

  @Override
  public Outcome outcome(Size original, ImageFormat format, Timings timings) {
    return new Outcome.Classified(mean.mean(), List.of(), original, format, timings);
  }

  @Override
  public void end() {}
}
