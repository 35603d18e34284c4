package vggstream.train;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import vggstream.classify.DenseClassifier;
import vggstream.classify.Protocol;
import vggstream.model.DenseModel;
import vggstream.model.DenseModels;
import vggstream.model.Device;
import vggstream.model.ModelOptions;
import vggstream.train.data.ImageSet;
import vggstream.train.data.UnreadableImages;
import vggstream.train.evaluate.ClassificationEvaluator;
import vggstream.train.evaluate.ClassificationResult;
import vggstream.train.journal.Measures;

/** Accuracy densely at the paper's single test scale (section 4.1), without mirror images. */
final class ClassificationValidation implements Validation {
  private static final int BATCH = 64;

  private final ImageSet images;
  private final double unreadableLimit;
  private final Device device;
  private final int threads;

  ClassificationValidation(ImageSet images, double unreadableLimit, Device device, int threads) {
    this.images = images;
    this.unreadableLimit = unreadableLimit;
    this.device = device;
    this.threads = threads;
  }

  @Override
  public Measures run(Path modelFile, double train) throws IOException, InterruptedException {
    ModelOptions options = ModelOptions.on(device).withThreads(threads);
    try (DenseModel model = DenseModels.open(modelFile, options)) {
      Protocol protocol = Protocol.singleScale(model.card(), false);
      DenseClassifier classifier = new DenseClassifier(List.of(model), protocol, BATCH);
      ClassificationResult result =
          new ClassificationEvaluator(
                  classifier::posteriors,
                  new ClassificationEvaluator.Options(BATCH, threads, protocol.scales().get(0), 1))
              .evaluate(images, new UnreadableImages(images, unreadableLimit), prediction -> {});
      return new Measures.Accuracies(train, result.accuracy(), 1 - result.top5Error());
    }
  }
}
