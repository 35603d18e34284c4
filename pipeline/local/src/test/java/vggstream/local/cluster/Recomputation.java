package vggstream.local.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import vggstream.classify.DenseClassifier;
import vggstream.classify.Protocol;
import vggstream.classify.RankedClass;
import vggstream.classify.TopK;
import vggstream.image.ImageDecoder;
import vggstream.image.ImageLimits;
import vggstream.image.ImageRejectedException;
import vggstream.image.RgbImage;
import vggstream.model.DenseModel;
import vggstream.model.DenseModels;
import vggstream.model.Device;
import vggstream.model.ModelOptions;
import vggstream.schema.Prediction;
import vggstream.schema.RankedLabel;

/** Predictions, computed a second time without the job, by the models that they name. */
final class Recomputation {
  /** Of probabilities: a run's rounding depends on the other images of its batch. */
  private static final double TOLERANCE = 1e-4;

  private final Workload workload;
  private final List<Network> networks;

  Recomputation(Workload workload, List<Network> networks) {
    this.workload = workload;
    this.networks = networks;
  }

  /**
   * Compares so many predictions, drawn at random with a fixed seed.
   *
   * @return how many, by version of the model
   */
  Map<String, Integer> check(Ledger ledger, int events, int samples)
      throws IOException, ImageRejectedException {
    Map<String, DenseModel> models = new HashMap<>();
    Map<String, Integer> byVersion = new TreeMap<>();
    try {
      for (Network network : networks) {
        ModelOptions options = ModelOptions.on(Device.parse("cpu")).withThreads(1);
        models.put(network.sha256(), DenseModels.open(network.file(), options));
      }
      Random random = new Random(1);
      int compared = 0;
      while (compared < samples) {
        int number = random.nextInt(events);
        if (ledger.answer(number) instanceof Prediction prediction) {
          DenseModel model = models.get(prediction.getModel().getSha256());
          List<RankedClass> computed = compute(model, number);
          compare(prediction, computed);
          for (DenseModel other : models.values()) {
            if (other != model) {
              assertNotEquals(
                  computed.get(0).label(),
                  compute(other, number).get(0).label(),
                  "the networks answer differently");
            }
          }
          byVersion.merge(model.card().version(), 1, Integer::sum);
          compared++;
        }
      }
    } finally {
      models.values().forEach(DenseModel::close);
    }
    return byVersion;
  }

  private List<RankedClass> compute(DenseModel model, int number) throws ImageRejectedException {
    Protocol protocol = new Protocol(Deployment.SCALES, true);
    ByteBuffer encoded = ByteBuffer.wrap(workload.image(number));
    try (RgbImage image =
        new ImageDecoder(ImageLimits.DEFAULT).decodeFor(encoded, protocol.largestScale())) {
      double[] posterior =
          new DenseClassifier(List.of(model), protocol, 2).posteriors(List.of(image)).get(0);
      return TopK.of(posterior, model.card().labels(), 5);
    }
  }

  private static void compare(Prediction prediction, List<RankedClass> computed) {
    assertEquals(computed.size(), prediction.getPredictions().size());
    for (int rank = 0; rank < computed.size(); rank++) {
      RankedLabel said = prediction.getPredictions().get(rank);
      assertEquals(
          computed.get(rank).probability(),
          said.getProbability(),
          TOLERANCE,
          () -> "of " + prediction.getEventId());
    }
    assertEquals(
        computed.get(0).label(),
        prediction.getPredictions().get(0).getLabel(),
        () -> "of " + prediction.getEventId());
  }
}
