package vggstream.local.run;

import java.nio.file.Path;
import java.util.EnumSet;
import vggstream.classify.Protocol;
import vggstream.image.Rescale;
import vggstream.image.RgbImage;
import vggstream.image.Size;
import vggstream.job.config.ClassifierOptions;
import vggstream.local.picture.HeatMap;
import vggstream.model.DenseModel;
import vggstream.model.DenseModels;
import vggstream.model.DenseOutputs;
import vggstream.model.Device;
import vggstream.model.ModelOptions;
import vggstream.model.Output;
import vggstream.tensor.PixelBatch;

/** The classifying network once more, for its score maps. Thread-safe. */
final class HeatMaps implements AutoCloseable {
  private final DenseModel model;
  private final Protocol protocol;

  private HeatMaps(DenseModel model, Protocol protocol) {
    this.model = model;
    this.protocol = protocol;
  }

  /**
   * Loads the network that a run classified with.
   *
   * @param parallelism how many threads will ask at a time
   * @throws vggstream.model.ModelException if it cannot be loaded
   */
  static HeatMaps open(ClassifierOptions options, int parallelism) {
    int cores = Runtime.getRuntime().availableProcessors();
    DenseModel model =
        DenseModels.open(
            Path.of(options.modelFile()),
            ModelOptions.on(Device.parse(options.device()))
                .withThreads(Math.max(1, cores / parallelism))
                .withSpinning(false));
    Protocol protocol =
        options.scales().isEmpty()
            ? Protocol.multiScale(model.card(), false)
            : new Protocol(options.scales(), false);
    return new HeatMaps(model, protocol);
  }

  /** The run's scales. */
  Protocol protocol() {
    return protocol;
  }

  /** The map of a class over an image at the largest scale, where it has the most positions. */
  HeatMap of(RgbImage image, int classIndex) {
    Size size = Rescale.toSmallerSide(image.originalSize(), protocol.largestScale());
    PixelBatch batch = PixelBatch.allocate(1, size.height(), size.width()); // (1, H, W, 3)
    Rescale.rescale(image, size, batch.slot(0));
    DenseOutputs outputs =
        DenseOutputs.allocate(
            model.card(), 1, size.height(), size.width(), EnumSet.of(Output.SCORE_MAP));
    model.run(batch, outputs);
    return HeatMap.of(outputs.get(Output.SCORE_MAP), model.card(), size, classIndex);
  }

  @Override
  public void close() {
    model.close();
  }
}
