package vggstream.job.batch;

import java.util.Set;
import org.jspecify.annotations.Nullable;
import vggstream.localise.WindowRatings;
import vggstream.model.DenseModel;
import vggstream.model.DenseOutputs;
import vggstream.model.Output;
import vggstream.model.OutputMemory;
import vggstream.tensor.PixelBatch;

/**
 * One thread's runs of the networks over batches, one batch at a time, in memory that is grown once
 * and reused.
 */
final class NetworkRun {

  /**
   * What the networks said of a batch; valid until the next run.
   *
   * @param classes of the classifier
   * @param boxes of the localiser, perhaps the same object; null without one
   * @param ratings the thread's working memory
   */
  record Said(DenseOutputs classes, @Nullable DenseOutputs boxes, WindowRatings ratings) {}

  private final Networks networks;
  private final OutputMemory classes;
  private final @Nullable OutputMemory boxes; // of a second network
  private final WindowRatings ratings = new WindowRatings();

  NetworkRun(Networks networks) {
    this.networks = networks;
    this.classes = new OutputMemory(networks.classifier().card(), networks.askedOfClassifier());
    DenseModel second = networks.second();
    this.boxes = second == null ? null : new OutputMemory(second.card(), Set.of(Output.BOX_MAP));
  }

  /**
   * Runs the networks on the same pixels.
   *
   * @throws vggstream.model.ModelException if one fails
   */
  Said run(PixelBatch pixels) {
    DenseOutputs said = classes.outputs(pixels.count(), pixels.height(), pixels.width());
    networks.classifier().run(pixels, said);
    DenseModel second = networks.second();
    if (second == null || boxes == null) {
      return new Said(said, networks.localises() ? said : null, ratings);
    }
    DenseOutputs located = boxes.outputs(pixels.count(), pixels.height(), pixels.width());
    second.run(pixels, located);
    return new Said(said, located, ratings);
  }
}
